/*
 * Whether an actor sleeps in the call that it was asked for: the proof that a call blocks. All of it is read from the
 * host's /proc, nothing waits.
 */
#ifndef IPCDRILL_SLEEP_H
#define IPCDRILL_SLEEP_H

#include "conductor/instance.h"

/*
 * Asleep in the call of `step`: in its kind of sleep, and the kernel names the call. Where it names none, the sleep
 * alone must do: the agent has taken the request and not answered it.
 */
bool sleep_is_in(const struct instance *instance, const struct actor *actor, const struct step *step);

/*
 * Whether the actor sleeps in the call that `asked` made and nothing is left that could wake it: every other process
 * of the case waits for its next line, sleeps too, or is dead. One that runs may be about to post, or to exit and undo.
 */
bool sleep_is_for_ever(const struct instance *instance, const struct actor *actor, const struct step *asked);

/* What /proc says of the actor, for a message: "asleep in semop", "running". */
const char *sleep_describe(struct instance *instance, const struct actor *actor, const struct step *step);

#endif

/* Programs under test: each has a terminal of its own, without echo, for its input, output and errors. */
#ifndef IPCDRILL_PROGRAM_H
#define IPCDRILL_PROGRAM_H

#include "conductor/instance.h"

/*
 * The words that start a declared program, NULL behind the last: its path, which is relative to the folder of programs,
 * and its arguments. In the instance's arena. NULL: the verdict stands.
 */
const char *const *program_words(struct instance *instance, const struct actor_declaration *program);

/* Asks the case's first process to start it. Its hello is still to come. False: the verdict stands. */
bool program_start(struct instance *instance, struct actor *actor);

/* Waits until it has become the program. False: it could not, and the verdict stands. */
bool program_await_exec(struct instance *instance, struct actor *actor);

/* <- : types the pieces, or the end of input. False: the verdict stands. */
bool program_type(struct instance *instance, struct actor *actor, const struct step *step);

/* -> : what it prints next must be the pieces; _ stands for any text up to the piece behind it. */
bool program_show(struct instance *instance, struct actor *actor, const struct step *step);

/* Waits until it sleeps in the call of the step, and reads what programs print meanwhile. False: it ended, or does not. */
bool program_wait_asleep(struct instance *instance, struct actor *actor, const struct step *step);

/* At its end: nothing that no line has matched may be left of its output. */
bool program_finish_output(struct instance *instance, struct actor *actor, const struct step *step);

#endif

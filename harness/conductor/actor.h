/*
 * The processes that perform lines: started when first used, asked, waited for, proved asleep. Programs under test
 * are started here too; what they print and are typed is program.c's.
 */
#ifndef IPCDRILL_ACTOR_H
#define IPCDRILL_ACTOR_H

#include "conductor/instance.h"

/* Starts the actor's process unless it runs. False: the verdict stands. */
bool actor_start(struct instance *instance, struct actor *actor);

/*
 * The verb and the credentials of the declaration, which may be NULL: "actor uid=1001 groups=5,6 caps=0x8000". NULL:
 * the verdict stands.
 */
const char *actor_request(struct instance *instance, const char *verb,
                          const struct actor_declaration *declaration);

/* Sends a request, with a descriptor for the agent or -1. False: the verdict stands. */
bool actor_send(struct instance *instance, struct actor *actor, const struct step *step, const char *request,
                int descriptor);

/*
 * The answer to the call that `step` (or an unfinished one before it) asked for. Signals that its handlers caught
 * are put aside on the way. A call that sleeps for ever, or an agent that does not answer, ends the wait: then NULL,
 * and the verdict stands.
 */
struct answer *actor_wait_answer(struct instance *instance, struct actor *actor, const struct step *step);

/*
 * Waits for the actor to end in the call that `step` asked for. Returns NULL when it has, or when the verdict stands;
 * else what came back.
 */
struct answer *actor_wait_last(struct instance *instance, struct actor *actor, const struct step *step);

/*
 * Waits until the actor is asleep in the system call that `step` asked for. Returns true when it is; false with the
 * answer in *answer when the call came back instead, or with NULL there when the verdict stands.
 */
bool actor_wait_asleep(struct instance *instance, struct actor *actor, const struct step *step,
                       struct answer **answer);

/* Keeps a signal for the line that is about it. */
void actor_put_signal_aside(struct actor *actor, struct answer *signal);

/*
 * The oldest signal that a handler caught and no line has matched; waits for one. What the unfinished call gives, when it
 * comes back first. NULL: none came.
 */
struct answer *actor_wait_signal(struct instance *instance, struct actor *actor);

/*
 * Waits for the end of the actor: of its thread after an exit of its own, else of its process. Returns its wait status, -1 when
 * it was reaped by its parent and nobody saw the status, -2 when it has not ended in time. Of a thread that is not the
 * first the kernel tells nobody but a tracer how it ended: it is the status that its own exit was to have, else that of
 * the process.
 */
int actor_wait_end(struct instance *instance, struct actor *actor);

/* Sends fork, clone or thread with the channel of the new actor, which gets the name. */
struct answer *actor_fork(struct instance *instance, struct actor *actor, const struct step *step,
                          const char *request, const char *name);

/* The same of vfork: there is no answer while the new actor lives. False: the verdict stands. */
bool actor_vfork(struct instance *instance, struct actor *actor, const struct step *step, const char *request,
                 const char *name);

/* The actor's process runs a fresh image: the thread that asked for it is its only one, with the process's id. */
void actor_became_image(struct instance *instance, struct actor *actor);

/* How many segments ("segments") or sets ("semaphores") there are in the case's namespace. */
bool instance_count_objects(struct instance *instance, const char *what, integer *count);

#endif

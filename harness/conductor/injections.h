/*
 * The inject lines of a case, performed: a program that they name runs under a filter, and a thread of its own answers
 * its trapped calls beside the conductor, which need not know. A call that is held goes when nobody of the case can move,
 * the conductor included: it waits too.
 */
#ifndef IPCDRILL_CONDUCTOR_INJECTIONS_H
#define IPCDRILL_CONDUCTOR_INJECTIONS_H

#include "conductor/instance.h"
#include "conductor/process.h"

/* Whether lines of the case are about the actor; then *filter is what its program is started with, to be closed, or -1:
 * the verdict stands (a kernel without user notification: a skip). */
bool injections_are_for(struct instance *instance, const struct actor *actor, int *filter);

/* Answers from now on; takes over the listener. False: the verdict stands. */
bool injections_start(struct instance *instance, struct actor *actor, int listener);

/*
 * What process_state says of a thread, but that it runs while its call waits for an answer: to the kernel it sleeps in
 * that call, which has not begun. For a caller that looks until it sleeps: when the call is held, the caller rests.
 */
struct process_state injections_state(struct injections *injections, pid_t thread);

/* Ends the thread. A line whose call was never made fails the case, unless the verdict stands. */
void injections_stop(struct instance *instance, struct actor *actor);

#endif

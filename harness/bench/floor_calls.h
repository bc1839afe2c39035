/*
 * What an actor of the floor does for each call of the notation: the same system call, with arguments that are
 * always valid. The objects are those that the case process makes before it forks the actors: segment and set.
 */
#ifndef IPCDRILL_BENCH_FLOOR_CALLS_H
#define IPCDRILL_BENCH_FLOOR_CALLS_H

#include <stdbool.h>

/* What an actor has. */
struct floor_actor {
    int segment, set; /* identifiers, or -1 */
    void *attached;   /* where it attached the segment last, or NULL */
    void *mapped;     /* a page of its own, or NULL */
    int descriptor;   /* of /dev/null, or -1 */
};

typedef void floor_call(struct floor_actor *actor);

/* The call of that name; getppid for one that the table does not have. Never NULL. */
floor_call *floor_call_find(const char *name);

/* Whether a call of that name needs the segment, or the set. */
bool floor_needs_segment(const char *name);
bool floor_needs_set(const char *name);

/* Makes the segment, or the set; returns its identifier. */
int floor_make_segment(void);
int floor_make_set(void);

#endif

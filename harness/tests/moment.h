/*
 * Moments of the tool at which a test kills it. A moment is a state of the tool (how often it was switched to), drawn
 * from a seed (IPCDRILL_SEED), anywhere from the first steps of the program to its last.
 */
#ifndef IPCDRILL_TESTS_MOMENT_H
#define IPCDRILL_TESTS_MOMENT_H

#include <sys/types.h>

/* After so many switches to the tool, and so many looks at it. */
struct moment {
    long switches;
    int polls;
};

/* Moments are drawn from the seed and `turn` from now on. */
void moment_seed(unsigned turn);

/* How far the tool gets: waits for its end, which must be good, and returns the switches of its last moment. */
long moment_last(pid_t tool);

/* Any moment of a run of so many switches. */
struct moment moment_draw(long last);

/* Waits until the tool has come there, or has ended. */
void moment_await(pid_t tool, struct moment moment);

#endif

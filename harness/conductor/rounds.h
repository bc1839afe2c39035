/*
 * Races: lines that are performed many times, and calls that are released at the same moment. What a round learns is
 * forgotten behind it; how the calls came out is counted over all rounds and told in the transcript.
 */
#ifndef IPCDRILL_ROUNDS_H
#define IPCDRILL_ROUNDS_H

#include "conductor/instance.h"

/* Performs the lines between `rounds` and its end, as often as it says. */
void run_rounds(struct instance *instance, const struct step *rounds);

/*
 * Performs the calls between `together` and its end: each actor waits at a barrier, on a processor of its own where
 * there are enough, and the last to arrive releases them all. Several calls of one actor follow one behind the other.
 */
void run_together(struct instance *instance, const struct step *together);

/* Counts how a call that was made with fail_nth came out, and notes whether anything failed in this round. */
void note_fail_nth(struct instance *instance, const struct step *step, const struct answer *answer);

#endif

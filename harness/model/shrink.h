/*
 * Makes a failing schedule as simple as it can: the fewest preemptions, and of those the shortest. It changes the schedule
 * a little, has it run, keeps what still fails and is simpler, until nothing more helps. How a candidate is run is the
 * caller's; a step of it whose mover cannot go is passed over there, so every candidate is a run.
 */
#ifndef IPCDRILL_MODEL_SHRINK_H
#define IPCDRILL_MODEL_SHRINK_H

#include "notation/schedule.h"

/* What came of a candidate: what the run really did, as far as the candidate went. */
struct shrink_run {
    bool fails;
    struct schedule schedule; /* in the arena of shrink */
    unsigned preemptions;
};

typedef struct shrink_run shrink_try(void *context, const struct schedule *candidate);

/*
 * Shrinks the schedule of a failing run with `runs_max` runs at most. Returns the simplest run found, at worst the
 * one given. Candidates and results are in `arena`.
 */
struct shrink_run shrink(const struct shrink_run *failing, shrink_try *try, void *context, unsigned runs_max,
                         struct arena *arena);

#endif

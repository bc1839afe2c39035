/*
 * The worker's side of interleavings: a task is a line of text, its outcome another (outcome.h).
 *
 *   run SCHEDULE                    one run behind that schedule
 *   random SEED                     one run at random
 *   shrink PROGRAM TAB SENTENCE TAB SCHEDULE
 *                                   as many runs as it takes to make the schedule that shows that problem simple
 */
#ifndef IPCDRILL_INTERLEAVE_WORKER_H
#define IPCDRILL_INTERLEAVE_WORKER_H

#include "interleave/interleave.h"
#include "interleave/outcome.h"
#include "model/shrink.h"

/* What every task needs to know. */
struct work {
    const struct interleave_settings *settings;
    const char *const *names; /* of the programs */
    int filter;
    struct session_bounds bounds;
    struct run_end first; /* how the run with the empty schedule ended */
    bool has_first;
};

/* Performs a task. False with *problem in `arena`. */
bool work_perform(const struct work *work, struct target *target, const char *task,
                  struct outcome_of_task *outcome, struct arena *arena, const char **problem);

/* One run; what is wrong with it in *problems. False with *problem. */
bool work_run(const struct work *work, struct target *target, const struct schedule *schedule, uint64_t *seed,
              struct scheduled_run *run, struct problem **problems, struct arena *arena,
              const char **problem);

#endif

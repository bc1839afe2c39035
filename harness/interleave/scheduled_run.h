/*
 * One session under a schedule: every trapped call is held, and the schedule says who goes next; behind its end the run goes
 * on by itself, or at random. Tells the steps that it met, for model/explore.h.
 */
#ifndef IPCDRILL_INTERLEAVE_SCHEDULED_RUN_H
#define IPCDRILL_INTERLEAVE_SCHEDULED_RUN_H

#include "model/explore.h"
#include "session/session.h"

struct scheduled_run {
    struct explored_step *steps; /* room for SCHEDULE_STEPS_MAX */
    size_t count;
    bool diverged; /* the mover that the schedule wanted could not go, at least once */
    struct session_record record;
};

/*
 * Runs the programs of `settings` (whose policy is not looked at) behind `schedule`; a step of it whose mover cannot go is
 * passed over. `seed` not NULL: behind the schedule the choice is random. False with *problem as session_run.
 */
bool scheduled_run(struct target *target, const struct session_settings *settings,
                   const struct schedule *schedule, uint64_t *seed, struct arena *arena,
                   struct scheduled_run *run, const char **problem);

/* What the run did, as a schedule, at most `length` steps of it. In `arena`. */
struct schedule scheduled_run_schedule(const struct scheduled_run *run, size_t length, struct arena *arena);

#endif

/*
 * Which schedules to run: all of them up to a bound on preemptions (as CHESS does), the simplest first, without those that
 * can only repeat what another one has shown; or random ones. It knows nothing of programs: a run follows a schedule
 * and goes on by itself behind its end, and what it met on the way is told here.
 *
 * The method. A run that follows prefix P and continues without preemption meets at each of its steps several options. Every
 * option that it did not take makes a new prefix: what the run did up to there, and then that option. The new prefix is
 * run later, unless it has more preemptions than the bound. A step is a preemption when the mover of the step
 * before could have gone on (and was not one that gave way: a sleeper, a reader of input) and another goes.
 *
 * What is left out, and why nothing is lost. Two steps are independent when what they touch has nothing in common (struct
 * option, touches: for a system call the object, and for everything that runs behind it until the next one the memory
 * that the process shares with others); then performing them in either order leads to the same state. Two
 * prefixes that differ only in the order of independent steps (the same Mazurkiewicz trace) therefore end in the same state
 * and have the same futures. A prefix is left out when one with the same trace, the same last mover and no more
 * preemptions was taken on: all that it could show within the bound, that one shows. A trace is recognised by a 64-bit
 * sum over its steps of a hash of (mover, the how manieth of that mover, the steps it depends on), which does not depend
 * on the order of independent steps.
 *
 * All memory is the explorer's.
 */
#ifndef IPCDRILL_MODEL_EXPLORE_H
#define IPCDRILL_MODEL_EXPLORE_H

#include <stdint.h>

#include "notation/schedule.h"

/* What may happen next. */
struct option {
    mover mover;
    bool gives_way;   /* to pass it over is no preemption: it sleeps, or waits for input */
    bool would_sleep; /* it cannot go now: taken only when nothing else is left */
    uint64_t touches; /* a bit for each thing; all ones: everything */
};

enum { OPTIONS_MAX = 32 };

/* One step of a run: the options there, in the order in which they are preferred, and which was taken. */
struct explored_step {
    struct option options[OPTIONS_MAX];
    unsigned char count, chosen;
};

struct explorer;

struct explore_counts {
    size_t handed_out; /* schedules */
    size_t left_out;   /* because they could only repeat another */
    size_t beyond;     /* because they have more preemptions than the bound */
    size_t waiting;    /* not handed out yet */
    size_t alike;      /* of those, with as few preemptions as the next one has */
};

/* `prune` false: nothing is left out but what is beyond the bound. */
struct explorer *explorer_new(unsigned preemptions, bool prune);

/* Takes the next prefix to be run, and its number of preemptions. False: for now there is none. Valid until explorer_free. */
bool explorer_next(struct explorer *explorer, struct schedule *prefix, unsigned *preemptions);

/* Learns what the run of a prefix met. */
void explorer_learn(struct explorer *explorer, size_t prefix_length, const struct explored_step *steps,
                    size_t step_count);

struct explore_counts explorer_counts(const struct explorer *explorer);

/* NULL is allowed. */
void explorer_free(struct explorer *explorer);

/*
 * The option that a run takes at a step: that of the schedule, while it lasts; behind it the mover that went last, as long
 * as it can go on without giving way, else the first option that would not sleep. *diverged becomes true when the schedule's
 * mover has no option: then the run was not the one that made the schedule.
 */
size_t explore_choose(const struct schedule *schedule, size_t step, const struct option *options,
                      size_t count, int last, bool *diverged);

/* A random option that would not sleep, the state of the generator in *seed. */
size_t explore_choose_randomly(const struct option *options, size_t count, uint64_t *seed);

/* How many preemptions a run has. */
unsigned explore_preemptions(const struct explored_step *steps, size_t count);

#endif

/*
 * Interleavings of programs under test: runs them under many schedules on all processors, judges each run, and makes the
 * schedule of each finding as simple as it can be. Which schedules, and why the others need not be run, is
 * model/explore.h's; what a run has to come to is judge/conversation.h's.
 */
#ifndef IPCDRILL_INTERLEAVE_H
#define IPCDRILL_INTERLEAVE_H

#include "judge/conversation.h"
#include "judge/finding.h"
#include "leaks/memcheck.h"
#include "model/explore.h"

struct interleave_settings {
    const struct conductor_options *conductor;
    const struct session_program *programs;
    size_t program_count;
    const struct session_act *acts; /* what is done beside the programs */
    size_t act_count;
    struct session_bounds bounds;
    const struct conversation *conversation; /* NULL: the programs hold none */
    struct memcheck_choice memcheck;         /* to look at every run as well */
    unsigned preemptions;                    /* at most, in a schedule */
    size_t schedules_max;                    /* 0: no bound */
    size_t random;                           /* so many random schedules instead; 0: all up to the bound */
    uint64_t seed;                           /* of the first of them; each has the next number */
    const char *replay;                      /* this one schedule instead, or NULL */
    int jobs;                                /* 0: as many as there are processors */
    /* Tells how far it is; may be NULL. */
    void (*progress)(void *context, const struct explore_counts *counts, size_t findings);
    void *context;
};

struct interleave_report {
    struct findings findings; /* sorted; the caller frees them */
    struct explore_counts counts;
    size_t runs;       /* all sessions, those that shrink schedules too */
    bool complete;     /* nothing within the bound on preemptions was left to run */
    bool diverged;     /* REPLAY: the schedule could not be followed */
    size_t unsteady;   /* schedules that did not come out the second time as they did the first */
    const char *trace; /* REPLAY: of the run */
    int64_t duration_ns;
};

/*
 * Runs them. False with *problem (in `arena`): a schedule that cannot be read, a program that cannot be started, the tool's
 * own trouble.
 */
bool interleave_run(const struct interleave_settings *settings, struct arena *arena,
                    struct interleave_report *report, const char **problem);

#endif

/*
 * What a worker tells of the runs that it made for one task, as text between processes. Owns nothing; all is in the arena
 * given.
 */
#ifndef IPCDRILL_INTERLEAVE_OUTCOME_H
#define IPCDRILL_INTERLEAVE_OUTCOME_H

#include "interleave/scheduled_run.h"
#include "judge/conversation.h"

struct outcome_of_task {
    struct explored_step *steps;
    size_t step_count;
    bool diverged;
    unsigned runs;
    struct problem *problems;
    const char *schedule; /* all that the run did, or what a failing one was shrunk to */
    const char *trace;    /* when there are problems, or it was asked for */
};

/* The outcome as one text. */
const char *outcome_print(const struct outcome_of_task *outcome, struct arena *arena);

/* Reads what outcome_print gave. False: it is nothing of the kind. */
bool outcome_read(const char *text, struct outcome_of_task *outcome, struct arena *arena);

#endif

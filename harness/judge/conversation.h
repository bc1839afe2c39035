/*
 * What a run of programs has to come to. A conversation is that of a writer and a reader (fixtures/tutorial/): what is typed
 * to the writer, line by line and last the end word, the reader has to show: each line once, whole, in order; then
 * both end well and leave nothing behind. Which words the programs put around a line is their own matter: only the lines
 * are looked for. Of other programs only what no program may do is known.
 *
 * Knows records of sessions, not how they came about.
 */
#ifndef IPCDRILL_JUDGE_CONVERSATION_H
#define IPCDRILL_JUDGE_CONVERSATION_H

#include "judge/problem.h"
#include "judge/unreleased.h"
#include "session/session.h"

struct conversation {
    size_t reader; /* its place among the programs of the session */
    const char *const
        *lines;    /* without the newline, the end word too; none is a part of another; NULL at the end */
    bool releases; /* who ends well must have given back what it had: see judge/unreleased.h */
    bool
        disturbed; /* something was done to it: to end with an error is then allowed, but not to call that a success */
};

/* What is wrong with the run of a conversation; NULL: nothing. In `arena`. */
struct problem *conversation_judge(const struct session_record *record,
                                   const struct conversation *conversation, struct arena *arena);

/*
 * How a run of other programs ended, to compare with: wait statuses (-1: not ended), what they had when they did, and
 * objects left.
 */
struct run_end {
    int statuses[SESSION_PROGRAMS_MAX];
    struct unreleased_counts unreleased[SESSION_PROGRAMS_MAX];
    int segments, sets;
    bool ended; /* all of it */
};

struct run_end run_end_of(const struct session_record *record);

/*
 * What is wrong with a run of any programs: one never ends, or crashes; or, against `first` (NULL: nothing to compare with), one
 * ends in another way, or more is left behind.
 */
struct problem *run_judge(const struct session_record *record, const struct run_end *first,
                          struct arena *arena);

#endif

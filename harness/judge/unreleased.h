/*
 * What a program that says that all went well (exit code 0) has not given back. One that fails may leave it to the
 * kernel. What the program does in every run is for `ipcdrill leaks` to tell: here runs are held against another.
 */
#ifndef IPCDRILL_JUDGE_UNRELEASED_H
#define IPCDRILL_JUDGE_UNRELEASED_H

#include "judge/problem.h"
#include "session/session.h"

/* Children that run on and those that were not waited for are one kind: which of them is often chance. */
enum unreleased_class { CLASS_ATTACH, CLASS_DESCRIPTOR, CLASS_CHILD, UNRELEASED_CLASSES };

/* How many of each a program had when it asked to exit. */
struct unreleased_counts {
    unsigned of[UNRELEASED_CLASSES];
};

struct unreleased_counts unreleased_count(const struct program_outcome *program);

/*
 * What the program has more of than `before`: a problem for each class, with what it is in its `why`. NULL: nothing, or the
 * program did not exit with 0. In `arena`.
 */
struct problem *unreleased_judge(const struct program_outcome *program,
                                 const struct unreleased_counts *before, struct arena *arena);

/* The class that a problem of unreleased_judge is about; UNRELEASED_CLASSES: the problem is another's. */
enum unreleased_class unreleased_class_of(const char *sentence);

/* Whether a call of that name, which may have been made to fail, gives back what is of the class. */
bool unreleased_is_given_back_by(enum unreleased_class which, const char *call);

#endif

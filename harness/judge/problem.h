/*
 * What is wrong with one run, before it is known whether other runs show the same: a list. Workers tell it as JSON. All
 * memory is in the arena given.
 */
#ifndef IPCDRILL_JUDGE_PROBLEM_H
#define IPCDRILL_JUDGE_PROBLEM_H

#include "judge/finding.h"

/* One thing that is wrong with a run: as in struct finding. */
struct problem {
    enum finding_severity severity;
    const char *program, *sentence, *why, *rule; /* why: may be NULL */
    struct problem *next;
};

/* An array of arrays, for the caller to json_decref. */
json_t *problems_to_json(const struct problem *problems);

/* Reads what problems_to_json gave. */
struct problem *problems_from_json(const json_t *array, struct arena *arena);

#endif

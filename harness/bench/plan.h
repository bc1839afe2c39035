/*
 * A plan for the floor, from the results of a run: a line for each instance that was not skipped, in it for each
 * actor the names of the calls it made, as the transcript has them, with *N behind one that was repeated.
 *
 *     shmget shmat*70000 shmctl|shmget peek
 */
#ifndef IPCDRILL_BENCH_PLAN_H
#define IPCDRILL_BENCH_PLAN_H

#include <stdbool.h>
#include <stddef.h>

struct plan_counts {
    size_t instances; /* in the results */
    size_t planned;   /* in the plan: all but skipped ones */
    size_t actors, calls;
};

/* Reads results.jsonl and writes the plan. Returns false with the reason on standard error. */
bool plan_write(const char *results, const char *plan, struct plan_counts *counts);

#endif

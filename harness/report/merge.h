/*
 * Joining results files: the shards of a run, the runs of several machines. Records come out by target, in the order in
 * which targets first appear, and within a target by their position in the run, so that the shards of a run give
 * exactly what the whole run gives. What does not belong together is told of: records that are there twice, parts of
 * different runs, shards that are missing, targets of one name that are not one.
 *
 * A first reading finds stretches: records of one target in rising order, one after the other in a file (a file of a run
 * is one). The second reads all stretches of a target beside each other. So memory does not grow with the files.
 */
#ifndef IPCDRILL_MERGE_H
#define IPCDRILL_MERGE_H

#include "report/results.h"

enum { STRETCHES_MAX = 512 }; /* open files */

struct merge;

/*
 * Reads the files once. What is wrong with them goes to `diagnostics`, which is also kept for merge_run; `paths` must
 * outlive the merge. Returns NULL, with a diagnostic, when there is no record or they are in no order at all.
 */
struct merge *merge_start(const char *const *paths, size_t count, struct diagnostics *diagnostics);

/* How many targets there are. */
size_t merge_targets(const struct merge *merge);

/* How many records there are, those that come twice included. */
size_t merge_records(const struct merge *merge);

/* Gives all records on, in order, numbered from 1. What does not belong together goes to the diagnostics. */
void merge_run(struct merge *merge, results_visitor *visit, void *context);

/* NULL is allowed. */
void merge_end(struct merge *merge);

#endif

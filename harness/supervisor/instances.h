/*
 * Which instances a run performs, and in which order. An instance is one row of one case (a case without a
 * where table has one). A run is a sequence of positions, 0 to instances_count - 1: the selected instances,
 * once for each repeat, in the order of their files or shuffled; those that set something machine-wide stand behind
 * all others, for they run alone. A shard has every N-th position of the whole run, so that the shards' records, put in
 * order, are those of the whole run. Positions are computed when asked for, so that memory does not grow with repeats.
 *
 * The list shares the parsed files it is made from; they must outlive it.
 */
#ifndef IPCDRILL_INSTANCES_H
#define IPCDRILL_INSTANCES_H

#include <stdint.h>

#include "notation/notation.h"

/* What to select. An empty list of texts selects everything. */
struct selection {
    const char *const *filters; /* parts of "file: title", case ignored; any of them is enough */
    size_t filter_count;
    const char *const *clauses; /* ids (SHMGET-07) or groups (SHMGET); any of them is enough */
    size_t clause_count;
    size_t shard, shard_count; /* shard 1 to shard_count of shard_count; 0 of 0: all */
    size_t repeat;             /* how often, at least 1 */
    bool shuffle;
    uint64_t seed; /* the same seed gives the same order */
};

struct selected_instance {
    const struct case_file *file;
    const struct drill_case *drill_case;
    size_t index;           /* the row, from 0 */
    size_t repeat;          /* from 0 */
    size_t position_in_all; /* its place in the whole run, of which this may be a shard */
    const char *group;
    bool waits;    /* for the clock, or for work of the kernel: it needs no processor meanwhile */
    bool alone;    /* it sets something machine-wide, or may */
    bool numbered; /* rows share titles: each gets its number behind it */
    int step_count;
};

struct instances;

/*
 * Selects from `files` (a list). `cases_folder` is what groups are relative to, or NULL. Returns the list, to
 * be freed with instances_free.
 */
struct instances *instances_select(const struct case_file *files, const char *cases_folder,
                                   const struct selection *selection);

/* How many positions there are. */
size_t instances_count(const struct instances *instances);

/* How many the whole run has, all shards together: selected instances times repeats. */
size_t instances_in_all(const struct instances *instances);

/* From this position on instances run alone. */
size_t instances_alone_from(const struct instances *instances);

/* The instance at that position. Strings live as long as the list. */
struct selected_instance instances_at(const struct instances *instances, size_t position);

/* Whether any instance waits that does not run alone. */
bool instances_wait(const struct instances *instances);

/* Whether any actor of any instance has a memory limit. */
bool instances_limit_memory(const struct instances *instances);

/* The title of an instance, in `arena`: unique within its case, so that reports can tell rows apart. */
const char *instance_title(const struct selected_instance *instance, struct arena *arena);

/* NULL is allowed. */
void instances_free(struct instances *instances);

#endif

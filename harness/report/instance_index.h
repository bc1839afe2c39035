/*
 * The verdicts of instances side by side: a row for each instance, a column for each run or target. An instance is the
 * same wherever its case file lies: its group, the name of the file and its title tell it. Memory is bounded by how many
 * instances there are, not by repeats: a cell holds the worst verdict and the shortest time. Owns its memory.
 */
#ifndef IPCDRILL_INSTANCE_INDEX_H
#define IPCDRILL_INSTANCE_INDEX_H

#include "supervisor/record.h"

struct index_cell {
    bool there;
    enum verdict_kind verdict;
    uint64_t duration_ns;
};

struct index_row {
    const char *group, *file, *title; /* file and line as the last record had them */
    int line;
    const char *target; /* of compared files with several, else NULL */
    struct index_cell *cells;
};

struct instance_index;

struct instance_index *index_start(size_t columns);

/* Adds a record to a column. `target` (may be NULL) parts rows that are otherwise the same. */
void index_add(struct instance_index *index, size_t column, const struct record *record, const char *target);

/* The rows in order of first appearance; NULL past the end. */
const struct index_row *index_row(const struct instance_index *index, size_t place);

void index_end(struct instance_index *index);

#endif

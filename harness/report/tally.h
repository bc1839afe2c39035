/*
 * Counts of verdicts: in all, by target and by group, and by the reasons of skips and of known deviations. Bounded
 * by how many names there are, not by how many records. Owns its memory.
 */
#ifndef IPCDRILL_TALLY_H
#define IPCDRILL_TALLY_H

#include "supervisor/record.h"

enum {
    TALLY_NAMES_MAX = 256, /* groups, and reasons; further ones are counted under "others" */
};

struct count {
    const char *name;
    size_t of[VERDICT_KINDS]; /* by enum verdict_kind */
    size_t deviates;          /* documented differences from POSIX */
    uint64_t duration_ns;
};

struct counts {
    struct count list[TALLY_NAMES_MAX];
    size_t count;
};

struct tally {
    struct arena arena;
    struct count total;
    struct counts targets; /* by target_label; all in order of first appearance */
    struct counts groups;
    struct counts reasons; /* of skips */
    struct counts known;   /* reasons of xfail and xpass */
};

void tally_add(struct tally *tally, const struct record *record);

/* The count of that name; the last when there are too many to have each its own. Never NULL where one was added. */
const struct count *counts_find(const struct counts *counts, const char *name);

/* All verdicts of a count. */
size_t count_sum(const struct count *count);

/* How many of it are red: fail or error. */
size_t count_red(const struct count *count);

/* Whether anything of it is red. */
bool count_is_red(const struct count *count);

void tally_free(struct tally *tally);

#endif

/*
 * What changed between two results files: OLD and NEW. Instances are matched by instance_index.h; targets by their
 * label, and one target against one whatever they are called. Owns its memory.
 */
#ifndef IPCDRILL_COMPARISON_H
#define IPCDRILL_COMPARISON_H

#include "report/instance_index.h"
#include "report/results.h"

enum change {
    CHANGE_BROKE,  /* red, and was not */
    CHANGE_FIXED,  /* not red any more, and neither skipped */
    CHANGE_OTHER,  /* another verdict */
    CHANGE_NEW,    /* was not there */
    CHANGE_GONE,   /* is not there any more */
    CHANGE_SLOWER, /* passed in both, and takes longer */
    CHANGE_NONE,
};

enum { SIDE_OLD, SIDE_NEW, SIDES };

/* One target of a file. */
struct side_target {
    const char *label;
    size_t records, of; /* of 0: old records do not tell */
    struct side_target *next;
};

struct side {
    const char *path;
    struct side_target *targets;
    size_t instances;
};

struct comparison {
    struct arena arena;
    struct instance_index *index;
    struct side sides[SIDES];
    /* Of what passed in both: the median of NEW's times over OLD's (1 where nothing did); and measured against that */
    double middle;
    double noise_ratio, noise_ns; /* how much faster one in a thousand got, which is as much as chance does */
};

/* "broke", "fixed", "changed", "new", "gone", "slower". */
const char *change_name(enum change change);

/*
 * Reads both files. Returns false with diagnostics when one cannot be read, holds no record, or their targets cannot be
 * matched; lines that are no record are told of too, and the rest is compared. Free with comparison_end in any case.
 */
bool comparison_read(struct comparison *comparison, const char *old_path, const char *new_path,
                     struct diagnostics *diagnostics);

/* What became of an instance; `slower` is how many times as long makes it slower. */
enum change comparison_judge(const struct comparison *comparison, const struct index_row *row, double slower);

/* Whether a change is for the worse: red now, and it was not. */
bool change_is_regression(enum change change, const struct index_row *row);

void comparison_end(struct comparison *comparison);

#endif

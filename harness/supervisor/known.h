/*
 * Known deviations: what a target is known to do otherwise, so that a run can be green and still say so. A table
 * (ci/targets/known.tsv is one) has six columns with a tab between them; # begins a comment, * stands for any text:
 *
 *   target   what target_label tells: the name of `run --target`, else kernel, machine, C library, ...
 *   file     the case file, or its last folders: shmget/limits.drill
 *   title    the title of the instance
 *   outcome  fail or error; behind a blank what came instead: fail *-1 ENOMEM
 *   reason   why this is so
 *   link     where that can be read, or -
 *
 * A fail or error that a row knows becomes an xfail. A pass of an instance that a row names exactly (no * in its
 * file and title) becomes an xpass: the row is out of date. A row with * may name instances that pass as well, so
 * only a whole run tells whether it is out of date: known_count.
 *
 * A table is never changed by being used; it owns its memory.
 */
#ifndef IPCDRILL_KNOWN_H
#define IPCDRILL_KNOWN_H

#include "notation/diagnostic.h"
#include "supervisor/record.h"

struct known_row {
    const char *target, *file, *title, *outcome;
    struct known_deviation known;
    bool exact; /* names one instance */
    int line;   /* in its file */
};

struct known_table {
    struct arena arena;
    struct known_row *rows;
    size_t count;
};

/* Reads a table. Returns NULL with diagnostics; free with known_free. */
struct known_table *known_read(const char *path, struct diagnostics *diagnostics);

/* Makes the verdict of a record an xfail or an xpass when a row knows it. `table` may be NULL. */
void known_judge(const struct known_table *table, struct record *record, struct arena *arena);

/* How often a row was right, and how often an instance that it names passed. */
struct known_use {
    size_t deviated, passed;
};

/* Counts one record, judged or not, in `uses`, of which there is one for each row. */
void known_count(const struct known_table *table, const struct record *record, struct known_use *uses);

/* NULL is allowed. */
void known_free(struct known_table *table);

#endif

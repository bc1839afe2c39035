/*
 * Mistakes in files, as people are told of them: where, what is wrong, what was expected. Every stage that can
 * fail fills diagnostics; only cli/ prints them and chooses an exit code.
 */
#ifndef IPCDRILL_DIAGNOSTIC_H
#define IPCDRILL_DIAGNOSTIC_H

#include <stdio.h>

#include "notation/arena.h"

/* A place in a file: both count from 1; 0 means "the file as a whole". Columns count bytes. */
struct position {
    int line;
    int column;
};

struct diagnostic {
    const char *file;
    struct position at;
    const char *text;   /* what is wrong, and what was expected */
    const char *source; /* the line it is in, or NULL */
    struct diagnostic *next;
};

/* The diagnostics of one file, in order of discovery, bounded by DIAGNOSTICS_MAX. */
struct diagnostics {
    struct arena arena;
    struct diagnostic *first, *last;
    int count;
};

enum { DIAGNOSTICS_MAX = 20 };

/*
 * Adds one diagnostic. `file` and `source` are copied (`source` up to its newline). Past DIAGNOSTICS_MAX it is
 * counted and dropped.
 */
void diagnostics_add(struct diagnostics *diagnostics, const char *file, struct position at,
                     const char *source, const char *format, ...) __attribute__((format(printf, 5, 6)));

/* Prints "file:line:column: text", the line and a caret under the column, for each. */
void diagnostics_print(const struct diagnostics *diagnostics, FILE *out);

/* Gives all memory back. */
void diagnostics_free(struct diagnostics *diagnostics);

#endif

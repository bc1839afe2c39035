/*
 * The clause table: every testable sentence of the specification, by id. Tab-separated, one heading line:
 * id, tier (P = POSIX, L = documented by Linux, K = kernel behaviour in no document), source, requirement, columns
 * that only people read, and `reason`: why no case can reach the clause, empty where one can.
 */
#ifndef IPCDRILL_CLAUSES_H
#define IPCDRILL_CLAUSES_H

#include <stddef.h>

#include "notation/diagnostic.h"

struct clause {
    const char *id;
    char tier; /* P, L or K */
    const char *source;
    const char *requirement;
    const char *reason; /* why there is no case, or "" */
};

struct clause_table {
    struct arena arena;
    struct clause *clauses; /* sorted by id */
    size_t count;
};

/* Reads the table. Returns NULL with a diagnostic; free with clause_table_free. */
struct clause_table *clause_table_read(const char *path, struct diagnostics *diagnostics);

/* The clause of that id, or NULL. */
const struct clause *clause_find(const struct clause_table *table, const char *id);

/* The clause with the nearest id, or NULL when none is near. */
const struct clause *clause_nearest(const struct clause_table *table, const char *id);

void clause_table_free(struct clause_table *table);

#endif

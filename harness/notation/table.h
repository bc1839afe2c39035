/*
 * where tables: rows of cells, cells parted by two or more blanks, columns named in the first line. Several tables
 * of one case multiply: every row of the one with every row of the other, the last varying fastest.
 */
#ifndef IPCDRILL_TABLE_H
#define IPCDRILL_TABLE_H

#include "notation/parser.h"

/* Reads the table behind a `where` at `at`, up to an empty line, another where or a case. NULL: failed. */
struct table *table_read(struct parser *parser, struct position at);

/* The rows and the numbers inside their ranges that an instance stands for. */
struct selection {
    const struct drill_case *drill_case;
    size_t index;
    struct arena *arena;
};

/*
 * The cell that column `name` has in an instance, a range reduced to its number; NULL when there is no such
 * column. In the selection's arena.
 */
const struct word *selection_cell(const struct selection *selection, const char *name);

/* The name of the column at that place over all tables, or NULL past the end; `context` is the selection. */
const char *selection_column_at(void *context, size_t index);

/* The row of the first table in an instance, or NULL without a table. */
const struct row *selection_row(const struct selection *selection);

#endif

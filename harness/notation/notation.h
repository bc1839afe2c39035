/*
 * The notation: text to tree, tree to text, and whether a tree makes sense. See tree.h for what comes out.
 *
 *     read -> parse -> check -> expand (one row) -> the conductor
 *                  \-> print
 *
 * Nothing here starts a process or knows a value of the target: UPPER-CASE names are only checked to exist.
 */
#ifndef IPCDRILL_NOTATION_H
#define IPCDRILL_NOTATION_H

#include <stdio.h>

#include "notation/clauses.h"
#include "notation/tree.h"

/* Bounds of what a case file may be; beyond them a diagnostic says so. */
enum {
    CASE_FILE_BYTES_MAX = 4 * 1024 * 1024,
    CASE_NESTING_MAX = 64,
    CASE_INSTANCES_MAX = 100000,
};

/*
 * Reads and parses one file. Mistakes go to `diagnostics` and the parser goes on behind the next line, so one
 * reading tells of many. Returns the file (to be freed with notation_free) or NULL when nothing of it is usable
 * or it has a mistake.
 */
struct case_file *notation_read(const char *path, struct diagnostics *diagnostics);

/* As notation_read, for text in memory (`length` bytes, may hold anything). `path` only names it. */
struct case_file *notation_parse(const char *path, const char *text, size_t length,
                                 struct diagnostics *diagnostics);

/*
 * Checks what the grammar cannot: that every actor, call, field, constant and clause exists (with the nearest
 * known name), that calls have the arguments they take, that names are learnt before they are used, that
 * unfinished calls are resumed by name, and every cell of every where row in the place where it is used.
 * `clauses` may be NULL: clause ids are then not checked. Returns true when nothing was wrong.
 */
bool notation_check(const struct case_file *file, const struct clause_table *clauses,
                    struct diagnostics *diagnostics);

/*
 * The case with the cells of instance `index` (0 to instance_count - 1; the last table varies fastest) put in
 * place of its columns. Lives in `arena`; shares what does not change with `source`. Returns NULL with a
 * diagnostic when a cell does not fit where it is used.
 */
struct drill_case *notation_expand(const struct case_file *file, const struct drill_case *source,
                                   size_t index, struct arena *arena, struct diagnostics *diagnostics);

/* The title of an instance, its columns filled in. In `arena`. */
const char *notation_title(const struct drill_case *source, size_t index, struct arena *arena);

/* The line of an instance: of its where row, or of the case. */
int notation_line(const struct drill_case *source, size_t index);

/* Prints a whole file, one case, one step, one expression, as the parser reads it. */
void notation_print_file(const struct case_file *file, FILE *out);
void notation_print_case(const struct drill_case *drill_case, FILE *out);
void notation_print_step(const struct step *step, FILE *out);
void notation_print_expression(const struct expression *expression, FILE *out);
void notation_print_outcome(const struct outcome *outcome, FILE *out);

/* Prints bytes as a string literal of the notation, with its quotes. */
void notation_print_bytes(const char *bytes, size_t length, FILE *out);

/* Whether two files say the same: positions and layout aside. */
bool notation_equal(const struct case_file *one, const struct case_file *other);

/* Gives the file and all its trees back. NULL is allowed. */
void notation_free(struct case_file *file);

#endif

/*
 * The case files of one command: found, read, checked. A file with a mistake is told of and left out; the
 * others are kept. Prints diagnostics on standard error. Owns all that it read.
 */
#ifndef IPCDRILL_SUITE_H
#define IPCDRILL_SUITE_H

#include "cli/options.h"
#include "notation/clauses.h"

struct suite {
    struct arena arena;
    struct case_file *files;      /* in order of their paths */
    struct clause_table *clauses; /* NULL: none was found, ids are not checked */
    const char *folder;           /* what groups are relative to, or NULL */
    size_t mistakes;              /* files that are left out, folders that cannot be read */
};

/*
 * Reads what the options name (files, and **.drill below folders), or the whole folder of cases. Returns
 * false when there is nothing to go on with; suite_free is needed all the same.
 */
bool suite_read(struct suite *suite, const struct options *options);

void suite_free(struct suite *suite);

#endif

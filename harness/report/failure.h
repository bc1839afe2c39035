/*
 * What a failure looks like to people: the form of the notation page, line by line comparable with strace.
 *
 *     FAIL  cases/shmget/existing.drill:14  shmget on a key that exists
 *           expected  ...
 *           got       ...
 *           so far    ...
 *           clause    SHMGET-07  "requirement" (source)
 */
#ifndef IPCDRILL_FAILURE_H
#define IPCDRILL_FAILURE_H

#include "notation/clauses.h"
#include "supervisor/record.h"

/* Escape sequences around parts of it; all empty without colour. */
struct colours {
    const char *red, *green, *yellow, *dim, *bold, *plain;
};

extern const struct colours colours_none, colours_terminal;

/* Prints a record of fail, error or xpass. No byte of a process under test reaches `out` unescaped. `name_target`: say where. */
void failure_print(const struct record *record, const struct clause_table *clauses,
                   const struct colours *colours, bool name_target, FILE *out);

/* All below the first line of failure_print, without colour and without indentation, as in JUnit's body. */
void failure_print_details(const struct record *record, const struct clause_table *clauses, FILE *out);

#endif

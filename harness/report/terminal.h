/*
 * What people see while and after a run: one live line of progress (on a terminal only), every failure in
 * full, and a summary by group. On a pipe there is nothing but these data: no colour, no progress.
 */
#ifndef IPCDRILL_TERMINAL_H
#define IPCDRILL_TERMINAL_H

#include "report/tally.h"
#include "notation/clauses.h"

struct terminal_options {
    FILE *out;
    bool live; /* a progress line that is drawn over */
    bool colour;
    bool quiet;        /* failures and the total only */
    bool merged;       /* the records were read and not made: there is no speed to tell */
    bool name_targets; /* with each failure: there are several */
};

struct terminal;

/* `total` is how many records will come. `clauses` may be NULL and must outlive the terminal. */
struct terminal *terminal_start(const struct terminal_options *options, size_t total,
                                const struct clause_table *clauses);

/* A sink: counts a record, and prints it when it is red or an xpass. `context` is the terminal. */
void terminal_take(void *context, const char *line, const struct record *record);

/* Says in the live line that other runs are waited for. `context` is the terminal. */
void terminal_waits(void *context);

/* Prints the summary and returns the counts in `total` (may be NULL). Frees the terminal. */
void terminal_end(struct terminal *terminal, struct count *total);

#endif

/*
 * The subcommands: each is one file with one function, and a row in subcommands.c. A subcommand prints its result on
 * standard output, what is wrong on standard error, and returns an exit code.
 */
#ifndef IPCDRILL_SUBCOMMAND_H
#define IPCDRILL_SUBCOMMAND_H

#include "cli/options.h"

/* Where several apply the highest wins. Behind a signal that ended a run: 128 plus its number. */
enum exit_code {
    EXIT_GOOD = 0,    /* everything passed or was skipped */
    EXIT_RED = 1,     /* a verdict of fail or error */
    EXIT_USAGE = 2,   /* a wrong option, a mistake in a case file, nothing to run */
    EXIT_TROUBLE = 3, /* the tool's own: no agent, no worker, reports that cannot be written */
};

typedef int subcommand_function(const struct options *options);

struct subcommand {
    const char *name;
    const char *arguments; /* what may follow the options, for the help */
    const char *summary;   /* a line */
    enum subcommand_set set;
    subcommand_function *function;
    const char *about;    /* lines */
    const char *examples; /* lines */
};

/*
 * What a subcommand that runs programs under test says and returns when it cannot: a skip where this kernel, or a sandbox,
 * has no seccomp user notification, else trouble.
 */
enum exit_code subcommand_give_up(const char *subcommand, const char *problem);

/* The rows in the order of the help, the default first; NULL behind the last. */
const struct subcommand *subcommand_at(size_t index);

/* NULL when there is none. */
const struct subcommand *subcommand_named(const char *name);

subcommand_function run_subcommand;
subcommand_function list_subcommand;
subcommand_function clauses_subcommand;
subcommand_function show_subcommand;
subcommand_function merge_subcommand;
subcommand_function compare_subcommand;
subcommand_function check_syntax_subcommand;
subcommand_function report_subcommand;
subcommand_function doctor_subcommand;
subcommand_function sweep_subcommand;
subcommand_function interleave_subcommand;
subcommand_function leaks_subcommand;
subcommand_function programs_subcommand;
subcommand_function completion_subcommand;

/* `run --debug`: in debug.c. */
subcommand_function debug_subcommand;

#endif

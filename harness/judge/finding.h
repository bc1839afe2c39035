/*
 * Findings: what is wrong with a program under test, said in one sentence, with how it was provoked and the trace that
 * proves it. sweep, interleave, leaks and programs all give their findings to one list and print it in one form;
 * the report page reads the same as JSON (report/findings.h).
 *
 * Many runs find the same thing: findings with the same kind, program and sentence are one, and the first (or the
 * shortest to provoke, as the caller orders its runs) is kept as the example. All memory is the list's arena.
 */
#ifndef IPCDRILL_JUDGE_FINDING_H
#define IPCDRILL_JUDGE_FINDING_H

#include <jansson.h>
#include <stdbool.h>
#include <stdio.h>

#include "notation/arena.h"

/* How bad, the worst first: they are listed in this order. */
enum finding_severity {
    FINDING_CORRUPTS, /* a message lost, repeated, torn; another's data changed; a success that is none */
    FINDING_HANGS,    /* it never ends: asleep for ever, or running for ever */
    FINDING_CRASHES,  /* a deadly signal of its own making */
    FINDING_LEAVES,   /* something is left behind: objects, processes, descriptors, memory */
    FINDING_SILENT,   /* it ends, but neither a word nor its exit code tells of the failure */
    FINDING_SEVERITIES,
};

struct finding {
    enum finding_severity severity;
    const char *kind;     /* what found it: "sweep", "interleaving", "conversation", "leak" */
    const char *program;  /* the actor it is about */
    const char *sentence; /* what goes wrong, without the program's name in front and without a full stop */
    const char *why;      /* more of what was seen in the example; may be NULL */
    const char *details;  /* "EINTR, EIDRM": what the runs that show it differ in; may be NULL */
    const char *how;      /* how to provoke it again, one line; may be NULL */
    const char
        *again; /* the same as lines of a case (cases/README.md): its scene and what is done; may be NULL */
    const char *kept;  /* the case file that keeps it; may be NULL */
    const char *trace; /* lines of the notation; may be NULL */
    const char *rule;  /* the rule behind it: a clause id, a page of the manual; may be NULL */
    unsigned times;    /* runs that showed it */
    struct finding *next;
};

struct findings {
    struct arena arena;
    struct finding *first; /* in the order they were found */
    size_t count;
};

/*
 * Adds a copy of a finding, or counts it when the list has it. Returns the one in the list, and in *is_new (may be
 * NULL) whether it was not there before.
 */
struct finding *findings_add(struct findings *findings, const struct finding *finding, bool *is_new);

/* Adds a detail to a finding of the list, unless it has it. */
void finding_add_detail(struct findings *findings, struct finding *finding, const char *detail);

/* Orders the list: the worst first, and among equals as they were found. */
void findings_sort(struct findings *findings);

/* "corrupts", "hangs", "crashes", "leaves", "silent". */
const char *finding_severity_name(enum finding_severity severity);

/*
 * Prints the list for people, as it is ordered: a heading, how, the last `trace_lines` lines of the trace (0: all), each up
 * to some width, and the rule; what a run shows that another finding has told of refers to that one. No byte of a program reaches `out` unescaped. `colour`: with escape sequences.
 */
void findings_print(const struct findings *findings, size_t trace_lines, bool colour, FILE *out);

/* An array of {kind, severity, program, sentence, why, details, how, case, trace: [line], clause, times}; for the caller to json_decref. */
json_t *findings_to_json(const struct findings *findings);

/* Frees everything; the list is empty then. */
void findings_free(struct findings *findings);

#endif

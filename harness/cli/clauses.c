/*
 * ipcdrill clauses: every clause with its cases, and what the last run said of them.
 */
#include <jansson.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "cli/places.h"
#include "cli/subcommand.h"
#include "cli/suite.h"
#include "report/results.h"

/* One clause with what is known of it. */
struct traced {
    const struct clause *clause;
    size_t cases;
    const struct case_file *file; /* of the first case */
    int line;
    size_t verdicts[VERDICT_KINDS];
};

struct trace {
    struct traced *rows; /* in the order of the table */
    size_t count;
};

static struct traced *find(struct trace *trace, const char *id)
{
    size_t low = 0, high = trace->count;

    while (low < high) {
        size_t middle = (low + high) / 2;
        int order = strcmp(id, trace->rows[middle].clause->id);

        if (order == 0)
            return &trace->rows[middle];
        if (order < 0)
            high = middle;
        else
            low = middle + 1;
    }
    return NULL;
}

static void count_cases(struct trace *trace, const struct suite *suite)
{
    for (const struct case_file *file = suite->files; file; file = file->next)
        for (const struct drill_case *drill_case = file->cases; drill_case; drill_case = drill_case->next)
            for (const struct word *clause = drill_case->clauses; clause; clause = clause->next) {
                struct traced *row = find(trace, clause->text);

                if (!row)
                    continue;
                if (row->cases++ == 0) {
                    row->file = file;
                    row->line = drill_case->at.line;
                }
            }
}

static void count_verdict(void *context, size_t number, const struct record *record)
{
    (void)number;
    for (const struct word *clause = record->clauses; clause; clause = clause->next) {
        struct traced *row = find(context, clause->text);

        if (row)
            row->verdicts[record->verdict.kind]++;
    }
}

/* The worst that a run said of the clause; "-" when no run did. */
static const char *summary(const struct traced *row)
{
    enum verdict_kind worst = VERDICT_SKIP;

    for (int kind = 0; kind < VERDICT_KINDS; kind++)
        if (row->verdicts[kind] && verdict_is_worse((enum verdict_kind)kind, worst))
            worst = (enum verdict_kind)kind;
    return row->verdicts[worst] ? verdict_name(worst) : "-";
}

static bool is_wanted(const struct options *options, const struct traced *row)
{
    bool wanted = options->clauses.count == 0;

    for (size_t i = 0; i < options->clauses.count && !wanted; i++) {
        size_t length = strlen(options->clauses.texts[i]);

        wanted = strncasecmp(row->clause->id, options->clauses.texts[i], length) == 0 &&
                 (row->clause->id[length] == '\0' || row->clause->id[length] == '-');
    }
    return wanted && (!options->tier || strchr(options->tier, row->clause->tier)) &&
           (!options->uncovered || (row->cases == 0 && !*row->clause->reason));
}

static void print_text(const struct traced *row)
{
    printf("%-11s %c  %-5s ", row->clause->id, row->clause->tier, summary(row));
    if (row->cases)
        printf("%3zu case%s  ", row->cases, row->cases == 1 ? " " : "s");
    else
        fputs(*row->clause->reason ? "no case    " : "UNCOVERED  ", stdout);
    printf("%s  (%s)\n", row->clause->requirement, row->clause->source);
    if (row->cases)
        printf("%32s%s:%d%s\n", "", row->file->path, row->line, row->cases > 1 ? " ..." : "");
    else if (*row->clause->reason)
        printf("%32s%s\n", "", row->clause->reason);
}

static void print_json(const struct traced *row)
{
    const char tier[] = {row->clause->tier, '\0'};
    json_t *object =
        json_pack("{s:s, s:s, s:s, s:s, s:s, s:I, s:s}", "clause", row->clause->id, "tier", tier, "source",
                  row->clause->source, "requirement", row->clause->requirement, "reason", row->clause->reason,
                  "cases", (json_int_t)row->cases, "verdict", summary(row));

    json_dumpf(object, stdout, JSON_COMPACT);
    putchar('\n');
    json_decref(object);
}

/* What the last run left, if it left anything. */
static void read_verdicts(struct trace *trace, const struct options *options, const struct suite *suite)
{
    struct arena arena = {0};
    struct diagnostics diagnostics = {0};
    const char *folder = place_of_reports(options, suite->folder, &arena);
    const char *path = folder ? arena_print(&arena, "%s/results.jsonl", folder) : NULL;

    if (path && access(path, R_OK) == 0 && !results_read(path, count_verdict, trace, &diagnostics))
        diagnostics_print(&diagnostics, stderr);
    diagnostics_free(&diagnostics);
    arena_free(&arena);
}

static int print_trace(const struct trace *trace, const struct options *options)
{
    size_t printed = 0, covered = 0, excused = 0;

    for (size_t i = 0; i < trace->count; i++) {
        const struct traced *row = &trace->rows[i];

        covered += row->cases > 0;
        excused += row->cases == 0 && *row->clause->reason;
        if (!is_wanted(options, row))
            continue;
        printed++;
        if (options->json)
            print_json(row);
        else
            print_text(row);
    }
    if (!options->json)
        printf("%zu clauses: %zu with a case, %zu with a reason why there is none, %zu uncovered\n",
               trace->count, covered, excused, trace->count - covered - excused);
    return options->uncovered && printed ? EXIT_RED : EXIT_GOOD;
}

int clauses_subcommand(const struct options *options)
{
    struct suite suite;
    int code = EXIT_USAGE;

    if (suite_read(&suite, options) && suite.clauses) {
        struct trace trace = {.count = suite.clauses->count};

        trace.rows = arena_take(&suite.arena, trace.count * sizeof(*trace.rows));
        for (size_t i = 0; i < trace.count; i++)
            trace.rows[i].clause = &suite.clauses->clauses[i];
        count_cases(&trace, &suite);
        read_verdicts(&trace, options, &suite);
        code = print_trace(&trace, options);
        if (suite.mistakes)
            code = EXIT_USAGE;
    }
    suite_free(&suite);
    return code;
}

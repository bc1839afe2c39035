/*
 * ipcdrill merge: the results of several runs, shards or machines as one set of reports.
 */
#include "cli/output.h"
#include "cli/places.h"
#include "cli/subcommand.h"
#include "cli/terminal_choice.h"
#include "report/matrix.h"
#include "report/merge.h"

/* What merged records are given to. */
struct receivers {
    struct terminal *terminal;
    struct matrix *matrix;
    struct output *output; /* NULL: nothing is written */
};

static void take(void *context, size_t number, const struct record *record)
{
    struct receivers *receivers = context;
    struct arena arena = {0};

    (void)number;
    terminal_take(receivers->terminal, NULL, record);
    matrix_add(receivers->matrix, record);
    if (receivers->output)
        output_take(receivers->output, record_to_json(record, &arena), record);
    arena_free(&arena);
}

/* For quoting the specification; not having it is no mistake. */
static struct clause_table *find_clauses(const struct options *options, struct arena *arena)
{
    struct diagnostics diagnostics = {0};
    const char *problem;
    const char *cases = place_of_cases(options, arena, &problem);
    const char *path = cases ? place_of_clauses(cases, arena) : NULL;
    struct clause_table *clauses = path ? clause_table_read(path, &diagnostics) : NULL;

    diagnostics_print(&diagnostics, stderr);
    diagnostics_free(&diagnostics);
    return clauses;
}

static int merge_all(struct merge *merge, const struct options *options, struct arena *arena)
{
    struct clause_table *clauses = find_clauses(options, arena);
    struct terminal_options terminal = terminal_choose(options);
    struct count total;
    int code = EXIT_GOOD;

    terminal.live = false;
    terminal.merged = true;
    terminal.name_targets = merge_targets(merge) > 1;
    struct receivers receivers = {
        .terminal = terminal_start(&terminal, merge_records(merge), clauses),
        .matrix = matrix_start(),
    };

    if (options->output || output_is_for_github())
        receivers.output = output_start(options->output, options->formats, clauses);
    merge_run(merge, take, &receivers);
    if (!options->quiet)
        matrix_print(receivers.matrix, stdout);
    terminal_end(receivers.terminal, &total);
    if (receivers.output && !output_end(receivers.output))
        code = EXIT_TROUBLE;
    matrix_end(receivers.matrix);
    clause_table_free(clauses);
    return count_is_red(&total) && code < EXIT_RED ? EXIT_RED : code;
}

int merge_subcommand(const struct options *options)
{
    struct diagnostics diagnostics = {0};
    struct arena arena = {0};
    const char **paths = arena_take(&arena, ((size_t)options->argument_count + 1) * sizeof(*paths));
    struct merge *merge = NULL;
    int code = EXIT_USAGE;

    for (int i = 0; i < options->argument_count; i++)
        paths[i] = results_path(options->arguments[i], &arena);
    if (options->argument_count == 0)
        fputs("ipcdrill: merge needs results files, or the folders they are in; see ipcdrill merge --help\n",
              stderr);
    else if (options->formats && !options->output)
        fputs("ipcdrill: --format needs a folder to write to: --output DIR\n", stderr);
    else
        merge = merge_start(paths, (size_t)options->argument_count, &diagnostics);
    if (merge)
        code = merge_all(merge, options, &arena);
    if (diagnostics.count && code < EXIT_USAGE)
        code = EXIT_USAGE;
    diagnostics_print(&diagnostics, stderr);
    diagnostics_free(&diagnostics);
    merge_end(merge);
    arena_free(&arena);
    return code;
}

#include "cli/suite.h"

#include <string.h>

#include "cli/drill_files.h"
#include "cli/places.h"
#include "notation/notation.h"

/* Prints what was found and forgets it. Returns whether there was anything. */
static bool tell(struct diagnostics *diagnostics)
{
    bool any = diagnostics->count > 0;

    diagnostics_print(diagnostics, stderr);
    diagnostics_free(diagnostics);
    return any;
}

/* Returns the list of paths; mistakes are told of and counted. */
static struct word *find_paths(struct suite *suite, const struct options *options)
{
    struct diagnostics diagnostics = {0};
    struct word *paths = NULL;
    const char *problem;

    for (int i = 0; i < options->argument_count; i++)
        drill_files_find(options->arguments[i], &paths, &suite->arena, &diagnostics);
    if (options->argument_count == 0) {
        suite->folder = place_of_cases(options, &suite->arena, &problem);
        if (suite->folder)
            drill_files_find(suite->folder, &paths, &suite->arena, &diagnostics);
        else
            fprintf(stderr, "ipcdrill: %s\n", problem);
        suite->mistakes += !suite->folder;
    }
    suite->mistakes += tell(&diagnostics);
    return paths;
}

/* The table above the files that were named, else that of the folder of cases. */
static bool read_clauses(struct suite *suite, const struct options *options, const struct word *paths)
{
    struct diagnostics diagnostics = {0};
    const char *problem;
    const char *table = place_of_clauses(suite->folder ? suite->folder : paths->text, &suite->arena);
    const char *cases = table ? NULL : place_of_cases(options, &suite->arena, &problem);

    if (cases)
        table = place_of_clauses(cases, &suite->arena);
    if (!table) {
        fputs("ipcdrill: note: no clauses.tsv here or above; clause ids are not checked\n", stderr);
        return true;
    }
    const char *slash = strrchr(table, '/');

    if (!suite->folder && slash)
        suite->folder = arena_copy(&suite->arena, table, (size_t)(slash - table));
    suite->clauses = clause_table_read(table, &diagnostics);
    tell(&diagnostics);
    return suite->clauses != NULL;
}

static bool was_read(const struct suite *suite, const char *path)
{
    for (const struct case_file *file = suite->files; file; file = file->next) {
        if (strcmp(file->path, path) == 0)
            return true;
    }
    return false;
}

bool suite_read(struct suite *suite, const struct options *options)
{
    *suite = (struct suite){0};
    const struct word *paths = find_paths(suite, options);
    struct case_file **end = &suite->files;

    if (!paths)
        return false;
    if (!read_clauses(suite, options, paths)) {
        suite->mistakes++;
        return false;
    }
    for (const struct word *path = paths; path; path = path->next) {
        struct diagnostics diagnostics = {0};

        if (was_read(suite, path->text))
            continue;
        struct case_file *file = notation_read(path->text, &diagnostics);
        bool good = file && notation_check(file, suite->clauses, &diagnostics);

        suite->mistakes += tell(&diagnostics) || !good;
        if (good) {
            *end = file;
            end = &file->next;
        } else {
            notation_free(file);
        }
    }
    return suite->files != NULL;
}

void suite_free(struct suite *suite)
{
    while (suite->files) {
        struct case_file *next = suite->files->next;

        notation_free(suite->files);
        suite->files = next;
    }
    clause_table_free(suite->clauses);
    arena_free(&suite->arena);
}

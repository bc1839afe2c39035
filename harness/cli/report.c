/*
 * ipcdrill report: the report page, from one or many results files.
 */
#include <errno.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "cli/history.h"
#include "cli/new_file.h"
#include "cli/places.h"
#include "cli/subcommand.h"
#include "cli/suite.h"
#include "report/findings.h"
#include "report/page_data.h"
#include "report/page_files.h"

struct making {
    struct arena arena;
    const struct options *options;
    const char *reports; /* the folder that results are looked for in, or NULL */
    const char *folder;  /* where the page goes */
    struct diagnostics diagnostics;
    struct page_table *table;
    struct suite suite;
    size_t *clause_cases;
    struct known_table *known;
    json_t *findings, *coverage;
};

static bool exists(const char *path)
{
    return access(path, F_OK) == 0;
}

static int trouble(const char *what)
{
    fprintf(stderr, "ipcdrill report: %s: %s\n", what, strerror(errno));
    return EXIT_TROUBLE;
}

static const char *const usual_findings[] = {"findings.json", "leaks.json"};

enum { USUAL_FINDINGS = sizeof(usual_findings) / sizeof(usual_findings[0]) };

/* The path of a usual file of findings in that folder, or NULL. */
static const char *findings_in(struct making *making, const char *folder, size_t which)
{
    const char *path = arena_print(&making->arena, "%s/%s", folder, usual_findings[which]);

    return exists(path) ? path : NULL;
}

/* What ipcdrill programs writes: findings, and no results of cases. */
static bool has_only_findings(struct making *making, const char *folder)
{
    bool any = false;

    for (size_t i = 0; i < USUAL_FINDINGS; i++)
        any = any || findings_in(making, folder, i);
    return any && !exists(arena_print(&making->arena, "%s/results.jsonl", folder));
}

/* "FILE" or "FILE=NAME". A file whose name has such a sign is itself. */
static bool read_argument(struct making *making, const char *argument)
{
    const char *sign = exists(argument) ? NULL : strrchr(argument, '=');
    const char *path = sign ? arena_copy(&making->arena, argument, (size_t)(sign - argument)) : argument;

    if (has_only_findings(making, path))
        return true;

    if (sign && !sign[1]) {
        diagnostics_add(&making->diagnostics, argument, (struct position){0}, NULL,
                        "a name is missing behind the =; expected FILE or FILE=NAME");
        return false;
    }
    return page_table_read(making->table, results_path(path, &making->arena), sign ? sign + 1 : NULL,
                           &making->diagnostics);
}

/* The history and the last run of the folder of reports. */
static bool read_reports(struct making *making)
{
    const char *last =
        making->reports ? arena_print(&making->arena, "%s/results.jsonl", making->reports) : NULL;
    size_t count = 0;
    bool good = true;

    if (!last || !exists(last)) {
        fputs("ipcdrill report: there are no results here; ipcdrill run makes reports/results.jsonl, or name "
              "files\n",
              stderr);
        return false;
    }
    const char *const *paths = history_list(making->reports, &count, &making->arena);

    for (size_t i = 0; i < count; i++)
        good = page_table_read(making->table, paths[i], NULL, &making->diagnostics) && good;
    return page_table_read(making->table, last, NULL, &making->diagnostics) && good;
}

static bool read_results(struct making *making)
{
    const struct options *options = making->options;
    bool good = true;

    for (int i = 0; i < options->argument_count; i++)
        good = read_argument(making, options->arguments[i]) && good;
    return options->argument_count ? good : read_reports(making);
}

/* The line of the first comment above a case, or of the case. */
static int first_line(const struct drill_case *drill_case)
{
    int line = drill_case->at.line;

    for (const struct word *comment = drill_case->comments; comment; comment = comment->next)
        line--;
    return line;
}

static const char *behind_lines(const char *text, int count)
{
    for (; count > 0 && *text; count--) {
        text += strcspn(text, "\n");
        text += *text == '\n';
    }
    return text;
}

/* A case with its comments, as the file has it. */
static const char *text_of(const struct case_file *file, const struct drill_case *drill_case,
                           struct arena *arena)
{
    int line = first_line(drill_case);
    const char *from = behind_lines(file->text, line - 1);
    const char *to =
        drill_case->next ? behind_lines(from, first_line(drill_case->next) - line) : from + strlen(from);

    while (to > from && (to[-1] == '\n' || to[-1] == ' '))
        to--;
    return arena_copy(arena, from, (size_t)(to - from));
}

/* Gives each instance that is still in the case files the text of its case. */
static void add_texts(struct making *making)
{
    const struct selection all = {.repeat = 1};
    struct instances *instances = instances_select(making->suite.files, making->suite.folder, &all);
    const struct drill_case *last = NULL;
    const char *text = NULL;

    for (size_t i = 0; i < instances_count(instances); i++) {
        struct selected_instance instance = instances_at(instances, i);
        struct arena arena = {0};
        struct page_instance *found = page_table_find(making->table, instance.file->path,
                                                      instance_title(&instance, &arena), instance.index);

        if (found && instance.drill_case != last)
            text = text_of(instance.file, instance.drill_case, &making->arena);
        if (found) {
            last = instance.drill_case;
            found->text = text;
            found->text_line = first_line(last);
        }
        arena_free(&arena);
    }
    instances_free(instances);
}

/* How many cases name each clause. */
static void count_cases(struct making *making)
{
    const struct clause_table *clauses = making->suite.clauses;

    making->clause_cases = arena_take(&making->arena, (clauses->count + 1) * sizeof(*making->clause_cases));
    for (const struct case_file *file = making->suite.files; file; file = file->next)
        for (const struct drill_case *drill_case = file->cases; drill_case; drill_case = drill_case->next)
            for (const struct word *id = drill_case->clauses; id; id = id->next) {
                const struct clause *clause = clause_find(clauses, id->text);

                if (clause)
                    making->clause_cases[clause - clauses->clauses]++;
            }
}

/* Without case files the page has no clauses and no texts, and still all verdicts. */
static void read_cases(struct making *making)
{
    struct options options = *making->options;
    const char *problem;

    options.argument_count = 0;
    if (!place_of_cases(&options, &making->arena, &problem))
        fprintf(stderr, "ipcdrill report: note: no clauses and no texts of cases: %s\n", problem);
    else if (suite_read(&making->suite, &options))
        add_texts(making);
    if (making->suite.clauses)
        count_cases(making);
}

static const char *title_of(const char *path)
{
    static const struct {
        const char *file, *title;
    } titles[] = {
        {"findings.json", "Findings in programs"},
        {"leaks.json", "Leaks"},
    };
    const char *slash = strrchr(path, '/');
    const char *file = slash ? slash + 1 : path;

    for (size_t i = 0; i < sizeof(titles) / sizeof(titles[0]); i++)
        if (strcmp(titles[i].file, file) == 0)
            return titles[i].title;
    return file;
}

static bool add_findings(struct making *making, const char *path)
{
    json_t *items = findings_read(path, &making->diagnostics);

    if (items)
        json_array_append_new(making->findings, json_pack("{s:s, s:s, s:o}", "title", title_of(path), "file",
                                                          path, "items", items));
    return items != NULL;
}

static bool add_usual_findings(struct making *making, const char *folder)
{
    bool good = true;

    for (size_t i = 0; i < USUAL_FINDINGS; i++) {
        const char *path = findings_in(making, folder, i);

        if (path)
            good = add_findings(making, path) && good;
    }
    return good;
}

/* Those that are named, else those beside the results. */
static bool read_findings(struct making *making)
{
    const struct options *options = making->options;
    bool good = true;

    for (size_t i = 0; i < options->findings.count; i++)
        good = add_findings(making, options->findings.texts[i]) && good;
    if (options->findings.count)
        return good;
    for (int i = 0; i < options->argument_count; i++)
        good = add_usual_findings(making, options->arguments[i]) && good;
    if (options->argument_count == 0 && making->reports)
        good = add_usual_findings(making, making->reports) && good;
    return good;
}

/* How a page in the folder `from` links to `to`; both are real paths. */
static const char *link_between(const char *from, const char *to, struct arena *arena)
{
    const char *link = "";
    size_t common = 0;

    for (size_t i = 0; from[i] && from[i] == to[i]; i++)
        if (from[i] == '/')
            common = i + 1;
    for (const char *rest = from + common; *rest; rest += strcspn(rest, "/"), rest += *rest == '/')
        link = arena_print(arena, "%s../", link);
    return arena_print(arena, "%s%s", link, to + common);
}

static bool add_coverage(struct making *making, const char *folder)
{
    char from[PATH_MAX], to[PATH_MAX];
    const char *index = arena_print(&making->arena, "%s/index.html", folder);

    if (!realpath(making->folder, from) || !realpath(index, to)) {
        diagnostics_add(&making->diagnostics, index, (struct position){0}, NULL,
                        "cannot be read: %s; expected the pages of genhtml", strerror(errno));
        return false;
    }
    json_array_append_new(making->coverage, json_pack("{s:s, s:s}", "title", folder, "link",
                                                      link_between(from, to, &making->arena)));
    return true;
}

static bool find_coverage(struct making *making)
{
    const struct text_list *folders = &making->options->coverage;
    bool good = true;

    for (size_t i = 0; i < folders->count; i++)
        good = add_coverage(making, folders->texts[i]) && good;
    if (folders->count || !making->reports)
        return good;
    const char *usual = arena_print(&making->arena, "%s/coverage", making->reports);

    return !exists(arena_print(&making->arena, "%s/index.html", usual)) || add_coverage(making, usual);
}

static int write_data(struct making *making)
{
    const struct page_data data = {making->table,        making->suite.clauses, making->clause_cases,
                                   &making->diagnostics, making->findings,      making->coverage};
    struct new_file json, script;

    if (!new_file_open(&json, making->folder, "data.json", &making->arena))
        return trouble(json.path);
    if (!new_file_open(&script, making->folder, "data.js", &making->arena)) {
        new_file_drop(&json);
        return trouble(script.path);
    }
    page_data_write(&data, json.out, script.out);
    if (!new_file_finish(&json)) {
        new_file_drop(&script);
        return trouble(json.path);
    }
    return new_file_finish(&script) ? EXIT_GOOD : trouble(script.path);
}

static int write_page(struct making *making)
{
    for (size_t i = 0; page_file_at(i); i++) {
        const struct page_file *file = page_file_at(i);
        struct new_file new;

        if (!new_file_open(&new, making->folder, file->name, &making->arena))
            return trouble(new.path);
        fwrite(file->bytes, 1, file->length, new.out);
        if (!new_file_finish(&new))
            return trouble(new.path);
    }
    return EXIT_GOOD;
}

static int make_page(struct making *making)
{
    bool good = read_results(making);
    int code;

    good = read_findings(making) && good;
    if (making->table->instance_count == 0 && json_array_size(making->findings) == 0)
        return EXIT_USAGE;
    if (!folders_make(making->folder, &making->arena))
        return trouble(making->folder);
    read_cases(making);
    good = find_coverage(making) && good;
    code = write_data(making);
    if (code == EXIT_GOOD)
        code = write_page(making);
    if (code != EXIT_GOOD)
        return code;
    printf("%s/index.html: %zu instances, %zu target%s, %zu file%s of findings\n", making->folder,
           making->table->instance_count, making->table->target_count,
           making->table->target_count == 1 ? "" : "s", json_array_size(making->findings),
           json_array_size(making->findings) == 1 ? "" : "s");
    return good ? EXIT_GOOD : EXIT_USAGE;
}

/* With the known deviations that the options name. */
static int make_known_page(struct making *making)
{
    if (making->options->known) {
        making->known = known_read(making->options->known, &making->diagnostics);
        if (!making->known)
            return EXIT_USAGE;
    }
    making->table->known = making->known;
    return make_page(making);
}

/* Where results are, and where the page goes. */
static bool find_folders(struct making *making)
{
    struct options options = *making->options;
    const char *problem;

    options.output = NULL;
    making->reports =
        place_of_reports(&options, place_of_cases(&options, &making->arena, &problem), &making->arena);
    if (making->options->output)
        making->folder = making->options->output;
    else if (making->reports)
        making->folder = arena_print(&making->arena, "%s/html", making->reports);
    else
        fputs(
            "ipcdrill report: there is no folder reports/ here; say where the page goes with --output DIR\n",
            stderr);
    return making->folder != NULL;
}

int report_subcommand(const struct options *options)
{
    struct making making = {.options = options, .findings = json_array(), .coverage = json_array()};
    int code = EXIT_USAGE;

    if (find_folders(&making)) {
        making.table = page_table_start();
        code = making.table ? make_known_page(&making) : trouble("no place for a temporary file");
    }
    diagnostics_print(&making.diagnostics, stderr);
    diagnostics_free(&making.diagnostics);
    suite_free(&making.suite);
    page_table_free(making.table);
    known_free(making.known);
    json_decref(making.findings);
    json_decref(making.coverage);
    arena_free(&making.arena);
    return code;
}

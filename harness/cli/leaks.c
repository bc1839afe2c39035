#include <errno.h>
#include <string.h>
#include <unistd.h>

#include "cli/findings_file.h"
#include "cli/places.h"
#include "cli/programs_given.h"
#include "cli/subcommand.h"
#include "cli/terminal_choice.h"
#include "leaks/findings.h"
#include "leaks/leaks.h"

static int complain(const char *what, int code)
{
    fprintf(stderr, "ipcdrill leaks: %s\n", what);
    return code;
}

static const char *quoted(const char *word, struct arena *arena)
{
    return *word && !strpbrk(word, " '\"$\\;&|<>*?()") ? word : arena_print(arena, "'%s'", word);
}

/* "ipcdrill leaks --valgrind -- ./writer": what shows the same again. */
static const char *command_text(const struct options *options, struct arena *arena)
{
    const char *text = arena_print(arena, "ipcdrill leaks%s", options->valgrind ? " --valgrind" : "");

    for (size_t i = 0; i < options->typed.count; i++)
        text = arena_print(arena, "%s --type %s", text, quoted(options->typed.texts[i], arena));
    if (options->input_file)
        text = arena_print(arena, "%s --stdin %s", text, quoted(options->input_file, arena));
    text = arena_print(arena, "%s --", text);
    for (int i = 0; i < options->argument_count; i++)
        text = arena_print(arena, "%s %s", text, quoted(options->arguments[i], arena));
    return text;
}

static const char *program_name(const struct options *options)
{
    const char *slash = strrchr(options->arguments[0], '/');

    return slash ? slash + 1 : options->arguments[0];
}

/* leaks.json in the folder of reports, if there is one. */
static bool write_report(const struct options *options, json_t *json, struct arena *arena)
{
    const char *folder = place_of_reports(options, NULL, arena);

    return !folder || findings_file_write("leaks", folder, "leaks.json", json_incref(json));
}

static void print_report(const struct options *options, const struct leaks_report *report, const char *how)
{
    struct findings findings = {0};

    leaks_add_findings(report, program_name(options), how, &findings);
    findings_sort(&findings);
    printf("%s: %s; %zu leak%s%s\n", options->arguments[0], report->outcome, findings.count,
           findings.count == 1 ? "" : "s", options->valgrind ? "" : " (memory not looked at: --valgrind)");
    if (findings.count)
        putchar('\n');
    findings_print(&findings, 0, terminal_choose(options).colour, stdout);
    findings_free(&findings);
}

static int look(const struct options *options, const struct leaks_settings *settings, struct arena *arena)
{
    struct leaks_report report;
    const char *problem;

    if (!leaks_run(settings, arena, &report, &problem))
        return subcommand_give_up("leaks", problem);
    const char *how = command_text(options, arena);
    json_t *json = leaks_to_json(&report, program_name(options), how);
    bool written = write_report(options, json, arena);

    if (options->json) {
        json_dumpf(json, stdout, JSON_COMPACT);
        putchar('\n');
    } else {
        print_report(options, &report, how);
    }
    json_decref(json);
    if (report.unseen)
        fprintf(stderr, "ipcdrill leaks: not everything was seen: %s\n", report.unseen);
    if (!written)
        return EXIT_TROUBLE;
    return report.leaks || !report.ended ? EXIT_RED : EXIT_GOOD;
}

int leaks_subcommand(const struct options *options)
{
    struct conductor_options conductor;
    struct arena arena = {0};
    struct session_program program;
    const char *problem;
    int code = EXIT_USAGE;

    if (!programs_given_one(options, "leaks", &program, &arena, &problem)) {
        complain(problem, EXIT_USAGE);
    } else {
        struct leaks_settings settings = {.conductor = &conductor, .programs = &program, .program_count = 1};

        if (!conductor_options_from(options, &conductor, &arena, &problem))
            code = complain(problem, EXIT_TROUBLE);
        else if ((code = memcheck_given(options, options->valgrind, &settings.memcheck, &arena, &problem)))
            complain(problem, code);
        else
            code = look(options, &settings, &arena);
    }
    arena_free(&arena);
    return code;
}

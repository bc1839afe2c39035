#include <errno.h>
#include <fcntl.h>
#include <jansson.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "cli/findings_file.h"
#include "cli/places.h"
#include "cli/programs_given.h"
#include "cli/subcommand.h"
#include "cli/terminal_choice.h"
#include "inject/filter.h"
#include "notation/injection.h"
#include "sweep/sweep.h"

enum { TRACE_LINES_SHOWN = 30 };

static int complain(const char *what)
{
    fprintf(stderr, "ipcdrill sweep: %s\n", what);
    return EXIT_USAGE;
}

/* "--inject semop:eror=EINTR: ..." with a caret below the mistake. */
static bool choose_injections(const struct options *options, struct sweep_settings *settings,
                              struct arena *arena)
{
    struct injection *injections = arena_take(arena, OPTION_LIST_MAX * sizeof(*injections));

    for (size_t i = 0; i < options->injections.count; i++) {
        const char *problem;
        int at;

        if (!injection_read(options->injections.texts[i], &injections[i], arena, &at, &problem)) {
            complain(arena_print(arena, "--inject: %s\n      %s\n      %*s^", problem,
                                 options->injections.texts[i], at, ""));
            return false;
        }
    }
    settings->injections = injections;
    settings->injection_count = options->injections.count;
    return true;
}

static bool choose_calls(const struct options *options, struct sweep_settings *settings, struct arena *arena)
{
    const char **calls = arena_take(arena, (OPTION_LIST_MAX + 1) * sizeof(*calls));

    for (size_t i = 0; i < options->system_calls.count; i++) {
        struct injection injection;
        const char *problem;
        int at;

        calls[i] = options->system_calls.texts[i];
        if (strpbrk(calls[i], ":,") ||
            !injection_read(arena_print(arena, "%s:retval=0", calls[i]), &injection, arena, &at, &problem)) {
            complain(arena_print(arena, "--syscalls %s: %s", calls[i],
                                 strpbrk(calls[i], ":,") ? "one name expected" : problem));
            return false;
        }
    }
    settings->calls = calls;
    return true;
}

static void show_progress(void *context, size_t done, size_t count)
{
    (void)context;
    if (done % 16 == 0 || done == count)
        fprintf(stderr, "\r%zu of %zu runs%s", done, count, done == count ? "\r\033[K" : "");
}

static void print_indented(const char *text, FILE *out)
{
    while (*text) {
        size_t length = strcspn(text, "\n");

        fprintf(out, "       %.*s\n", (int)length, text);
        text += length + (text[length] == '\n');
    }
}

/* What provokes a finding again. */
static const char *command_text(const struct options *options, const char *injection, struct arena *arena)
{
    const char *text = "ipcdrill sweep";

    for (size_t i = 0; i < options->typed.count; i++)
        text = arena_print(arena, "%s --type '%s'", text, options->typed.texts[i]);
    if (options->input_file)
        text = arena_print(arena, "%s --stdin '%s'", text, options->input_file);
    for (size_t i = 0; i < options->system_calls.count; i++)
        text = arena_print(arena, "%s --syscalls %s", text, options->system_calls.texts[i]);
    text = arena_print(arena, "%s%s --inject %s --", text, options->valgrind ? " --valgrind" : "", injection);
    for (int i = 0; i < options->argument_count; i++)
        text = arena_print(arena, strpbrk(options->arguments[i], " '\"$\\;&|<>*?()") ? "%s '%s'" : "%s %s",
                           text, options->arguments[i]);
    return text;
}

static void tell_commands(const struct options *options, struct findings *findings)
{
    for (struct finding *finding = findings->first; finding; finding = finding->next)
        if (finding->how)
            finding->how = command_text(options, finding->how, &findings->arena);
}

static void print_report(const struct options *options, const struct sweep_report *report)
{
    double seconds = (double)report->duration_ns / 1e9;
    size_t count = report->findings.count;

    printf("%s: %zu call%s, %s", options->arguments[0], report->calls, report->calls == 1 ? "" : "s",
           report->outcome);
    if (report->runs)
        printf("; %zu faults in %.1f s, %.0f a second", report->runs, seconds,
               (double)report->runs / seconds);
    putchar('\n');
    if (options->show_trace || options->injections.count)
        print_indented(report->trace, stdout);
    if (options->injections.count && report->fired == 0)
        puts("       # nothing was injected: no such call was made");
    if (count)
        putchar('\n');
    findings_print(&report->findings, TRACE_LINES_SHOWN, terminal_choose(options).colour, stdout);
    if (report->varies)
        puts("\nIt prints something else from run to run: what it prints is not compared.");
    if (!report->deterministic)
        puts("\nIt makes other calls from run to run: not every fault met the call that it was meant for.");
    printf("%s%zu finding%s\n", count ? "" : "\n", count, count == 1 ? "" : "s");
}

static void print_json(const struct options *options, const struct sweep_report *report)
{
    json_t *command = json_array();

    for (int i = 0; i < options->argument_count; i++)
        json_array_append_new(command, json_string(options->arguments[i]));
    json_t *object = json_pack("{s:o, s:s, s:i, s:i, s:i, s:b, s:f, s:s, s:o}", "command", command, "outcome",
                               report->outcome, "calls", (int)report->calls, "runs", (int)report->runs,
                               "fired", (int)report->fired, "deterministic", report->deterministic, "seconds",
                               (double)report->duration_ns / 1e9, "trace", report->trace, "findings",
                               findings_to_json(&report->findings));

    json_dumpf(object, stdout, JSON_COMPACT);
    putchar('\n');
    json_decref(object);
}

static int sweep(const struct options *options, struct sweep_settings *settings, struct arena *arena)
{
    struct conductor_options conductor;
    struct sweep_report report;
    const char *problem;

    if (!conductor_options_from(options, &conductor, arena, &problem)) {
        complain(problem);
        return EXIT_TROUBLE;
    }
    int code = memcheck_given(options, options->valgrind, &settings->memcheck, arena, &problem);

    if (code != EXIT_GOOD) {
        complain(problem);
        return code;
    }
    settings->conductor = &conductor;
    settings->jobs = (int)options->jobs;
    settings->may_leave = options->may_leave;
    settings->progress = isatty(STDERR_FILENO) && !options->json ? show_progress : NULL;
    if (!sweep_run(settings, arena, &report, &problem)) {
        findings_free(&report.findings);
        return subcommand_give_up("sweep", problem);
    }
    tell_commands(options, &report.findings);
    if (options->json)
        print_json(options, &report);
    else
        print_report(options, &report);
    code = report.findings.count ? EXIT_RED : EXIT_GOOD;

    if (options->output &&
        !findings_file_write("sweep", options->output, "findings.json", findings_to_json(&report.findings)))
        code = EXIT_TROUBLE;
    findings_free(&report.findings);
    return code;
}

int sweep_subcommand(const struct options *options)
{
    struct sweep_settings settings = {.words = NULL};
    struct session_program program;
    const char *problem;
    struct arena arena = {0};
    int code = EXIT_USAGE;

    if (!programs_given_one(options, "sweep", &program, &arena, &problem)) {
        complain(problem);
    } else if (choose_injections(options, &settings, &arena) && choose_calls(options, &settings, &arena)) {
        settings.words = program.words;
        settings.input = program.input;
        settings.terminal = program.terminal;
        code = sweep(options, &settings, &arena);
    }
    arena_free(&arena);
    return code;
}

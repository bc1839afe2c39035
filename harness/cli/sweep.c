#include <errno.h>
#include <fcntl.h>
#include <jansson.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "cli/places.h"
#include "cli/programs_given.h"
#include "cli/subcommand.h"
#include "inject/filter.h"
#include "notation/injection.h"
#include "sweep/sweep.h"

enum { PATH_WORD_MAX = 4096 };

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

static void print_command(const struct options *options, const char *injection, FILE *out)
{
    fputs("ipcdrill sweep", out);
    for (size_t i = 0; i < options->typed.count; i++)
        fprintf(out, " --type '%s'", options->typed.texts[i]);
    if (options->input_file)
        fprintf(out, " --stdin '%s'", options->input_file);
    for (size_t i = 0; i < options->system_calls.count; i++)
        fprintf(out, " --syscalls %s", options->system_calls.texts[i]);
    fprintf(out, " --inject %s --", injection);
    for (int i = 0; i < options->argument_count; i++)
        fprintf(out, strpbrk(options->arguments[i], " '\"$\\;&|<>*?()") ? " '%s'" : " %s",
                options->arguments[i]);
    fputc('\n', out);
}

/* ": EINTR, EIDRM (14 runs)" */
static void print_details(const struct finding *finding, FILE *out)
{
    for (const struct finding_detail *detail = finding->details; detail; detail = detail->next)
        fprintf(out, "%s%s", detail == finding->details ? ": " : ", ", detail->text);
    if (finding->runs > 1)
        fprintf(out, " (%u runs)", finding->runs);
}

static json_t *pack_details(const struct finding *finding)
{
    json_t *details = json_array();

    for (const struct finding_detail *detail = finding->details; detail; detail = detail->next)
        json_array_append_new(details, json_string(detail->text));
    return details;
}

static void print_finding(const struct options *options, const struct finding *finding, unsigned number)
{
    printf("\n%4u.  %s", number, finding->sentence);
    print_details(finding, stdout);
    putchar('\n');
    if (finding->why)
        printf("       why    %s\n", finding->why);
    if (finding->injection) {
        fputs("       again  ", stdout);
        print_command(options, finding->injection, stdout);
    }
    print_indented(finding->trace, stdout);
}

static unsigned print_report(const struct options *options, const struct sweep_report *report)
{
    double seconds = (double)report->duration_ns / 1e9;
    unsigned count = 0;

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
    for (const struct finding *finding = report->findings; finding; finding = finding->next)
        print_finding(options, finding, ++count);
    if (report->varies)
        puts("\nIt prints something else from run to run: what it prints is not compared.");
    if (!report->deterministic)
        puts("\nIt makes other calls from run to run: not every fault met the call that it was meant for.");
    printf("\n%u finding%s\n", count, count == 1 ? "" : "s");
    return count;
}

static unsigned print_json(const struct options *options, const struct sweep_report *report)
{
    json_t *command = json_array(), *findings = json_array();
    unsigned count = 0;

    for (int i = 0; i < options->argument_count; i++)
        json_array_append_new(command, json_string(options->arguments[i]));
    for (const struct finding *finding = report->findings; finding; finding = finding->next, count++)
        json_array_append_new(findings,
                              json_pack("{s:s, s:s, s:o, s:s?, s:s?, s:i, s:s}", "kind",
                                        finding_name(finding->kind), "sentence", finding->sentence, "details",
                                        pack_details(finding), "inject", finding->injection, "why",
                                        finding->why, "runs", (int)finding->runs, "trace", finding->trace));
    json_t *object =
        json_pack("{s:o, s:s, s:i, s:i, s:i, s:b, s:f, s:s, s:o}", "command", command, "outcome",
                  report->outcome, "calls", (int)report->calls, "runs", (int)report->runs, "fired",
                  (int)report->fired, "deterministic", report->deterministic, "seconds",
                  (double)report->duration_ns / 1e9, "trace", report->trace, "findings", findings);

    json_dumpf(object, stdout, JSON_COMPACT);
    putchar('\n');
    json_decref(object);
    return count;
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
    settings->conductor = &conductor;
    settings->jobs = (int)options->jobs;
    settings->may_leave = options->may_leave;
    settings->progress = isatty(STDERR_FILENO) && !options->json ? show_progress : NULL;
    if (!sweep_run(settings, arena, &report, &problem))
        return subcommand_give_up("sweep", problem);
    unsigned found = options->json ? print_json(options, &report) : print_report(options, &report);

    return found ? EXIT_RED : EXIT_GOOD;
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

/*
 * ipcdrill interleave: two or more programs under every schedule, up to a bound. A reader and a writer hold a conversation;
 * of other programs only what no program may do is known.
 */
#include <jansson.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "cli/findings_file.h"
#include "cli/places.h"
#include "cli/programs_given.h"
#include "cli/subcommand.h"
#include "cli/terminal_choice.h"
#include "interleave/interleave.h"

enum {
    TRACE_LINES_SHOWN = 30,
};

/* What the command line asks for; strings and arrays in the arena. */
struct request {
    struct interleave_settings settings;
    struct session_program programs[SESSION_PROGRAMS_MAX];
    struct session_act acts[SESSION_PROGRAMS_MAX + 1];
    struct conversation conversation;
    bool colour;
};

static int complain(const char *what)
{
    fprintf(stderr, "ipcdrill interleave: %s\n", what);
    return EXIT_USAGE;
}

/* As the scene of schedules has it (programs/scene.h): both start, and all is typed before anybody reads. */
static void choose_acts(struct request *request)
{
    struct interleave_settings *settings = &request->settings;

    for (size_t i = 0; i < settings->program_count; i++) {
        struct session_program *program = &request->programs[i];

        request->acts[i] = (struct session_act){.kind = ACT_START, .program = i};
        program->start = START_BY_ACT;
        if (program->input)
            request->acts[settings->program_count] =
                (struct session_act){.kind = ACT_TYPE,
                                     .program = i,
                                     .text = program->input[0],
                                     .length = strlen(program->input[0])};
        program->input = NULL;
    }
    settings->acts = request->acts;
    settings->act_count = settings->program_count + 1;
}

static bool choose_programs(const struct options *options, struct request *request, struct arena *arena)
{
    const char *problem = NULL;
    bool pair = options->reader || options->writer;
    bool good = pair ? programs_given_pair(options, request->programs, &request->settings.program_count,
                                           &request->conversation, arena, &problem)
                     : programs_given_list(options, request->programs, &request->settings.program_count,
                                           arena, &problem);

    if (!good) {
        complain(problem);
        return false;
    }
    request->settings.programs = request->programs;
    request->settings.conversation = pair ? &request->conversation : NULL;
    request->conversation.releases = true;
    if (pair)
        choose_acts(request);
    return true;
}

static void show_progress(void *context, const struct explore_counts *counts, size_t findings)
{
    (void)context;
    fprintf(stderr, "\r\033[K%zu schedules, %zu waiting, %zu finding%s", counts->handed_out, counts->waiting,
            findings, findings == 1 ? "" : "s");
}

static void clear_progress(const struct request *request)
{
    if (request->settings.progress)
        fputs("\r\033[K", stderr);
}

static void print_counts(const struct options *options, const struct interleave_report *report)
{
    double seconds = (double)report->duration_ns / 1e9;

    printf("%zu schedule%s in %.1f s, %.0f runs a second", report->counts.handed_out,
           report->counts.handed_out == 1 ? "" : "s", seconds, (double)report->runs / seconds);
    if (options->random)
        printf("; random, the first with seed %llu", (unsigned long long)options->seed);
    else if (report->complete)
        printf("; all with at most %ld preemption%s: %zu more could only repeat these", options->preemptions,
               options->preemptions == 1 ? "" : "s", report->counts.left_out);
    else
        printf("; stopped there, %zu and what they lead to were not run (--schedules)",
               report->counts.waiting);
    putchar('\n');
    if (report->unsteady)
        printf("%zu run%s came out otherwise than the schedule says: something beside it decides\n",
               report->unsteady, report->unsteady == 1 ? "" : "s");
}

static void print_report(const struct options *options, const struct request *request,
                         const struct interleave_report *report)
{
    if (request->settings.replay) {
        fputs(report->trace, stdout);
        if (report->diverged)
            puts("# the schedule could not be followed: a program that was to go could not");
    } else {
        print_counts(options, report);
    }
    if (report->findings.count)
        putchar('\n');
    findings_print(&report->findings, TRACE_LINES_SHOWN, request->colour, stdout);
    printf("%zu finding%s\n", report->findings.count, report->findings.count == 1 ? "" : "s");
}

static void print_json(const struct interleave_report *report)
{
    json_t *object =
        json_pack("{s:i, s:i, s:i, s:i, s:i, s:b, s:f, s:s?, s:o}", "schedules",
                  (int)report->counts.handed_out, "left_out", (int)report->counts.left_out, "waiting",
                  (int)report->counts.waiting, "runs", (int)report->runs, "unsteady", (int)report->unsteady,
                  "complete", report->complete, "seconds", (double)report->duration_ns / 1e9, "trace",
                  report->trace, "findings", findings_to_json(&report->findings));

    json_dumpf(object, stdout, JSON_COMPACT);
    putchar('\n');
    json_decref(object);
}

static int interleave(const struct options *options, struct request *request, struct arena *arena)
{
    struct conductor_options conductor;
    struct interleave_report report;
    const char *problem;

    if (!conductor_options_from(options, &conductor, arena, &problem)) {
        complain(problem);
        return EXIT_TROUBLE;
    }
    int code = memcheck_given(options, options->valgrind, &request->settings.memcheck, arena, &problem);

    if (code != EXIT_GOOD) {
        complain(problem);
        return code;
    }
    request->settings.conductor = &conductor;
    request->settings.preemptions = (unsigned)options->preemptions;
    request->settings.schedules_max = (size_t)options->schedules;
    request->settings.random = (size_t)options->random;
    request->settings.seed = options->seed;
    request->settings.replay = options->replay;
    request->settings.jobs = (int)options->jobs;
    if (isatty(STDERR_FILENO) && !options->json && !options->quiet)
        request->settings.progress = show_progress;
    bool good = interleave_run(&request->settings, arena, &report, &problem);

    clear_progress(request);
    if (!good) {
        findings_free(&report.findings);
        return subcommand_give_up("interleave", problem);
    }
    if (options->json)
        print_json(&report);
    else
        print_report(options, request, &report);
    code = report.findings.count ? EXIT_RED : EXIT_GOOD;

    if (options->output && !findings_file_write("interleave", options->output, "findings.json",
                                                findings_to_json(&report.findings)))
        code = EXIT_TROUBLE;
    findings_free(&report.findings);
    return code;
}

int interleave_subcommand(const struct options *options)
{
    struct request request = {.colour = terminal_choose(options).colour};
    struct arena arena = {0};
    int code =
        choose_programs(options, &request, &arena) ? interleave(options, &request, &arena) : EXIT_USAGE;

    arena_free(&arena);
    return code;
}

/*
 * ipcdrill programs: a reader and a writer through everything that is known to break such pairs; one list of findings.
 */
#include <errno.h>
#include <jansson.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ipc.h>
#include <unistd.h>

#include "cli/findings_file.h"
#include "cli/kept_cases.h"
#include "cli/places.h"
#include "cli/programs_given.h"
#include "cli/subcommand.h"
#include "cli/terminal_choice.h"
#include "programs/keys.h"
#include "programs/programs.h"

enum {
    TRACE_LINES_SHOWN = 16,
};

static int complain(const char *what)
{
    fprintf(stderr, "ipcdrill programs: %s\n", what);
    return EXIT_USAGE;
}

static bool choose_pair(const struct options *options, struct pair *pair, struct arena *arena,
                        const char **problem)
{
    struct session_program programs[SESSION_PROGRAMS_MAX];
    struct conversation conversation;
    size_t count;

    if (!programs_given_pair(options, programs, &count, &conversation, arena, problem))
        return false;
    if (!conversation.lines[1] || conversation.lines[2]) {
        *problem = "--line: two messages are needed, no more and no less";
        return false;
    }
    *pair = (struct pair){.reader = programs[0].words,
                          .writer = programs[1].words,
                          .lines = {conversation.lines[0], conversation.lines[1]},
                          .end_word = options->end_word ? options->end_word : "end",
                          .prompt = options->prompt,
                          .segment_key = options->segment_key,
                          .set_key = options->set_key};
    return true;
}

static bool matches(void *context, const struct scene *scene)
{
    const struct options *options = context;

    for (size_t i = 0; i < options->filters.count; i++)
        if (strcasestr(scene->name, options->filters.texts[i]))
            return true;
    return false;
}

static bool any_matches(const struct options *options)
{
    for (size_t i = 0; scene_at(i); i++)
        if (matches((void *)options, scene_at(i)))
            return true;
    return options->filters.count == 0;
}

static void show_progress(void *context, const struct programs_progress *progress)
{
    (void)context;
    fprintf(stderr, "\r\033[K%s: %zu of %zu", progress->part, progress->done, progress->count);
    if (progress->findings)
        fprintf(stderr, ", %zu finding%s", progress->findings, progress->findings == 1 ? "" : "s");
}

static double rate(size_t count, int64_t duration_ns)
{
    return duration_ns > 0 ? (double)count / ((double)duration_ns / 1e9) : 0;
}

static void print_faults(const struct programs_report *report)
{
    const struct pair_sweep_report *sweep = &report->sweep;

    if (sweep->scenes)
        printf("%-10s %6zu, %.0f a second; in %zu scene%s", "faults", sweep->runs,
               rate(sweep->runs, report->sweep_ns), sweep->scenes, sweep->scenes == 1 ? "" : "s");
    else if (report->sweep_ns)
        printf("%-10s none", "faults");
    if (sweep->scenes_left_out)
        printf(", %zu left out: they fail without any", sweep->scenes_left_out);
    if (report->sweep_ns)
        putchar('\n');
}

static void print_leaks(const struct options *options, const struct programs_report *report)
{
    size_t with_memory = 0;

    if (!report->leaks)
        return;
    for (const struct scene_leaks *leaks = report->leaks; leaks; leaks = leaks->next)
        with_memory += leaks->memory;
    printf("%-10s at the end of each program in every run; ", "leaks");
    if (!report->memory_looked)
        puts("of memory not looked at: no valgrind in PATH");
    else
        printf("of memory (memcheck) in %zu scenes%s\n", with_memory,
               options->valgrind ? ", all faults and schedules" : "");
}

static const char *key_text(int key, struct arena *arena)
{
    return key == IPC_PRIVATE ? "none" : arena_print(arena, "%#x", (unsigned)key);
}

static void print_keys(const struct pair *pair)
{
    struct arena arena = {0};

    printf("%-10s segment %s, set %s\n", "keys", key_text(pair->segment_key, &arena),
           key_text(pair->set_key, &arena));
    arena_free(&arena);
}

static void print_counts(const struct options *options, const struct programs_report *report)
{
    const struct conversations_report *conversations = &report->conversations;
    const struct interleave_report *interleave = &report->interleave;

    printf("%-10s %6zu, %.0f a second\n", "scenes", conversations->runs,
           rate(conversations->runs, report->conversations_ns));
    print_leaks(options, report);
    print_faults(report);
    if (interleave->runs)
        printf("%-10s %6zu, %.0f a second%s\n", "schedules", interleave->runs,
               rate(interleave->runs, interleave->duration_ns),
               interleave->complete ? "; all up to the bound" : "; stopped at their number (--schedules)");
    for (size_t i = 0; i < conversations->skipped_count; i++)
        printf("%-10s %s: %s\n", "skipped", conversations->skipped[i].scene, conversations->skipped[i].why);
}

static json_t *to_json(const struct pair *pair, const struct programs_report *report)
{
    return json_pack("{s:i, s:i, s:i, s:f, s:i, s:f, s:i, s:f, s:b, s:o}", "segment_key", pair->segment_key,
                     "set_key", pair->set_key, "scenes", (int)report->conversations.runs, "scenes_seconds",
                     (double)report->conversations_ns / 1e9, "faults", (int)report->sweep.runs,
                     "faults_seconds", (double)report->sweep_ns / 1e9, "schedules",
                     (int)report->interleave.runs, "schedules_seconds",
                     (double)report->interleave.duration_ns / 1e9, "complete", report->interleave.complete,
                     "findings", findings_to_json(&report->findings));
}

/* Those of the scenes, which are looked at one by one, and what faults and schedules have found. */
static json_t *all_leaks(const struct programs_report *report)
{
    json_t *leaks = scene_leaks_to_json(report->leaks), *findings = findings_to_json(&report->findings),
           *finding;
    size_t index;

    json_array_foreach(findings, index, finding)
    {
        const char *kind = json_string_value(json_object_get(finding, "kind")),
                   *severity = json_string_value(json_object_get(finding, "severity"));

        if (strcmp(severity, finding_severity_name(FINDING_LEAVES)) == 0 &&
            (strcmp(kind, "sweep") == 0 || strcmp(kind, "interleaving") == 0))
            json_array_append(leaks, finding);
    }
    json_decref(findings);
    return leaks;
}

static bool write_files(const char *folder, const struct programs_report *report)
{
    return findings_file_write("programs", folder, "findings.json", findings_to_json(&report->findings)) &&
           (!report->leaks || findings_file_write("programs", folder, "leaks.json", all_leaks(report)));
}

/* Before anything is printed: findings then tell the file that keeps them. */
static bool keep_cases(const struct options *options, const struct pair *pair, struct findings *findings)
{
    struct arena arena = {0};
    const char *path;
    bool good = kept_cases_write(findings, pair, arena_print(&arena, "%s/cases", options->output), &path);

    if (!good)
        fprintf(stderr, "ipcdrill programs: %s: %s\n", path, strerror(errno));
    arena_free(&arena);
    return good;
}

static int print_report(const struct options *options, const struct pair *pair,
                        struct programs_report *report)
{
    if (options->output && !keep_cases(options, pair, &report->findings))
        return EXIT_TROUBLE;
    if (options->json) {
        json_t *object = to_json(pair, report);

        json_dumpf(object, stdout, JSON_COMPACT);
        putchar('\n');
        json_decref(object);
    } else {
        if (!options->quiet)
            findings_print(&report->findings, TRACE_LINES_SHOWN, terminal_choose(options).colour, stdout);
        print_keys(pair);
        print_counts(options, report);
        printf("%zu finding%s\n", report->findings.count, report->findings.count == 1 ? "" : "s");
    }
    if (options->output && !write_files(options->output, report))
        return EXIT_TROUBLE;
    return report->findings.count ? EXIT_RED : EXIT_GOOD;
}

static int run(const struct options *options, struct programs_settings *settings, struct arena *arena)
{
    struct conductor_options conductor;
    struct programs_report report;
    const char *problem;
    bool tells = isatty(STDERR_FILENO) && !options->json && !options->quiet;

    if (!conductor_options_from(options, &conductor, arena, &problem)) {
        complain(problem);
        return EXIT_TROUBLE;
    }
    int code = memcheck_given(options, true, &settings->memcheck, arena, &problem);

    if (code != EXIT_GOOD) {
        complain(problem);
        return code;
    }
    if (!keys_learn(&conductor, &settings->pair, arena, &problem))
        return subcommand_give_up("programs", problem);
    settings->conductor = &conductor;
    settings->wanted = options->filters.count ? matches : NULL;
    settings->preemptions = (unsigned)options->preemptions;
    settings->fault_scenes_max = (size_t)options->fault_scenes;
    settings->schedules_max = (size_t)options->schedules;
    settings->memory_everywhere = options->valgrind;
    settings->jobs = (int)options->jobs;
    settings->progress = tells ? show_progress : NULL;
    settings->context = (void *)options;
    bool good = programs_run(settings, arena, &report, &problem);

    if (tells)
        fputs("\r\033[K", stderr);
    code =
        good ? print_report(options, &settings->pair, &report) : (int)subcommand_give_up("programs", problem);

    findings_free(&report.findings);
    return code;
}

int programs_subcommand(const struct options *options)
{
    struct programs_settings settings = {.conductor = NULL};
    struct arena arena = {0};
    const char *problem;
    int code;

    if (!choose_pair(options, &settings.pair, &arena, &problem))
        code = complain(problem);
    else if (!any_matches(options))
        code = complain("--filter: no scene of that name");
    else
        code = run(options, &settings, &arena);
    arena_free(&arena);
    return code;
}

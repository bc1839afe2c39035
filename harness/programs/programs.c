#include "programs/programs.h"

#include <string.h>

#include "conductor/process.h"

/* The first scenes: the plain conversation, and the one with all lines typed at once. */
enum { SCENES_LIKE_SCHEDULES = 2 };

static void tell(const struct programs_settings *settings, const char *part, size_t done, size_t count,
                 size_t findings)
{
    const struct programs_progress progress = {part, done, count, findings};

    if (settings->progress)
        settings->progress(settings->context, &progress);
}

static void tell_scenes(void *context, size_t done, size_t count)
{
    tell(context, "scenes", done, count, 0);
}

static void tell_faults(void *context, size_t done, size_t count)
{
    tell(context, "faults", done, count, 0);
}

static void tell_schedules(void *context, const struct explore_counts *counts, size_t findings)
{
    tell(context, "schedules", counts->handed_out, counts->handed_out + counts->waiting, findings);
}

static bool is_wanted(void *context, const struct scene *scene)
{
    const struct programs_settings *settings = context;

    return !settings->wanted || settings->wanted(settings->context, scene);
}

static bool run_conversations(const struct programs_settings *settings, struct arena *arena,
                              struct programs_report *report, const char **problem)
{
    const struct conversations_settings conversations = {.conductor = settings->conductor,
                                                         .pair = &settings->pair,
                                                         .wanted = is_wanted,
                                                         .progress = settings->progress ? tell_scenes : NULL,
                                                         .context = (void *)settings,
                                                         .jobs = settings->jobs};
    int64_t start_ns = monotonic_ns();

    report->conversations.findings = &report->findings;
    bool good = conversations_run(&conversations, arena, &report->conversations, problem);

    report->conversations_ns = monotonic_ns() - start_ns;
    return good;
}

static void tell_leaks(void *context, size_t done, size_t count)
{
    tell(context, "leaks", done, count, 0);
}

static bool run_leaks(const struct programs_settings *settings, struct arena *arena,
                      struct programs_report *report, const char **problem)
{
    const struct scene_leaks_settings looking = {.conductor = settings->conductor,
                                                 .pair = &settings->pair,
                                                 .memcheck = settings->memcheck,
                                                 .memory_everywhere = settings->memory_everywhere,
                                                 .progress = settings->progress ? tell_leaks : NULL,
                                                 .context = (void *)settings};

    report->leaks = scene_leaks_run(&looking, arena, problem);
    report->memory_looked = settings->memcheck.valgrind != NULL;
    scene_leaks_add_findings(report->leaks, &report->findings);
    return report->leaks != NULL;
}

/* What the same conversation shows without a schedule too is not due to that. */
static bool is_found(const struct programs_report *report, const struct finding *found)
{
    size_t length = strlen(found->sentence);

    for (const struct finding *finding = report->findings.first; finding; finding = finding->next)
        for (size_t i = 0; i < SCENES_LIKE_SCHEDULES; i++)
            if (strcmp(finding->program, found->program) == 0 &&
                strncmp(finding->sentence, found->sentence, length) == 0 &&
                strncmp(finding->sentence + length, ", when ", 7) == 0 &&
                strcmp(finding->sentence + length + 7, scene_at(i)->when) == 0)
                return true;
    return scene_leaks_show(report->leaks, strcmp(found->program, "reader") == 0, found->sentence);
}

/* What a signal does is one cause, at whichever call it comes: "..., when it is killed at semop (reader)". */
static const char *without_call(const char *sentence, struct arena *arena)
{
    static const char *const signals[] = {"it is killed at ", "a signal comes at "};

    for (size_t i = 0; i < sizeof(signals) / sizeof(*signals); i++) {
        const char *found = strstr(sentence, signals[i]);
        const char *call = found ? found + strlen(signals[i]) : NULL, *rest = call ? strchr(call, ' ') : NULL;

        if (rest)
            return arena_print(arena, "%.*s%s", (int)(call - strlen(" at ") - sentence), sentence, rest);
    }
    return sentence;
}

static void add_fault(struct programs_report *report, const struct finding *found, struct arena *arena)
{
    struct finding finding = *found;

    finding.sentence = without_call(found->sentence, arena);
    findings_add(&report->findings, &finding, NULL)->times += found->times - 1;
}

static struct memcheck_choice memcheck_of_runs(const struct programs_settings *settings)
{
    return settings->memory_everywhere ? settings->memcheck : (struct memcheck_choice){.valgrind = NULL};
}

static bool run_faults(const struct programs_settings *settings, struct arena *arena,
                       struct programs_report *report, const char **problem)
{
    const struct pair_sweep_settings sweep = {.conductor = settings->conductor,
                                              .pair = &settings->pair,
                                              .scenes_max = settings->fault_scenes_max,
                                              .memcheck = memcheck_of_runs(settings),
                                              .jobs = settings->jobs,
                                              .progress = settings->progress ? tell_faults : NULL,
                                              .context = (void *)settings};
    struct findings found = {.first = NULL};
    int64_t start_ns = monotonic_ns();
    bool good = pair_sweep_run(&sweep, arena, &found, &report->sweep, problem);

    for (const struct finding *finding = found.first; good && finding; finding = finding->next)
        add_fault(report, finding, arena);
    findings_free(&found);
    report->sweep_ns = monotonic_ns() - start_ns;
    return good;
}

static bool run_schedules(const struct programs_settings *settings, struct arena *arena,
                          struct programs_report *report, const char **problem)
{
    struct staged staged;

    if (!scene_stage(scene_named(SCENE_OF_SCHEDULES), &settings->pair, &staged, arena, problem))
        return false;
    const struct conversation conversation = {.reader = 0, .lines = staged.lines, .releases = true};
    const struct interleave_settings interleave = {.conductor = settings->conductor,
                                                   .programs = staged.programs,
                                                   .program_count = staged.program_count,
                                                   .acts = staged.acts,
                                                   .act_count = staged.act_count,
                                                   .conversation = &conversation,
                                                   .memcheck = memcheck_of_runs(settings),
                                                   .preemptions = settings->preemptions,
                                                   .schedules_max = settings->schedules_max,
                                                   .jobs = settings->jobs,
                                                   .progress = settings->progress ? tell_schedules : NULL,
                                                   .context = (void *)settings};
    bool good = interleave_run(&interleave, arena, &report->interleave, problem);

    for (const struct finding *found = report->interleave.findings.first; good && found;
         found = found->next) {
        struct finding finding = *found;

        if (is_found(report, found))
            continue;
        finding.sentence = arena_print(arena, "%s, when their calls come in another order", found->sentence);
        finding.how = arena_print(arena, "ipcdrill interleave %s, with the same programs", found->how);
        finding.again = arena_print(arena, "scene \"%s\"\nschedule %s", SCENE_OF_SCHEDULES, found->again);
        findings_add(&report->findings, &finding, NULL)->times = found->times;
    }
    findings_free(&report->interleave.findings);
    return good;
}

bool programs_run(const struct programs_settings *settings, struct arena *arena,
                  struct programs_report *report, const char **problem)
{
    *report = (struct programs_report){0};
    bool good = run_conversations(settings, arena, report, problem) &&
                (settings->wanted || (run_leaks(settings, arena, report, problem) &&
                                      run_faults(settings, arena, report, problem) &&
                                      run_schedules(settings, arena, report, problem)));

    findings_sort(&report->findings);
    return good;
}

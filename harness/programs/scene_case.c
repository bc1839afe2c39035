#include "programs/scene_case.h"

#include <string.h>
#include <unistd.h>

#include "conductor/program.h"
#include "conductor/steps.h"
#include "inject/injector.h"
#include "interleave/scheduled_run.h"
#include "programs/disturbed.h"

enum { TRACE_LINES_MAX = 400 };

/* A case that is being performed. */
struct performing {
    struct instance *instance;
    const struct step *step;                 /* the scene */
    const struct step *injected, *scheduled; /* or NULL */
    struct injection injection;              /* of the first */
    struct pair pair;
    struct staged staged;
    int filter;
};

static void choose_setting(struct pair *pair, const struct element *setting)
{
    const struct {
        const char *name;
        const char **text;
        int *number;
    } settings[] = {{"first", &pair->lines[0], NULL},
                    {"second", &pair->lines[1], NULL},
                    {"end", &pair->end_word, NULL},
                    {"prompt", &pair->prompt, NULL},
                    {"segment_key", NULL, &pair->segment_key},
                    {"set_key", NULL, &pair->set_key}};

    for (size_t i = 0; i < sizeof(settings) / sizeof(*settings); i++) {
        if (strcmp(settings[i].name, setting->name) != 0)
            continue;
        if (settings[i].text)
            *settings[i].text = setting->value->bytes;
        else
            *settings[i].number = (int)setting->value->number;
    }
}

static const struct actor_declaration *declared(const struct instance *instance, const char *name)
{
    const struct actor_declaration *actor = instance->drill_case->actors;

    while (strcmp(actor->name, name) != 0)
        actor = actor->next;
    return actor;
}

/* False: the verdict stands. */
static bool prepare(struct performing *performing)
{
    struct instance *instance = performing->instance;
    struct pair *pair = &performing->pair;
    const char *problem;

    *pair = pair_usual;
    pair->reader = program_words(instance, declared(instance, "reader"));
    pair->writer = program_words(instance, declared(instance, "writer"));
    if (!pair->reader || !pair->writer)
        return false;
    for (const struct element *setting = performing->step->arguments; setting; setting = setting->next)
        choose_setting(pair, setting);
    for (const struct step *step = instance->drill_case->steps; step; step = step->next) {
        if (step->kind == STEP_INJECT)
            performing->injected = step;
        if (step->kind == STEP_SCHEDULE)
            performing->scheduled = step;
    }
    if (!scene_stage(scene_named(performing->step->text), pair, &performing->staged, instance->arena,
                     &problem)) {
        instance_error(instance, performing->step, "%s", problem);
        return false;
    }
    return true;
}

static void tell_trace(struct performing *performing, const struct session_record *record)
{
    struct instance *instance = performing->instance;
    size_t count = 0;

    for (const struct trace_line *line = record->trace; line && count < TRACE_LINES_MAX;
         line = line->next, count++)
        add_transcript(instance, trace_line_text(line, instance->arena));
}

/* The verdict on a run: what is wrong with it, the worst first. */
static void conclude(struct performing *performing, const struct session_record *record,
                     const struct problem *problems)
{
    const struct problem *worst = problems;

    for (const struct problem *problem = problems; problem; problem = problem->next)
        if (problem->severity < worst->severity)
            worst = problem;
    tell_trace(performing, record);
    if (record->end == SESSION_OVERDUE)
        instance_error(performing->instance, performing->step, "%s", record->reason);
    else if (worst)
        instance_fail(performing->instance, performing->step, worst->rule,
                      arena_print(performing->instance->arena, "%s: %s", worst->program, worst->sentence),
                      "%s: %s", worst->program, worst->sentence);
}

/* A run that the tool could not make, or whose programs could not be started. */
static void give_up(struct performing *performing, const char *problem)
{
    struct instance *instance = performing->instance;

    instance->conductor->broken = true;
    if (filter_is_unsupported(problem))
        instance_skip(instance, "scene: no seccomp user notification here (%s)", problem);
    else
        instance_error(instance, performing->step, "%s", problem);
}

static struct disturbed_means means_of(const struct performing *performing)
{
    struct instance *instance = performing->instance;

    return (struct disturbed_means){.target = instance->target,
                                    .filter = performing->filter,
                                    .memcheck = instance->conductor->options.memcheck};
}

/* Who takes a harmless signal for a failure says something else than in the base of the scene. */
static struct problem *compare_with_base(struct performing *performing, const struct undisturbed *run,
                                         const char **problem)
{
    const struct scene *scene = performing->staged.scene;
    struct instance *instance = performing->instance;
    const struct disturbed_means means = means_of(performing);
    struct staged base;
    struct undisturbed in_base;
    struct problem *different = NULL;

    if (!(scene->flags & SCENE_SAME) || run->record.end != SESSION_ENDED)
        return NULL;
    if (!scene_stage(scene_named(scene->base), &performing->pair, &base, instance->arena, problem) ||
        !undisturbed_run(&means, &base, instance->arena, &in_base, problem))
        return NULL;
    for (size_t i = 0; i < base.program_count && !different; i++)
        different =
            scene_compare(scene, base.programs[i].name, run->printed[i], in_base.printed[i], instance->arena);
    return different;
}

static void perform_plain(struct performing *performing)
{
    struct instance *instance = performing->instance;
    const struct disturbed_means means = means_of(performing);
    const char *problem = NULL;
    struct undisturbed run;

    if (!undisturbed_run(&means, &performing->staged, instance->arena, &run, &problem)) {
        give_up(performing, problem);
        return;
    }
    struct problem *different = compare_with_base(performing, &run, &problem);

    if (problem)
        give_up(performing, problem);
    else
        conclude(performing, &run.record, run.problems ? run.problems : different ? different : run.memory);
}

static void perform_disturbed(struct performing *performing)
{
    struct instance *instance = performing->instance;
    const struct step *injected = performing->injected;
    struct disturbance disturbance = {.injection = &performing->injection};
    const struct disturbed_means means = means_of(performing);
    struct undisturbed undisturbed;
    struct disturbed run;
    const char *problem;

    while (disturbance.victim < performing->staged.program_count &&
           strcmp(performing->staged.programs[disturbance.victim].name, injected->actor) != 0)
        disturbance.victim++;
    if (disturbance.victim == performing->staged.program_count) {
        instance_error(instance, injected, "%s does not play in the scene %s", injected->actor,
                       performing->step->text);
        return;
    }
    if (!undisturbed_run(&means, &performing->staged, instance->arena, &undisturbed, &problem)) {
        give_up(performing, problem);
        return;
    }
    if (undisturbed.problems) {
        conclude(performing, &undisturbed.record, undisturbed.problems);
        return;
    }
    if (!disturbed_run(&means, &performing->staged, &undisturbed, &disturbance, instance->arena, &run,
                       &problem))
        give_up(performing, problem);
    else if (run.fired == 0)
        instance_skip(instance, "inject %s: %s makes no such call any more", injected->text, injected->actor);
    else
        conclude(performing, &run.record, run.problems);
}

static void perform_scheduled(struct performing *performing)
{
    struct instance *instance = performing->instance;
    const struct staged *staged = &performing->staged;
    const struct conversation conversation = {.reader = 0, .lines = staged->lines, .releases = true};
    const struct session_settings session = scene_session(staged, performing->filter);
    struct scheduled_run run = {.steps =
                                    arena_take(instance->arena, SCHEDULE_STEPS_MAX * sizeof(*run.steps))};
    const char *names[SESSION_PROGRAMS_MAX], *problem;
    struct schedule schedule;

    for (size_t i = 0; i < staged->program_count; i++)
        names[i] = staged->programs[i].name;
    if (!schedule_read(performing->scheduled->text, names, staged->program_count, &schedule, instance->arena,
                       &problem)) {
        instance_error(instance, performing->scheduled, "%s", problem);
        return;
    }
    if (!scheduled_run(instance->target, &session, &schedule, NULL, instance->arena, &run, &problem)) {
        give_up(performing, problem);
    } else if (run.record.end == SESSION_NOT_STARTED) {
        give_up(performing, run.record.reason);
    } else {
        if (run.diverged)
            add_transcript(instance, "# the schedule fits no more: it was followed as far as it could be");
        conclude(performing, &run.record, conversation_judge(&run.record, &conversation, instance->arena));
    }
}

/* Traps what the injection is about too. False: the verdict stands. */
static bool open_filter(struct performing *performing)
{
    const struct step *injected = performing->injected;
    struct instance *instance = performing->instance;
    struct filter_names more = {.count = 0};
    const char *problem = NULL;
    int at;

    if (injected && !injection_read(injected->text, &performing->injection, instance->arena, &at, &problem)) {
        instance_error(instance, injected, "%s", problem);
        return false;
    }
    if (injected)
        injector_add_names(&performing->injection, 1, &more);
    performing->filter = session_filter(&more, &problem);
    if (performing->filter < 0)
        instance_skip(instance, "scene: %s", problem);
    return performing->filter >= 0;
}

void scene_case_perform(struct instance *instance, const struct step *step)
{
    struct performing performing = {.instance = instance, .step = step};

    if (!prepare(&performing))
        return;
    if ((performing.staged.scene->flags & SCENE_USERS) && geteuid() != 0) {
        instance_skip(instance, "other users are root's to choose");
        return;
    }
    if (!open_filter(&performing))
        return;
    if (performing.scheduled)
        perform_scheduled(&performing);
    else if (performing.injected)
        perform_disturbed(&performing);
    else
        perform_plain(&performing);
    close(performing.filter);
}

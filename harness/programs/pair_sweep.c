#include "programs/pair_sweep.h"

#include <jansson.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "programs/disturbed.h"
#include "session/pool.h"
#include "supervisor/text.h"
#include "sweep/faults.h"

enum {
    TEXT_BYTES_MAX = 256 * 1024,
    CALLS_MAX = 2000, /* of one scene */
    SCENES_MAX = 16,
};

/* A scene that is swept, as it is when nothing is done. */
struct swept {
    struct staged staged;
    struct undisturbed undisturbed;
};

/* A fault, the scene, and the program that it is done to. */
struct planned {
    struct fault fault;
    const struct swept *swept;
    size_t victim;
    const char *answer; /* of the worker, when it has come */
};

struct pair_sweep {
    const struct pair_sweep_settings *settings;
    struct arena *arena;
    struct findings *findings;
    struct pair_sweep_report *report;
    int filter;
    struct swept *scenes;
    struct planned *plan;
    size_t planned, room;
    const char *problem;
};

static const char *as_utf8(const char *text, struct arena *arena)
{
    return text_to_utf8(text, strlen(text), TEXT_BYTES_MAX, arena);
}

static const char *pack(unsigned fired, const struct problem *problems, const struct session_record *record,
                        struct arena *arena)
{
    json_t *answer = json_pack("{s:i, s:o, s:s}", "fired", (int)fired, "problems", problems_to_json(problems),
                               "trace", problems ? as_utf8(session_trace_text(record, arena), arena) : "");
    char *text = json_dumps(answer, JSON_COMPACT);
    const char *copy = text ? arena_copy(arena, text, strlen(text)) : NULL;

    free(text);
    json_decref(answer);
    return copy;
}

static struct disturbed_means means_of(const struct pair_sweep *sweep, struct target *target)
{
    return (struct disturbed_means){
        .target = target, .filter = sweep->filter, .memcheck = sweep->settings->memcheck};
}

static const char *perform(void *context, struct target *target, size_t index, const char *task,
                           struct arena *arena, const char **problem)
{
    const struct pair_sweep *sweep = context;
    const struct planned *planned = &sweep->plan[index];
    struct injection injection;
    const struct disturbance disturbance = {.victim = planned->victim, .injection = &injection};
    const struct disturbed_means means = means_of(sweep, target);
    struct disturbed disturbed;
    int at;

    (void)task;
    if (!injection_read(fault_injection(&planned->fault, arena), &injection, arena, &at, problem) ||
        !disturbed_run(&means, &planned->swept->staged, &planned->swept->undisturbed, &disturbance, arena,
                       &disturbed, problem))
        return NULL;
    return pack(disturbed.fired, disturbed.problems, &disturbed.record, arena);
}

static const char *name_of(const struct planned *planned)
{
    return planned->swept->staged.programs[planned->victim].name;
}

/* "it never ends: asleep in semop, when semop of the writer fails" */
static const char *say(const struct planned *planned, const char *what, struct arena *arena)
{
    return arena_print(arena, "%s, when %s (%s)", what, fault_text(&planned->fault, arena), name_of(planned));
}

/* What a worker told of one run, in the order of the plan: so the example that is kept does not depend on who was faster. */
static void add_findings(struct pair_sweep *sweep, const struct planned *planned)
{
    json_t *answer = json_loads(planned->answer, 0, NULL);
    struct arena arena = {0};
    const struct problem *problem = problems_from_json(json_object_get(answer, "problems"), &arena);

    sweep->report->fired += json_integer_value(json_object_get(answer, "fired")) > 0;
    for (; problem; problem = problem->next) {
        const struct finding finding = {
            .severity = problem->severity,
            .kind = "sweep",
            .program = problem->program,
            .sentence = say(planned, problem->sentence, &arena),
            .why = problem->why,
            .how = arena_print(&arena, "scene %s, inject %s %s", planned->swept->staged.scene->name,
                               name_of(planned), fault_injection(&planned->fault, &arena)),
            .again = arena_print(&arena, "scene \"%s\"\ninject %s %s", planned->swept->staged.scene->name,
                                 name_of(planned), fault_injection(&planned->fault, &arena)),
            .trace = json_string_value(json_object_get(answer, "trace")),
            .rule = problem->rule,
        };

        findings_add(sweep->findings, &finding, NULL);
    }
    json_decref(answer);
    arena_free(&arena);
}

static void take(void *context, size_t index, const char *text)
{
    struct pair_sweep *sweep = context;

    if (text)
        sweep->plan[index].answer = arena_copy(sweep->arena, text, strlen(text));
    else
        sweep->problem = "a worker died";
    sweep->report->runs++;
    if (sweep->settings->progress)
        sweep->settings->progress(sweep->settings->context, sweep->report->runs, sweep->planned);
}

static void plan(struct pair_sweep *sweep, const struct swept *swept, size_t victim,
                 const struct fault *fault)
{
    if (sweep->planned == sweep->room) {
        sweep->room = sweep->room * 2 + 256;
        sweep->plan = realloc(sweep->plan, sweep->room * sizeof(*sweep->plan));
        if (!sweep->plan)
            abort();
    }
    sweep->plan[sweep->planned++] = (struct planned){.fault = *fault, .swept = swept, .victim = victim};
}

static void plan_call(struct pair_sweep *sweep, const struct swept *swept, size_t victim, const char *name,
                      unsigned occurrence, const char *text)
{
    const struct fault delay = {.kind = FAULT_DELAY, .call = name, .occurrence = occurrence};
    struct fault fault;

    for (size_t i = 0; fault_at(name, occurrence, text, i, &fault); i++)
        plan(sweep, swept, victim, &fault);
    plan(sweep, swept, victim, &delay);
}

/* The how manieth call of its name in its program the line is. */
static unsigned occurrence_of(const struct session_record *record, const struct trace_line *wanted)
{
    unsigned occurrence = 1;

    for (const struct trace_line *line = record->trace; line != wanted; line = line->next)
        occurrence += line->step->kind == STEP_CALL && line->step->call == wanted->step->call &&
                      strcmp(line->step->actor, wanted->step->actor) == 0;
    return occurrence;
}

static void plan_scene(struct pair_sweep *sweep, const struct swept *swept)
{
    const struct session_record *record = &swept->undisturbed.record;
    size_t calls = 0;

    for (const struct trace_line *line = record->trace; line && calls < CALLS_MAX; line = line->next) {
        if (line->step->kind != STEP_CALL)
            continue;
        const char *name =
            strcmp(line->step->call->name, "exit") == 0 ? "exit_group" : line->step->call->name;
        size_t victim = 0;

        if (system_call_set(name) == CALLS_SLEEP)
            continue;
        while (strcmp(record->programs[victim].name, line->step->actor) != 0)
            victim++;
        calls++;
        plan_call(sweep, swept, victim, arena_copy(sweep->arena, name, strlen(name)),
                  occurrence_of(record, line), trace_call_text(line, sweep->arena));
    }
    sweep->report->calls += calls;
}

/* One scene as it is, in this process: the workers then know what it came to. */
static bool prepare_scene(struct pair_sweep *sweep, struct target *target, const struct scene *scene,
                          const char **problem)
{
    struct swept *swept = &sweep->scenes[sweep->report->scenes];
    const struct disturbed_means means = means_of(sweep, target);

    if (!scene_stage(scene, sweep->settings->pair, &swept->staged, sweep->arena, problem) ||
        !undisturbed_run(&means, &swept->staged, sweep->arena, &swept->undisturbed, problem))
        return false;
    if (swept->undisturbed.problems) {
        sweep->report->scenes_left_out++;
    } else {
        sweep->report->scenes++;
        plan_scene(sweep, swept);
    }
    return true;
}

static bool prepare(struct pair_sweep *sweep, const char **problem)
{
    struct target target;
    const struct scene *scene;
    size_t scenes_max = sweep->settings->scenes_max < SCENES_MAX ? sweep->settings->scenes_max : SCENES_MAX;

    sweep->scenes = arena_take(sweep->arena, SCENES_MAX * sizeof(*sweep->scenes));
    if (!target_start_shortly(&target, sweep->settings->conductor, sweep->arena, problem))
        return false;
    bool good = true;

    for (size_t i = 0, taken = 0; good && (scene = scene_at(i)) && taken < scenes_max; i++)
        if ((scene->flags & SCENE_SWEPT) && !scene_lacks(scene, sweep->settings->pair)) {
            good = prepare_scene(sweep, &target, scene, problem);
            taken++;
        }
    target_stop(&target);
    return good;
}

bool pair_sweep_run(const struct pair_sweep_settings *settings, struct arena *arena,
                    struct findings *findings, struct pair_sweep_report *report, const char **problem)
{
    struct pair_sweep sweep = {.settings = settings, .arena = arena, .findings = findings, .report = report};

    *report = (struct pair_sweep_report){0};
    sweep.filter = session_filter(NULL, problem);
    if (sweep.filter < 0)
        return false;
    bool good = prepare(&sweep, problem);

    if (good && sweep.planned > 0) {
        const struct pool_settings pool = {.conductor = settings->conductor,
                                           .jobs = settings->jobs,
                                           .count = &sweep.planned,
                                           .perform = perform,
                                           .take = take,
                                           .context = &sweep};

        good = pool_run(&pool, arena, problem);
        for (size_t i = 0; good && !sweep.problem && i < sweep.planned; i++)
            add_findings(&sweep, &sweep.plan[i]);
        if (good && sweep.problem) {
            *problem = sweep.problem;
            good = false;
        }
    }
    close(sweep.filter);
    free(sweep.plan);
    return good;
}

#include "programs/conversations.h"

#include <jansson.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "judge/output.h"
#include "session/pool.h"
#include "supervisor/text.h"

enum { TRACE_BYTES_MAX = 4 * 1024 * 1024 };

/* What came of a scene, of all workers in one place. */
struct result {
    const struct scene *scene;
    bool ran;
    const char *skipped; /* why, or NULL */
    struct problem *problems;
    const char *trace;
    const char *outputs[SESSION_PROGRAMS_MAX]; /* as judge_output gives them */
    const char *names[SESSION_PROGRAMS_MAX];
    size_t output_count;
    bool ended;
};

struct conversing {
    const struct conversations_settings *settings;
    struct conversations_report *report;
    struct result results[SCENES_MAX];
    size_t count, done;
    int filter;
    struct arena *arena;
    const char *problem;
};

static json_t *to_string(const char *text, size_t bytes_max, struct arena *arena)
{
    return text ? json_string(text_to_utf8(text, strlen(text), bytes_max, arena)) : json_null();
}

static const char *print_skip(const char *why, struct arena *arena)
{
    json_t *object = json_pack("{so}", "skipped", to_string(why, TRACE_BYTES_MAX, arena));
    char *text = json_dumps(object, JSON_COMPACT);
    const char *kept = arena_copy(arena, text, strlen(text));

    free(text);
    json_decref(object);
    return kept;
}

static const char *print_result(const struct staged *staged, const struct session_record *record,
                                struct arena *arena)
{
    struct problem *problems = scene_judge(staged, record, arena);
    json_t *outputs = json_array();

    for (size_t i = 0; i < record->program_count; i++)
        json_array_append_new(
            outputs, to_string(record->programs[i].output ? judge_output(&record->programs[i], arena) : "",
                               TRACE_BYTES_MAX, arena));
    json_t *object = json_pack("{sosbsoso}", "problems", problems_to_json(problems), "ended",
                               record->end == SESSION_ENDED, "outputs", outputs, "trace",
                               to_string(session_trace_text(record, arena), TRACE_BYTES_MAX, arena));
    char *text = json_dumps(object, JSON_COMPACT);
    const char *kept = arena_copy(arena, text, strlen(text));

    free(text);
    json_decref(object);
    return kept;
}

/* Another user may not be had here: that is no trouble of the whole. */
static const char *skip(struct target *target, const char *why, struct arena *arena, const char **problem)
{
    const struct conductor_options *options = target->options;
    const char *text = print_skip(why, arena);

    target_stop(target);
    return target_start(target, options, problem) ? text : NULL;
}

static const char *perform(void *context, struct target *target, size_t index, const char *task,
                           struct arena *arena, const char **problem)
{
    const struct conversing *conversing = context;
    const struct scene *scene = conversing->results[index].scene;
    struct staged staged;
    struct session_record record;
    const char *lacks = scene_lacks(scene, conversing->settings->pair);

    (void)task;
    if (lacks)
        return print_skip(lacks, arena);
    if (!scene_stage(scene, conversing->settings->pair, &staged, arena, problem))
        return NULL;
    const struct session_settings session = scene_session(&staged, conversing->filter);

    if (!session_run(target, &session, arena, &record, problem))
        return scene->flags & SCENE_USERS ? skip(target, *problem, arena, problem) : NULL;
    if (record.end == SESSION_NOT_STARTED) {
        *problem = record.reason;
        return scene->flags & SCENE_USERS ? print_skip(record.reason, arena) : NULL;
    }
    return print_result(&staged, &record, arena);
}

static const char *keep(const json_t *string, struct arena *arena)
{
    return json_is_string(string) ? arena_copy(arena, json_string_value(string), json_string_length(string))
                                  : NULL;
}

static void take(void *context, size_t index, const char *text)
{
    struct conversing *conversing = context;
    struct result *result = &conversing->results[index];
    json_t *object = text ? json_loads(text, 0, NULL) : NULL;
    size_t place;
    const json_t *output;

    conversing->done++;
    if (conversing->settings->progress)
        conversing->settings->progress(conversing->settings->context, conversing->done, conversing->count);
    if (!object) {
        conversing->problem =
            arena_print(conversing->arena, "a worker died of scene %s", result->scene->name);
        return;
    }
    result->skipped = keep(json_object_get(object, "skipped"), conversing->arena);
    result->ran = !result->skipped;
    result->problems = problems_from_json(json_object_get(object, "problems"), conversing->arena);
    result->trace = keep(json_object_get(object, "trace"), conversing->arena);
    result->ended = json_is_true(json_object_get(object, "ended"));
    json_array_foreach(json_object_get(object, "outputs"), place, output)
        result->outputs[result->output_count++] = keep(output, conversing->arena);
    json_decref(object);
}

static const struct result *result_named(const struct conversing *conversing, const char *name)
{
    for (size_t i = 0; name && i < conversing->count; i++)
        if (strcmp(conversing->results[i].scene->name, name) == 0)
            return &conversing->results[i];
    return NULL;
}

static bool has_problem(const struct result *result, const struct problem *wanted)
{
    for (const struct problem *problem = result->problems; problem; problem = problem->next)
        if (strcmp(problem->program, wanted->program) == 0 &&
            strcmp(problem->sentence, wanted->sentence) == 0)
            return true;
    return false;
}

/* The plainest scene that shows the problem: the farthest base behind which all show it. */
static const struct result *origin_of(const struct conversing *conversing, const struct result *result,
                                      const struct problem *problem)
{
    const struct result *base = result_named(conversing, result->scene->base);

    return base && has_problem(base, problem) ? origin_of(conversing, base, problem) : result;
}

static void add_finding(struct conversing *conversing, const struct result *result,
                        const struct problem *problem)
{
    const struct scene *scene = origin_of(conversing, result, problem)->scene;
    bool by_scene = scene->rule && problem->severity <= FINDING_HANGS;
    const struct finding finding = {
        .severity = problem->severity,
        .kind = "conversation",
        .program = problem->program,
        .sentence = arena_print(conversing->arena, "%s, when %s", problem->sentence, scene->when),
        .how = arena_print(conversing->arena, "--filter '%s': %s", scene->name, scene->script),
        .again = arena_print(conversing->arena, "scene \"%s\"", scene->name),
        .trace = result->trace,
        .rule = by_scene ? scene->rule : problem->rule};

    findings_add(conversing->report->findings, &finding, NULL);
}

/* A program that says something else than undisturbed, though it ends. */
static void compare_outputs(struct conversing *conversing, struct result *result)
{
    static const char *const names[] = {"reader", "writer"}; /* as all scenes of that kind start them */
    const struct result *base = result_named(conversing, result->scene->base);

    for (size_t i = 0; base && base->ran && base->ended && result->ended && i < result->output_count; i++) {
        struct problem *problem = i < base->output_count
                                      ? scene_compare(result->scene, names[i], result->outputs[i],
                                                      base->outputs[i], conversing->arena)
                                      : NULL;

        if (!problem)
            continue;
        problem->next = result->problems;
        result->problems = problem;
    }
}

static void conclude(struct conversing *conversing)
{
    for (size_t i = 0; i < conversing->count; i++) {
        struct result *result = &conversing->results[i];
        struct conversations_report *report = conversing->report;

        report->runs += result->ran;
        if (result->skipped) {
            report->skipped[report->skipped_count].scene = result->scene->name;
            report->skipped[report->skipped_count++].why = result->skipped;
        }
        if (result->ran && (result->scene->flags & SCENE_SAME))
            compare_outputs(conversing, result);
        for (const struct problem *problem = result->problems; problem; problem = problem->next)
            add_finding(conversing, result, problem);
    }
}

/* The wanted scenes, and those that they are compared with. */
static void choose_scenes(struct conversing *conversing)
{
    const struct conversations_settings *settings = conversing->settings;
    const struct scene *scene;

    for (size_t i = 0; (scene = scene_at(i)) && conversing->count < SCENES_MAX; i++)
        if (!settings->wanted || settings->wanted(settings->context, scene))
            conversing->results[conversing->count++].scene = scene;
}

bool conversations_run(const struct conversations_settings *settings, struct arena *arena,
                       struct conversations_report *report, const char **problem)
{
    struct conversing *conversing = arena_take(arena, sizeof(*conversing));

    *conversing = (struct conversing){.settings = settings, .report = report, .arena = arena};
    conversing->filter = session_filter(NULL, problem);
    if (conversing->filter < 0)
        return false;
    choose_scenes(conversing);
    const struct pool_settings pool = {.conductor = settings->conductor,
                                       .jobs = settings->jobs,
                                       .count = &conversing->count,
                                       .perform = perform,
                                       .take = take,
                                       .context = conversing};
    bool good = pool_run(&pool, arena, problem);

    close(conversing->filter);
    if (good && conversing->problem) {
        *problem = conversing->problem;
        good = false;
    }
    if (good)
        conclude(conversing);
    return good;
}

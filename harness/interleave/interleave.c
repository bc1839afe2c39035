#include "interleave/interleave.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "conductor/process.h"
#include "interleave/worker.h"
#include "session/pool.h"

enum { CALLS_TIMES = 4, CALLS_MORE = 400, ROUND_MAX = 256 };

enum task_kind { TASK_RUN, TASK_RANDOM, TASK_SHRINK };

struct task {
    enum task_kind kind;
    size_t prefix_length;    /* RUN */
    struct finding *finding; /* SHRINK */
    char *answer;            /* of malloc: of RUN and RANDOM, until their round has ended */
};

/*
 * Schedules are run in rounds: what one shows counts when all of its round have come back, and then in the order in
 * which they were handed out. So what is explored does not depend on how many workers there are and which is faster.
 */
struct round {
    size_t first; /* task */
    size_t size, given, done;
};

struct interleaving {
    struct work work;
    struct interleave_report *report;
    struct explorer *explorer;
    struct task *tasks; /* by index of the pool */
    size_t task_count, task_room;
    size_t count; /* of tasks that there are, handed out or not */
    struct round round;
    size_t random_given;
    struct finding **to_shrink; /* found, and not yet given to a worker */
    size_t to_shrink_count, to_shrink_room;
    const char *problem;
};

static const struct interleave_settings *settings_of(const struct interleaving *interleaving)
{
    return interleaving->work.settings;
}

static size_t at_most(size_t number, size_t limit)
{
    return number < limit ? number : limit;
}

static void open_round(struct interleaving *interleaving)
{
    const struct interleave_settings *settings = settings_of(interleaving);
    struct explore_counts counts = explorer_counts(interleaving->explorer);
    size_t size = settings->random ? settings->random - interleaving->random_given : counts.alike;

    if (!settings->random && settings->schedules_max)
        size = at_most(size, settings->schedules_max - counts.handed_out);
    interleaving->round = (struct round){.first = interleaving->task_count, .size = at_most(size, ROUND_MAX)};
}

static void recount(struct interleaving *interleaving)
{
    interleaving->count = interleaving->task_count + interleaving->to_shrink_count +
                          interleaving->round.size - interleaving->round.given;
}

static struct task *add_task(struct interleaving *interleaving)
{
    if (interleaving->task_count == interleaving->task_room) {
        interleaving->task_room = interleaving->task_room * 2 + 256;
        interleaving->tasks =
            realloc(interleaving->tasks, interleaving->task_room * sizeof(*interleaving->tasks));
        if (!interleaving->tasks)
            abort();
    }
    return &interleaving->tasks[interleaving->task_count++];
}

/* The pool asks for tasks in the order of their index: what a task is is decided then. */
static const char *next_task(void *context, size_t index, struct arena *arena)
{
    struct interleaving *interleaving = context;
    struct task *task = add_task(interleaving);
    struct schedule prefix;
    unsigned preemptions;

    (void)index;
    if (interleaving->to_shrink_count > 0) {
        struct finding *finding = interleaving->to_shrink[--interleaving->to_shrink_count];

        *task = (struct task){.kind = TASK_SHRINK, .finding = finding};
        return arena_print(arena, "shrink %s\t%s\t%s", finding->program, finding->sentence, finding->how);
    }
    interleaving->round.given++;
    if (settings_of(interleaving)->random) {
        *task = (struct task){.kind = TASK_RANDOM};
        return arena_print(arena, "random %" PRIu64,
                           settings_of(interleaving)->seed + interleaving->random_given++);
    }
    explorer_next(interleaving->explorer, &prefix, &preemptions);
    *task = (struct task){.kind = TASK_RUN, .prefix_length = prefix.length};
    return arena_print(arena, "run %s", schedule_print(&prefix, interleaving->work.names, arena));
}

static const char *perform(void *context, struct target *target, size_t index, const char *task,
                           struct arena *arena, const char **problem)
{
    const struct interleaving *interleaving = context;
    struct outcome_of_task outcome;

    (void)index;
    return work_perform(&interleaving->work, target, task, &outcome, arena, problem)
               ? outcome_print(&outcome, arena)
               : NULL;
}

static void shrink_later(struct interleaving *interleaving, struct finding *finding)
{
    if (interleaving->to_shrink_count == interleaving->to_shrink_room) {
        interleaving->to_shrink_room = interleaving->to_shrink_room * 2 + 16;
        interleaving->to_shrink =
            realloc(interleaving->to_shrink, interleaving->to_shrink_room * sizeof(*interleaving->to_shrink));
        if (!interleaving->to_shrink)
            abort();
    }
    interleaving->to_shrink[interleaving->to_shrink_count++] = finding;
}

/* `how` is the bare schedule until the finding has been shrunk. */
static void take_problems(struct interleaving *interleaving, const struct outcome_of_task *outcome)
{
    for (const struct problem *problem = outcome->problems; problem; problem = problem->next) {
        const struct finding finding = {.severity = problem->severity,
                                        .kind = "interleaving",
                                        .program = problem->program,
                                        .sentence = problem->sentence,
                                        .why = problem->why,
                                        .how = outcome->schedule,
                                        .trace = outcome->trace,
                                        .rule = problem->rule};
        bool is_new;
        struct finding *kept = findings_add(&interleaving->report->findings, &finding, &is_new);

        if (is_new)
            shrink_later(interleaving, kept);
    }
}

static void take_shrunk(struct interleaving *interleaving, struct finding *finding,
                        const struct outcome_of_task *outcome)
{
    struct arena *arena = &interleaving->report->findings.arena;

    interleaving->report->unsteady += outcome->diverged;
    finding->again = arena_print(arena, "%s", outcome->schedule);
    finding->how = arena_print(arena, "--replay '%s'", outcome->schedule);
    if (outcome->trace)
        finding->trace = arena_print(arena, "%s", outcome->trace);
}

static void tell_progress(const struct interleaving *interleaving)
{
    const struct interleave_settings *settings = settings_of(interleaving);
    struct explore_counts counts = explorer_counts(interleaving->explorer);

    if (settings->random)
        counts = (struct explore_counts){.handed_out = interleaving->random_given,
                                         .waiting = settings->random - interleaving->random_given};
    if (settings->progress)
        settings->progress(settings->context, &counts, interleaving->report->findings.count);
}

static void take_answer(struct interleaving *interleaving, const struct task *task, const char *text)
{
    struct outcome_of_task outcome;
    struct arena arena = {0};

    if (!outcome_read(text, &outcome, &arena)) {
        interleaving->problem = "a worker talks nonsense of a schedule";
    } else {
        interleaving->report->runs += outcome.runs;
        if (task->kind == TASK_SHRINK) {
            take_shrunk(interleaving, task->finding, &outcome);
        } else {
            interleaving->report->unsteady += outcome.diverged;
            if (task->kind == TASK_RUN && !outcome.diverged)
                explorer_learn(interleaving->explorer, task->prefix_length, outcome.steps,
                               outcome.step_count);
            take_problems(interleaving, &outcome);
        }
    }
    arena_free(&arena);
}

static void end_round(struct interleaving *interleaving)
{
    for (size_t i = interleaving->round.first; i < interleaving->task_count; i++) {
        struct task *task = &interleaving->tasks[i];

        if (task->answer)
            take_answer(interleaving, task, task->answer);
        free(task->answer);
        task->answer = NULL;
    }
    open_round(interleaving);
}

static void take(void *context, size_t index, const char *text)
{
    struct interleaving *interleaving = context;
    struct task *task = &interleaving->tasks[index];

    if (!text)
        interleaving->problem = "a worker died under a schedule";
    else if (task->kind == TASK_SHRINK)
        take_answer(interleaving, task, text);
    else if (!(task->answer = strdup(text)))
        abort();
    interleaving->round.done += task->kind != TASK_SHRINK;
    if (interleaving->round.size > 0 && interleaving->round.done == interleaving->round.size)
        end_round(interleaving);
    recount(interleaving);
    tell_progress(interleaving);
}

static bool run_all(struct interleaving *interleaving, struct arena *arena, const char **problem)
{
    const struct interleave_settings *settings = settings_of(interleaving);
    struct pool_settings pool = {.conductor = settings->conductor,
                                 .jobs = settings->jobs,
                                 .count = &interleaving->count,
                                 .task = next_task,
                                 .perform = perform,
                                 .take = take,
                                 .context = interleaving};

    open_round(interleaving);
    recount(interleaving);
    bool good = pool_run(&pool, arena, problem);

    for (size_t i = 0; i < interleaving->task_count; i++)
        free(interleaving->tasks[i].answer);
    if (good)
        *problem = interleaving->problem;
    return good && !interleaving->problem;
}

/* A run that makes many more calls than the first, which came to its end, will not end. */
static void bound_calls(struct interleaving *interleaving, const struct session_record *first)
{
    struct session_bounds *bounds = &interleaving->work.bounds;

    if (bounds->calls == 0 && first->end == SESSION_ENDED)
        bounds->calls = first->calls * CALLS_TIMES + CALLS_MORE;
}

/* One run in this process: the first of all, which tells whether the programs can be started; or the one to be replayed. */
static bool run_one(struct interleaving *interleaving, const struct schedule *schedule, struct arena *arena,
                    struct outcome_of_task *outcome, const char **problem)
{
    const struct interleave_settings *settings = settings_of(interleaving);
    struct scheduled_run run = {.steps = arena_take(arena, SCHEDULE_STEPS_MAX * sizeof(*run.steps))};
    struct target target;

    if (!target_start_shortly(&target, settings->conductor, arena, problem))
        return false;
    *outcome = (struct outcome_of_task){.steps = NULL};
    bool good =
        work_run(&interleaving->work, &target, schedule, NULL, &run, &outcome->problems, arena, problem);

    if (good) {
        outcome->diverged = run.diverged;
        outcome->trace = session_trace_text(&run.record, arena);
        interleaving->work.first = run_end_of(&run.record);
        bound_calls(interleaving, &run.record);
        interleaving->report->runs++;
    }
    target_stop(&target);
    return good;
}

static bool replay(struct interleaving *interleaving, struct arena *arena, const char **problem)
{
    const struct interleave_settings *settings = settings_of(interleaving);
    struct interleave_report *report = interleaving->report;
    struct outcome_of_task outcome;
    struct schedule schedule;

    if (!schedule_read(settings->replay, interleaving->work.names, settings->program_count, &schedule, arena,
                       problem)) {
        *problem = arena_print(arena, "--replay: %s", *problem);
        return false;
    }
    if (!run_one(interleaving, &schedule, arena, &outcome, problem))
        return false;
    outcome.schedule = settings->replay;
    take_problems(interleaving, &outcome);
    for (struct finding *finding = report->findings.first; finding; finding = finding->next)
        finding->how = arena_print(&report->findings.arena, "--replay '%s'", settings->replay);
    report->diverged = outcome.diverged;
    report->trace = outcome.trace;
    report->counts.handed_out = 1;
    return true;
}

static bool explore(struct interleaving *interleaving, struct arena *arena, const char **problem)
{
    const struct interleave_settings *settings = settings_of(interleaving);
    struct interleave_report *report = interleaving->report;
    const struct schedule empty = {0};
    struct outcome_of_task first;

    if (!run_one(interleaving, &empty, arena, &first, problem))
        return false;
    interleaving->work.has_first = true;
    interleaving->explorer = explorer_new(settings->preemptions, true);
    bool good = run_all(interleaving, arena, problem);

    report->counts = explorer_counts(interleaving->explorer);
    if (settings->random)
        report->counts = (struct explore_counts){.handed_out = interleaving->random_given};
    report->complete = !settings->random && report->counts.waiting == 0;
    return good;
}

bool interleave_run(const struct interleave_settings *settings, struct arena *arena,
                    struct interleave_report *report, const char **problem)
{
    const char *names[SESSION_PROGRAMS_MAX];
    struct interleaving interleaving = {
        .work = {.settings = settings, .names = names, .bounds = settings->bounds}, .report = report};
    int64_t start_ns = monotonic_ns();

    *report = (struct interleave_report){0};
    for (size_t i = 0; i < settings->program_count; i++)
        names[i] = settings->programs[i].name;
    interleaving.work.filter = session_filter(NULL, problem);
    if (interleaving.work.filter < 0)
        return false;
    bool good =
        settings->replay ? replay(&interleaving, arena, problem) : explore(&interleaving, arena, problem);

    close(interleaving.work.filter);
    explorer_free(interleaving.explorer);
    free(interleaving.tasks);
    free(interleaving.to_shrink);
    findings_sort(&report->findings);
    report->duration_ns = monotonic_ns() - start_ns;
    return good;
}

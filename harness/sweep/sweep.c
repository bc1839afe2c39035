#include "sweep/sweep.h"

#include <jansson.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "conductor/process.h"
#include "inject/injector.h"
#include "leaks/memory.h"
#include "session/pool.h"
#include "supervisor/text.h"
#include "sweep/plan.h"

enum {
    TRACE_READ_MAX = 16 * 1024 * 1024,
    TRACE_BYTES_MAX = 16 * 1024, /* of a finding's trace: beginning and end of a longer one */
    FAULT_GUARD_MS = 5 * 1000,   /* of what no count bounds */
};

/*
 * How much longer the second undisturbed run takes: what is printed of a clock, in seconds at the coarsest, then differs.
 * More than two: a short run too may begin in one second and end in the next.
 */
static const int64_t slower_ns = INT64_C(2100) * 1000 * 1000;

/* The undisturbed run must end too; a disturbed one may take some times as much. */
static const struct session_bounds baseline_bounds = {.guard_ms = 60 * 1000};

struct sweep {
    const struct sweep_settings *settings;
    struct arena *arena;
    struct sweep_report *report;
    int filter;
    struct session_bounds bounds;
    struct baseline baseline;
    const struct problem *memory; /* what memcheck finds undisturbed, if it looks */
    struct sweep_plan plan;
    const char **answers; /* of malloc: of the runs that show something, by their place in the plan */
    const char *problem;
};

/* Makes the settings of a run of the program, and when `again` of another one behind it. */
static void choose_programs(const struct sweep *sweep, bool again, struct session_program programs[2],
                            struct session_settings *session)
{
    const struct sweep_settings *settings = sweep->settings;

    for (int i = 0; i < 2; i++)
        programs[i] = (struct session_program){.name = i ? "again" : "program",
                                               .words = settings->words,
                                               .start = i ? START_BEHIND_LAST : START_AT_ONCE,
                                               .terminal = settings->terminal,
                                               .input = settings->input,
                                               .input_at_once = !settings->terminal};
    *session = (struct session_settings){
        .programs = programs, .program_count = again ? 2 : 1, .bounds = sweep->bounds};
}

static struct ruling inject(void *context, const struct traced_call *call, const struct step *line)
{
    struct ruling ruling = {.hold = false};

    (void)line;
    /* The program that is started again is left alone. */
    if (call->program == 0)
        ruling.decision = injector_decide(context, call, &ruling.hold);
    return ruling;
}

/* `context` is how long, of real time. */
static struct ruling pause_there(void *context, const struct traced_call *call, const struct step *line)
{
    (void)call, (void)line;
    nanosleep(context, NULL);
    return (struct ruling){.decision = {.kind = DECISION_PERFORM}};
}

/* For all runs: every fault is at a call that the undisturbed run made, and so trapped. */
static int open_filter(const struct sweep_settings *settings, const char **problem)
{
    struct filter_names names = {.count = 0};

    for (size_t i = 0; settings->calls && settings->calls[i]; i++)
        filter_names_add(&names, settings->calls[i]);
    injector_add_names(settings->injections, settings->injection_count, &names);
    return session_filter(&names, problem);
}

static bool run_session(const struct sweep *sweep, struct target *target, const struct session_policy *policy,
                        bool again, struct arena *arena, struct session_record *record, const char **problem)
{
    struct session_program programs[2];
    struct session_settings session;

    choose_programs(sweep, again, programs, &session);
    session.filter = sweep->filter;
    session.policy = *policy;
    bool good = session_run(target, &session, arena, record, problem);

    if (good && record->end == SESSION_NOT_STARTED) {
        *problem = record->reason;
        good = false;
    }
    return good;
}

/* Once more under memcheck, if that is to look: in *found what is not known of the undisturbed run. */
static bool run_memory(const struct sweep *sweep, struct target *target, const struct session_policy *policy,
                       bool again, struct arena *arena, struct problem **found, const char **problem)
{
    struct session_program programs[2];
    struct session_settings session;

    choose_programs(sweep, again, programs, &session);
    session.filter = sweep->filter;
    session.policy = *policy;
    return memory_run_session(target, &session, &sweep->settings->memcheck, sweep->memory, arena, found,
                              problem);
}

/* Long traces are cut in the middle. */
static const char *cut(const char *text, struct arena *arena)
{
    size_t length = strlen(text);

    if (length <= TRACE_BYTES_MAX)
        return text;
    const char *tail = strchr(text + length - TRACE_BYTES_MAX / 2, '\n');

    return arena_print(arena, "%.*s\n# ... %zu bytes are left out ...%s", TRACE_BYTES_MAX / 2, text,
                       length - TRACE_BYTES_MAX, tail ? tail : "");
}

/* The calls of the undisturbed run that faults come to, as [name, text] in their order. */
static json_t *list_calls(const struct session_record *record, struct arena *arena)
{
    json_t *calls = json_array();

    for (const struct trace_line *line = record->trace; line; line = line->next) {
        if (line->step->kind != STEP_CALL)
            continue;
        const char *name =
            strcmp(line->step->call->name, "exit") == 0 ? "exit_group" : line->step->call->name;

        if (system_call_set(name) != CALLS_SLEEP)
            json_array_append_new(calls, json_pack("[s, s]", name, trace_call_text(line, arena)));
    }
    return calls;
}

static const char *trace_of(const struct session_record *record, struct arena *arena)
{
    const char *text = session_trace_text(record, arena);

    return cut(text_to_utf8(text, strlen(text), TRACE_READ_MAX, arena), arena);
}

/* What was found in a run, with its trace. */
static void pack_problems(json_t *answer, const struct verdict_on_run *verdict, struct problem *memory,
                          const char *trace)
{
    const struct problem judged = {.severity = verdict->severity,
                                   .program = "program",
                                   .sentence = verdict->what,
                                   .why = verdict->why,
                                   .next = memory};

    json_object_set_new(answer, "problems", problems_to_json(verdict->found ? &judged : memory));
    json_object_set_new(answer, "trace", json_string(trace));
}

/* The answer of a job; it is given back. */
static const char *write_answer(json_t *answer, struct arena *arena)
{
    char *text = json_dumps(answer, JSON_COMPACT);
    const char *copy = text ? arena_copy(arena, text, strlen(text)) : NULL;

    free(text);
    json_decref(answer);
    return copy;
}

/* Undisturbed once more: does it print the same, though it takes longer? Nothing without a digit tells the time. */
static bool run_again(const struct sweep *sweep, struct target *target, const struct session_record *first,
                      struct arena *arena, struct session_record *second, const char **problem)
{
    bool may_tell = strpbrk(judge_output(&first->programs[0], arena), "0123456789") != NULL;
    int64_t pause_ns = !may_tell ? 0 : first->calls ? slower_ns / first->calls : slower_ns;
    struct timespec pause = {.tv_sec = pause_ns / 1000000000, .tv_nsec = pause_ns % 1000000000};
    const struct session_policy policy = {.call = pause_there, .context = &pause};

    return run_session(sweep, target, &policy, false, arena, second, problem);
}

static json_t *counts_to_json(const struct program_outcome *program)
{
    const struct unreleased_counts counts = unreleased_count(program);
    json_t *array = json_array();

    for (size_t i = 0; i < UNRELEASED_CLASSES; i++)
        json_array_append_new(array, json_integer(counts.of[i]));
    return array;
}

static struct unreleased_counts counts_from_json(const json_t *array)
{
    struct unreleased_counts counts;

    for (size_t i = 0; i < UNRELEASED_CLASSES; i++)
        counts.of[i] = (unsigned)json_integer_value(json_array_get(array, i));
    return counts;
}

static struct injector sweep_injector(const struct sweep *sweep)
{
    return (struct injector){.injections = sweep->settings->injections,
                             .count = sweep->settings->injection_count};
}

static bool all_can_follow(const struct sweep *sweep)
{
    for (size_t i = 0; i < sweep->settings->injection_count; i++)
        if (!memory_can_follow(&sweep->settings->injections[i]))
            return false;
    return true;
}

/* A run whose whole story is wanted: undisturbed, or with the injections of the settings. */
static const char *perform_first(void *context, struct target *target, size_t index, const char *task,
                                 struct arena *arena, const char **problem)
{
    const struct sweep *sweep = context;
    struct injector injector = sweep_injector(sweep);
    const struct session_policy policy = {.call = inject, .context = &injector};
    struct session_record record;

    (void)index, (void)task;
    if (!run_session(sweep, target, &policy, false, arena, &record, problem))
        return NULL;
    struct verdict_on_run verdict = judge_run(&record, NULL, NULL, arena);
    struct session_record second = {.program_count = 0};

    if (injector.count == 0 && record.end == SESSION_ENDED &&
        !run_again(sweep, target, &record, arena, &second, problem))
        return NULL;
    unsigned fired = injector.fired;
    struct problem *memory = NULL;

    injector = sweep_injector(sweep);
    if (record.end == SESSION_ENDED && all_can_follow(sweep) &&
        !run_memory(sweep, target, &policy, false, arena, &memory, problem))
        return NULL;
    const struct program_outcome *program = &record.programs[0];
    bool varies = second.program_count > 0 &&
                  strcmp(judge_output(program, arena), judge_output(&second.programs[0], arena)) != 0;
    json_t *answer =
        json_pack("{s:i, s:s?, s:i, s:i, s:o, s:i, s:i, s:o, s:s}", "status", program->status, "output",
                  varies ? NULL : judge_output(program, arena), "segments", judge_count_left(&record, true),
                  "sets", judge_count_left(&record, false), "unreleased", counts_to_json(program), "count",
                  (int)record.calls, "fired", (int)fired, "calls", list_calls(&record, arena), "outcome",
                  program->ended ? process_status_text(program->status, arena) : "not ended");

    pack_problems(answer, &verdict, memory, trace_of(&record, arena));
    return write_answer(answer, arena);
}

static const char *perform_fault(void *context, struct target *target, size_t index, const char *task,
                                 struct arena *arena, const char **problem)
{
    const struct sweep *sweep = context;
    const struct fault *fault = &sweep->plan.faults[index];
    bool again = fault->kind == FAULT_SIGNAL && fault->signal == SIGKILL;
    struct injection injection;
    struct injector injector = {.injections = &injection, .count = 1};
    const struct session_policy policy = {.call = inject, .context = &injector};
    struct session_record record;
    int at;

    (void)task;
    if (!injection_read(fault_injection(fault, arena), &injection, arena, &at, problem) ||
        !run_session(sweep, target, &policy, again, arena, &record, problem))
        return NULL;
    json_t *answer = json_pack("{s:i}", "fired", (int)injector.fired);
    struct verdict_on_run verdict = {.found = false};
    struct problem *memory = NULL;

    if (injector.fired) {
        verdict = judge_run(&record, fault, &sweep->baseline, arena);
        injector = (struct injector){.injections = &injection, .count = 1};
        if (memory_can_follow(&injection) &&
            !run_memory(sweep, target, &policy, again, arena, &memory, problem))
            return NULL;
    }
    if (verdict.found || memory)
        pack_problems(answer, &verdict, memory, trace_of(&record, arena));
    return write_answer(answer, arena);
}

static const char *text_of(const json_t *object, const char *key, struct arena *arena)
{
    const char *value = json_string_value(json_object_get(object, key));

    return value ? arena_copy(arena, value, strlen(value)) : NULL;
}

static int number_of(const json_t *object, const char *key)
{
    return (int)json_integer_value(json_object_get(object, key));
}

static void add_problem(struct sweep *sweep, const struct problem *problem, const char *trace,
                        const struct fault *fault)
{
    const char *what = problem->sentence;
    const struct finding finding = {
        .severity = problem->severity,
        .kind = "sweep",
        .program = "program",
        .sentence =
            fault ? arena_print(sweep->arena, "%s when %s", what, fault_text(fault, sweep->arena)) : what,
        .why = problem->why,
        .how = fault ? fault_injection(fault, sweep->arena) : NULL,
        .trace = trace,
        .rule = problem->rule};
    struct finding *kept = findings_add(&sweep->report->findings, &finding, NULL);

    if (fault)
        finding_add_detail(&sweep->report->findings, kept, fault_detail(fault, sweep->arena));
}

/* Those of an answer. `may_leave`: but what is left behind. */
static void add_problems(struct sweep *sweep, const json_t *answer, const struct fault *fault, bool may_leave)
{
    const struct problem *problem = problems_from_json(json_object_get(answer, "problems"), sweep->arena);
    const char *trace = text_of(answer, "trace", sweep->arena);

    for (; problem; problem = problem->next)
        if (!may_leave || problem->severity != FINDING_LEAVES)
            add_problem(sweep, problem, trace, fault);
}

static void take_first(void *context, size_t index, const char *text)
{
    struct sweep *sweep = context;
    json_t *answer = text ? json_loads(text, 0, NULL) : NULL;

    (void)index;
    if (!answer) {
        sweep->problem = "the worker died of the undisturbed run";
        return;
    }
    sweep->baseline =
        (struct baseline){.status = number_of(answer, "status"),
                          .output = text_of(answer, "output", sweep->arena),
                          .segments = number_of(answer, "segments"),
                          .sets = number_of(answer, "sets"),
                          .unreleased = counts_from_json(json_object_get(answer, "unreleased"))};
    sweep->report->trace = text_of(answer, "trace", sweep->arena);
    sweep->report->varies = !sweep->baseline.output;
    sweep->report->outcome = text_of(answer, "outcome", sweep->arena);
    sweep->report->fired = (size_t)number_of(answer, "fired");
    sweep->memory = problems_from_json(json_object_get(answer, "problems"), sweep->arena);
    add_problems(sweep, answer, NULL, sweep->settings->may_leave);
    sweep->bounds = (struct session_bounds){.calls = (unsigned)number_of(answer, "count") * 4 + 200,
                                            .wakeups = 200,
                                            .processor_ns = 300 * UINT64_C(1000000),
                                            .guard_ms = FAULT_GUARD_MS,
                                            .output_bytes = 256 * 1024};
    sweep->report->calls = json_array_size(json_object_get(answer, "calls"));
    sweep_plan_make(&sweep->plan, json_object_get(answer, "calls"), sweep->arena);
    json_decref(answer);
}

static void take_fault(void *context, size_t index, const char *text)
{
    struct sweep *sweep = context;
    const struct fault *fault = &sweep->plan.faults[index];
    json_t *answer = text ? json_loads(text, 0, NULL) : NULL;

    sweep->report->runs++;
    sweep->report->fired += number_of(answer, "fired") > 0;
    if (fault->past_the_end && number_of(answer, "fired") > 0)
        sweep->report->deterministic = false;
    if (!answer)
        sweep->problem = "a worker died";
    else if (json_object_get(answer, "problems") && !fault->past_the_end)
        sweep->answers[index] = arena_copy(sweep->arena, text, strlen(text));
    json_decref(answer);
    if (sweep->settings->progress)
        sweep->settings->progress(sweep->settings->context, sweep->report->runs, sweep->plan.count);
}

static bool run_pool(struct sweep *sweep, const size_t *count,
                     const char *(*perform)(void *, struct target *, size_t, const char *, struct arena *,
                                            const char **),
                     void (*take)(void *, size_t, const char *), const char **problem)
{
    const struct pool_settings pool = {.conductor = sweep->settings->conductor,
                                       .jobs = sweep->settings->jobs,
                                       .count = count,
                                       .perform = perform,
                                       .take = take,
                                       .context = sweep};
    bool good = pool_run(&pool, sweep->arena, problem);

    if (good && sweep->problem) {
        *problem = sweep->problem;
        good = false;
    }
    return good;
}

/* In the order of the plan: so the example that is kept does not depend on who was faster. */
static void add_findings(struct sweep *sweep)
{
    for (size_t i = 0; i < sweep->plan.count; i++) {
        json_t *answer = sweep->answers[i] ? json_loads(sweep->answers[i], 0, NULL) : NULL;

        if (answer)
            add_problems(sweep, answer, &sweep->plan.faults[i], false);
        json_decref(answer);
    }
}

static bool run_faults(struct sweep *sweep, const char **problem)
{
    sweep->answers = calloc(sweep->plan.count + 1, sizeof(*sweep->answers));
    if (!sweep->answers)
        abort();
    if (!run_pool(sweep, &sweep->plan.count, perform_fault, take_fault, problem))
        return false;
    add_findings(sweep);
    return true;
}

/* A program that does not end by itself cannot be swept: what it does is the one finding. */
static bool ends_by_itself(const struct sweep *sweep)
{
    for (const struct finding *finding = sweep->report->findings.first; finding; finding = finding->next)
        if (finding->severity == FINDING_HANGS)
            return false;
    return true;
}

bool sweep_run(const struct sweep_settings *settings, struct arena *arena, struct sweep_report *report,
               const char **problem)
{
    static const size_t one = 1;
    struct sweep sweep = {.settings = settings, .arena = arena, .report = report, .bounds = baseline_bounds};
    int64_t start_ns = monotonic_ns();

    *report = (struct sweep_report){.deterministic = true};
    sweep.filter = open_filter(settings, problem);
    if (sweep.filter < 0)
        return false;
    bool good = run_pool(&sweep, &one, perform_first, take_first, problem);

    if (good && settings->injection_count == 0 && ends_by_itself(&sweep))
        good = run_faults(&sweep, problem);
    report->duration_ns = monotonic_ns() - start_ns;
    findings_sort(&report->findings);
    close(sweep.filter);
    free(sweep.plan.faults);
    free(sweep.answers);
    return good;
}

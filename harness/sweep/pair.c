#include "sweep/pair.h"

#include <jansson.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "inject/injector.h"
#include "judge/output.h"
#include "session/pool.h"
#include "supervisor/text.h"
#include "sweep/faults.h"

enum {
    TEXT_BYTES_MAX = 256 * 1024,
    CALLS_MAX = 2000,    /* of the undisturbed conversation */
    CALLS_MORE = 400,    /* that a disturbed one may need, to try again and again before it gives up */
    GUARD_MS = 5 * 1000, /* of what no count bounds */
    BASE_GUARD_MS = 60 * 1000,
};

/* A fault, and the program that it is done to. */
struct planned {
    struct fault fault;
    size_t victim;
    const char *answer; /* of the worker, when it has come */
};

struct pair_sweep {
    const struct pair_sweep_settings *settings;
    struct arena *arena;
    struct findings *findings;
    struct pair_sweep_report *report;
    int filter;
    struct session_bounds bounds;
    const char *printed[SESSION_PROGRAMS_MAX]; /* undisturbed */
    struct planned *plan;
    size_t planned, room;
    const char *problem;
};

/* What the policy of a run knows. */
struct disturbance {
    struct injector injector;
    size_t victim; /* SIZE_MAX: none */
    bool restarts; /* another takes the victim's part, when nothing else can happen and somebody waits */
};

static struct ruling inject(void *context, const struct traced_call *call, const struct step *line)
{
    struct disturbance *disturbance = context;
    struct ruling ruling = {.hold = false};

    (void)line;
    if ((size_t)call->program == disturbance->victim)
        ruling.decision = injector_decide(&disturbance->injector, call, &ruling.hold);
    return ruling;
}

/* Typing comes last. */
static size_t choose_slowly(void *context, const struct session_move *moves, size_t count)
{
    size_t chosen = 0;

    (void)context;
    while (chosen < count && moves[chosen].kind == MOVE_TYPE)
        chosen++;
    return chosen < count ? chosen : 0;
}

static bool run(const struct pair_sweep *sweep, struct target *target, struct disturbance *disturbance,
                struct arena *arena, struct session_record *record, const char **problem)
{
    const struct pair_sweep_settings *settings = sweep->settings;
    const struct session_act restart = {
        .kind = ACT_START, .settled = true, .if_alive = true, .program = settings->program_count};
    struct session_program programs[SESSION_PROGRAMS_MAX];
    struct session_settings session = {
        .programs = programs,
        .program_count = settings->program_count,
        .filter = sweep->filter,
        .policy = {.call = inject, .choose = choose_slowly, .context = disturbance},
        .bounds = sweep->bounds,
    };

    memcpy(programs, settings->programs, settings->program_count * sizeof(*programs));
    if (disturbance->restarts) {
        programs[session.program_count] = programs[disturbance->victim];
        programs[session.program_count].name =
            arena_print(arena, "%s-again", programs[disturbance->victim].name);
        programs[session.program_count++].start = START_BY_ACT;
        session.acts = &restart;
        session.act_count = 1;
    }
    if (!session_run(target, &session, arena, record, problem))
        return false;
    if (record->end == SESSION_NOT_STARTED)
        *problem = record->reason;
    return record->end != SESSION_NOT_STARTED;
}

static bool is_stop(const struct fault *fault)
{
    return fault->kind == FAULT_SIGNAL && fault->signal == SIGSTOP;
}

/* The program that ended last: of those after it nobody is left to clean up. */
static const char *ended_last(const struct session_record *record)
{
    const char *name = NULL;

    for (const struct trace_line *line = record->trace; line; line = line->next)
        if (line->step->kind == STEP_EXITED || line->step->kind == STEP_KILLED)
            name = line->step->actor;
    return name;
}

/* Killed, or told by an injected error that it cannot or need not: then what stays is not its fault. */
static bool may_leave(const struct session_record *record, const struct planned *planned)
{
    const struct fault *fault = &planned->fault;
    const char *victim = record->programs[planned->victim].name, *last = ended_last(record);

    if (fault->kind != FAULT_SIGNAL)
        return true;
    return fault->signal == SIGKILL && last && strcmp(last, victim) == 0;
}

/* It failed, and what it printed stands at the beginning of the undisturbed output too: it says nothing of the failure. */
static bool is_silent(const struct pair_sweep *sweep, const struct session_record *record,
                      const struct planned *planned, struct arena *arena)
{
    const struct program_outcome *victim = &record->programs[planned->victim];

    if (planned->fault.kind == FAULT_SIGNAL || !victim->ended || !WIFEXITED(victim->status) ||
        victim->status == 0)
        return false;
    const char *output = judge_output(victim, arena);

    return strncmp(sweep->printed[planned->victim], output, strlen(output)) == 0;
}

static struct problem *judge(const struct pair_sweep *sweep, const struct session_record *record,
                             const struct planned *planned, struct arena *arena)
{
    struct conversation conversation = *sweep->settings->conversation;
    struct problem *problems, **at;

    conversation.disturbed = !is_stop(&planned->fault);
    problems = conversation_judge(record, &conversation, arena);
    for (at = &problems; *at;)
        if ((*at)->severity == FINDING_LEAVES && may_leave(record, planned))
            *at = (*at)->next;
        else
            at = &(*at)->next;
    if (!is_silent(sweep, record, planned, arena))
        return problems;
    *at = arena_take(arena, sizeof(**at));
    **at = (struct problem){.severity = FINDING_SILENT,
                            .program = record->programs[planned->victim].name,
                            .sentence = "it fails and does not say why",
                            .rule = "an error that ends a program is told"};
    return problems;
}

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

static const char *perform(void *context, struct target *target, size_t index, const char *task,
                           struct arena *arena, const char **problem)
{
    const struct pair_sweep *sweep = context;
    const struct planned *planned = &sweep->plan[index];
    struct injection injection;
    struct disturbance disturbance = {.injector = {.injections = &injection, .count = 1},
                                      .victim = planned->victim,
                                      .restarts = !is_stop(&planned->fault)};
    struct session_record record;
    int at;

    (void)task;
    if (!injection_read(fault_injection(&planned->fault, arena), &injection, arena, &at, problem) ||
        !run(sweep, target, &disturbance, arena, &record, problem))
        return NULL;
    unsigned fired = disturbance.injector.fired;

    return pack(fired, fired ? judge(sweep, &record, planned, arena) : NULL, &record, arena);
}

/* "it never ends: asleep in semop, when semop of the writer fails" */
static const char *say(const struct pair_sweep *sweep, const struct planned *planned, const char *what,
                       struct arena *arena)
{
    return arena_print(arena, "%s, when %s (%s)", what, fault_text(&planned->fault, arena),
                       sweep->settings->programs[planned->victim].name);
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
            .sentence = say(sweep, planned, problem->sentence, &arena),
            .how = arena_print(&arena, "inject %s %s", sweep->settings->programs[planned->victim].name,
                               fault_injection(&planned->fault, &arena)),
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

static void plan_call(struct pair_sweep *sweep, size_t victim, const char *name, unsigned occurrence,
                      const char *text)
{
    struct fault fault;

    for (size_t i = 0; fault_at(name, occurrence, text, i, &fault); i++) {
        if (sweep->planned == sweep->room) {
            sweep->room = sweep->room * 2 + 256;
            sweep->plan = realloc(sweep->plan, sweep->room * sizeof(*sweep->plan));
            if (!sweep->plan)
                abort();
        }
        sweep->plan[sweep->planned++] = (struct planned){.fault = fault, .victim = victim};
    }
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

static void make_plan(struct pair_sweep *sweep, const struct session_record *record)
{
    for (const struct trace_line *line = record->trace; line; line = line->next) {
        if (line->step->kind != STEP_CALL || sweep->report->calls == CALLS_MAX)
            continue;
        const char *name =
            strcmp(line->step->call->name, "exit") == 0 ? "exit_group" : line->step->call->name;
        size_t victim = 0;

        if (system_call_set(name) == CALLS_SLEEP)
            continue;
        while (strcmp(record->programs[victim].name, line->step->actor) != 0)
            victim++;
        sweep->report->calls++;
        plan_call(sweep, victim, arena_copy(sweep->arena, name, strlen(name)), occurrence_of(record, line),
                  trace_call_text(line, sweep->arena));
    }
}

/* The undisturbed conversation, in this process: the workers then know what it came to. */
static bool run_undisturbed(struct pair_sweep *sweep, const char **problem)
{
    struct conductor_options options = *sweep->settings->conductor;
    struct disturbance none = {.victim = SIZE_MAX};
    struct session_record record;
    struct target target;

    options.processor = -1;
    sweep->bounds = (struct session_bounds){.guard_ms = BASE_GUARD_MS};
    bool good = target_start(&target, &options, problem);

    if (!good)
        *problem = arena_print(sweep->arena, "%s", *problem);
    else
        good = run(sweep, &target, &none, sweep->arena, &record, problem);
    target_stop(&target);
    if (!good)
        return false;
    struct problem *problems = conversation_judge(&record, sweep->settings->conversation, sweep->arena);

    sweep->report->holds = !problems;
    for (; problems; problems = problems->next)
        findings_add(sweep->findings,
                     &(struct finding){.severity = problems->severity,
                                       .kind = "sweep",
                                       .program = problems->program,
                                       .sentence = problems->sentence,
                                       .how = "nothing is done to them",
                                       .trace = session_trace_text(&record, sweep->arena),
                                       .rule = problems->rule},
                     NULL);
    for (size_t i = 0; i < record.program_count; i++)
        sweep->printed[i] = judge_output(&record.programs[i], sweep->arena);
    if (sweep->report->holds)
        make_plan(sweep, &record);
    sweep->bounds = (struct session_bounds){.calls = record.calls * 4 + CALLS_MORE,
                                            .wakeups = 200,
                                            .processor_ns = 300 * UINT64_C(1000000),
                                            .guard_ms = GUARD_MS,
                                            .output_bytes = 256 * 1024};
    return true;
}

bool pair_sweep_run(const struct pair_sweep_settings *settings, struct arena *arena,
                    struct findings *findings, struct pair_sweep_report *report, const char **problem)
{
    struct pair_sweep sweep = {.settings = settings, .arena = arena, .findings = findings, .report = report};

    *report = (struct pair_sweep_report){0};
    sweep.filter = session_filter(NULL, problem);
    if (sweep.filter < 0)
        return false;
    bool good = run_undisturbed(&sweep, problem);

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

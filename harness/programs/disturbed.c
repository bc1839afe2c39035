#include "programs/disturbed.h"

#include <signal.h>
#include <string.h>
#include <sys/wait.h>

#include "inject/injector.h"
#include "judge/output.h"
#include "judge/unreleased.h"
#include "leaks/memory.h"

enum {
    CALLS_MORE = 400,    /* that a disturbed run may need, to try again and again before it gives up */
    GUARD_MS = 5 * 1000, /* of what no count bounds */
    UNDISTURBED_GUARD_MS = 60 * 1000,
    ACTS_MAX = 2 * SCENE_ACTS_MAX + 1,
};

/* What the policy of a run knows. */
struct doing {
    struct injector injector;
    size_t victim;
};

static struct ruling inject(void *context, const struct traced_call *call, const struct step *line)
{
    struct doing *doing = context;
    struct ruling ruling = {.hold = false};

    (void)line;
    if ((size_t)call->program == doing->victim)
        ruling.decision = injector_decide(&doing->injector, call, &ruling.hold);
    return ruling;
}

static bool run(const struct disturbed_means *means, const struct session_settings *settings,
                struct arena *arena, struct session_record *record, const char **problem)
{
    if (!session_run(means->target, settings, arena, record, problem))
        return false;
    if (record->end == SESSION_NOT_STARTED)
        *problem = record->reason;
    return record->end != SESSION_NOT_STARTED;
}

bool undisturbed_run(const struct disturbed_means *means, const struct staged *staged, struct arena *arena,
                     struct undisturbed *undisturbed, const char **problem)
{
    struct session_settings session = scene_session(staged, means->filter);
    struct problem *memory = NULL;

    session.bounds = (struct session_bounds){.guard_ms = UNDISTURBED_GUARD_MS};
    *undisturbed = (struct undisturbed){.problems = NULL};
    if (!run(means, &session, arena, &undisturbed->record, problem))
        return false;
    undisturbed->problems = scene_judge(staged, &undisturbed->record, arena);
    for (size_t i = 0; i < staged->program_count; i++)
        undisturbed->printed[i] = judge_output(&undisturbed->record.programs[i], arena);
    undisturbed->bounds = (struct session_bounds){.calls = undisturbed->record.calls * 4 + CALLS_MORE,
                                                  .wakeups = 200,
                                                  .processor_ns = 300 * UINT64_C(1000000),
                                                  .guard_ms = GUARD_MS,
                                                  .output_bytes = 256 * 1024};
    bool good = undisturbed->problems ||
                memory_run_session(means->target, &session, &means->memcheck, NULL, arena, &memory, problem);

    undisturbed->memory = memory;
    return good;
}

/* It is stopped and continued, or held: nothing that it could notice. */
static bool only_waits(const struct disturbance *disturbance)
{
    const struct injection *injection = disturbance->injection;

    return injection->signal == SIGSTOP ||
           (!injection->signal && !injection->error && !injection->gives_value);
}

/*
 * Another takes the victim's part when nothing else can happen and somebody waits: it is started, and all that was typed to the
 * victim is typed to it.
 */
static size_t add_restart(const struct staged *staged, size_t victim, struct session_act *acts, size_t count)
{
    size_t played = count;

    acts[count++] = (struct session_act){
        .kind = ACT_START, .settled = true, .if_alive = true, .program = staged->program_count};
    for (size_t i = 0; i < played; i++) {
        if (acts[i].program != victim || (acts[i].kind != ACT_TYPE && acts[i].kind != ACT_END_INPUT))
            continue;
        acts[count] = acts[i];
        acts[count++].program = staged->program_count;
    }
    return count;
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
static bool may_leave(const struct session_record *record, const struct disturbance *disturbance)
{
    const char *victim = record->programs[disturbance->victim].name, *last = ended_last(record);

    if (!disturbance->injection->signal)
        return !only_waits(disturbance);
    return disturbance->injection->signal == SIGKILL && last && strcmp(last, victim) == 0;
}

/*
 * It failed as it does not undisturbed, and what it printed stands at the beginning of the undisturbed output too: it says
 * nothing of the failure.
 */
static bool is_silent(const struct undisturbed *undisturbed, const struct session_record *record,
                      const struct disturbance *disturbance, struct arena *arena)
{
    const struct program_outcome *victim = &record->programs[disturbance->victim],
                                 *before = &undisturbed->record.programs[disturbance->victim];

    if (disturbance->injection->signal || only_waits(disturbance) || !victim->ended ||
        !WIFEXITED(victim->status) || victim->status == 0 || victim->status == before->status)
        return false;
    const char *output = judge_output(victim, arena);

    return strncmp(undisturbed->printed[disturbance->victim], output, strlen(output)) == 0;
}

/* The call that gives it back was made to fail. */
static bool is_excused(const struct disturbance *disturbance, enum unreleased_class which)
{
    const struct injection *injection = disturbance->injection;

    for (int i = 0; i < injection->call_count && (injection->error || injection->gives_value); i++)
        if (unreleased_is_given_back_by(which, injection->calls[i]))
            return true;
    return false;
}

/* What they do not have when nothing is done; who takes the victim's part is held against that. */
static struct problem *judge_unreleased(const struct undisturbed *undisturbed,
                                        const struct disturbance *disturbance,
                                        const struct session_record *record, struct arena *arena)
{
    struct problem *first = NULL, **last = &first;

    for (size_t i = 0; i < record->program_count; i++) {
        size_t part = i < undisturbed->record.program_count ? i : disturbance->victim;
        const struct unreleased_counts before = unreleased_count(&undisturbed->record.programs[part]);

        *last = unreleased_judge(&record->programs[i], &before, arena);
        while (*last)
            if (part == disturbance->victim &&
                is_excused(disturbance, unreleased_class_of((*last)->sentence)))
                *last = (*last)->next;
            else
                last = &(*last)->next;
    }
    return first;
}

static struct problem *judge(const struct staged *staged, const struct undisturbed *undisturbed,
                             const struct disturbance *disturbance, const struct session_record *record,
                             struct arena *arena)
{
    struct conversation conversation = {.lines = staged->lines, .disturbed = !only_waits(disturbance)};
    struct problem *problems, **at;

    while (!scene_is_reader(&staged->programs[conversation.reader]))
        conversation.reader++;
    problems = conversation_judge(record, &conversation, arena);
    for (at = &problems; *at;)
        if ((*at)->severity == FINDING_LEAVES && may_leave(record, disturbance))
            *at = (*at)->next;
        else
            at = &(*at)->next;
    *at = judge_unreleased(undisturbed, disturbance, record, arena);
    while (*at)
        at = &(*at)->next;
    if (!is_silent(undisturbed, record, disturbance, arena))
        return problems;
    *at = arena_take(arena, sizeof(**at));
    **at = (struct problem){.severity = FINDING_SILENT,
                            .program = record->programs[disturbance->victim].name,
                            .sentence = "it fails and does not say why",
                            .rule = "an error that ends a program is told"};
    return problems;
}

bool disturbed_run(const struct disturbed_means *means, const struct staged *staged,
                   const struct undisturbed *undisturbed, const struct disturbance *disturbance,
                   struct arena *arena, struct disturbed *disturbed, const char **problem)
{
    const struct injector injector = {.injections = disturbance->injection, .count = 1};
    struct doing doing = {.injector = injector, .victim = disturbance->victim};
    struct session_program programs[SESSION_PROGRAMS_MAX];
    struct session_act acts[ACTS_MAX];
    struct session_settings session = scene_session(staged, means->filter);

    session.programs = programs;
    session.acts = acts;
    session.policy = (struct session_policy){.call = inject, .context = &doing};
    session.bounds = undisturbed->bounds;
    memcpy(programs, staged->programs, staged->program_count * sizeof(*programs));
    memcpy(acts, staged->acts, staged->act_count * sizeof(*acts));
    if (!only_waits(disturbance) && staged->program_count < SESSION_PROGRAMS_MAX) {
        programs[session.program_count] = programs[disturbance->victim];
        programs[session.program_count++].name =
            arena_print(arena, "%s-again", programs[disturbance->victim].name);
        session.act_count = add_restart(staged, disturbance->victim, acts, session.act_count);
    }
    if (!run(means, &session, arena, &disturbed->record, problem))
        return false;
    disturbed->fired = doing.injector.fired;
    disturbed->problems = NULL;
    if (!disturbed->fired)
        return true;
    disturbed->problems = judge(staged, undisturbed, disturbance, &disturbed->record, arena);
    doing.injector = injector;
    if (!memory_can_follow(disturbance->injection))
        return true;
    return memory_run_session(means->target, &session, &means->memcheck, undisturbed->memory, arena,
                              &disturbed->problems, problem);
}

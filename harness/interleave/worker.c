#include "interleave/worker.h"

#include <stdlib.h>
#include <string.h>

#include "leaks/memory.h"

enum { SHRINK_RUNS_MAX = 60 };

static struct scheduled_run *new_run(struct arena *arena)
{
    struct scheduled_run *run = arena_take(arena, sizeof(*run));

    run->steps = arena_take(arena, SCHEDULE_STEPS_MAX * sizeof(*run->steps));
    return run;
}

/* The same schedule once more under memcheck, if that is to look; what it finds comes to the end of *problems. */
static bool run_memory(const struct work *work, struct target *target, const struct scheduled_run *ran,
                       const struct session_settings *settings, struct problem **problems,
                       struct arena *arena, const char **problem)
{
    const struct memcheck_choice *choice = &work->settings->memcheck;
    struct session_settings session = *settings;
    struct memory_run memory;

    if (!choice->valgrind)
        return true;
    const struct schedule schedule = scheduled_run_schedule(ran, ran->count, arena);
    struct scheduled_run *run = new_run(arena);

    if (!memory_run_prepare(&memory, choice, settings->programs, settings->program_count, arena, problem))
        return false;
    session.programs = memory.programs;
    session.bounds = memory_bounds;
    bool good = scheduled_run(target, &session, &schedule, NULL, arena, run, problem);

    if (good && run->record.end == SESSION_NOT_STARTED) {
        *problem = run->record.reason;
        good = false;
    }
    if (!good) {
        memory_run_end(&memory);
        return false;
    }
    while (*problems)
        problems = &(*problems)->next;
    *problems = memory_run_judge(&memory, &run->record, NULL, arena);
    return true;
}

bool work_run(const struct work *work, struct target *target, const struct schedule *schedule, uint64_t *seed,
              struct scheduled_run *run, struct problem **problems, struct arena *arena, const char **problem)
{
    const struct interleave_settings *settings = work->settings;
    const struct session_settings session = {.programs = settings->programs,
                                             .program_count = settings->program_count,
                                             .acts = settings->acts,
                                             .act_count = settings->act_count,
                                             .filter = work->filter,
                                             .bounds = work->bounds};

    if (!scheduled_run(target, &session, schedule, seed, arena, run, problem))
        return false;
    if (run->record.end == SESSION_NOT_STARTED) {
        *problem = run->record.reason;
        return false;
    }
    *problems = settings->conversation
                    ? conversation_judge(&run->record, settings->conversation, arena)
                    : run_judge(&run->record, work->has_first ? &work->first : NULL, arena);
    return run_memory(work, target, run, &session, problems, arena, problem);
}

static void tell(const struct work *work, const struct scheduled_run *run, struct problem *problems,
                 struct outcome_of_task *outcome, struct arena *arena)
{
    struct schedule schedule = scheduled_run_schedule(run, run->count, arena);

    *outcome = (struct outcome_of_task){.steps = run->steps,
                                        .step_count = run->count,
                                        .diverged = run->diverged,
                                        .runs = 1,
                                        .problems = problems,
                                        .schedule = schedule_print(&schedule, work->names, arena)};
    if (problems || work->settings->replay)
        outcome->trace = session_trace_text(&run->record, arena);
}

static bool perform_run(const struct work *work, struct target *target, const struct schedule *schedule,
                        uint64_t *seed, struct outcome_of_task *outcome, struct arena *arena,
                        const char **problem)
{
    struct scheduled_run *run = new_run(arena);
    struct problem *problems;

    if (!work_run(work, target, schedule, seed, run, &problems, arena, problem))
        return false;
    tell(work, run, problems, outcome, arena);
    return true;
}

/* The context of shrink's tries. */
struct trial {
    const struct work *work;
    struct target *target;
    const char *program, *sentence;  /* of the problem that must be there again */
    struct arena *arena;             /* for schedules and the outcome */
    struct outcome_of_task *outcome; /* of the simplest run that failed */
    unsigned preemptions;            /* of that */
    size_t length;
    unsigned runs;
    const char *problem;
};

static bool has_problem(const struct problem *problems, const struct trial *trial)
{
    for (; problems; problems = problems->next)
        if (strcmp(problems->program, trial->program) == 0 &&
            strcmp(problems->sentence, trial->sentence) == 0)
            return true;
    return false;
}

static struct shrink_run try_schedule(void *context, const struct schedule *candidate)
{
    struct trial *trial = context;
    struct arena arena = {0};
    struct scheduled_run *run = new_run(&arena);
    struct problem *problems;
    struct shrink_run tried = {0};

    trial->runs++;
    if (!trial->problem &&
        work_run(trial->work, trial->target, candidate, NULL, run, &problems, &arena, &trial->problem)) {
        tried.fails = has_problem(problems, trial);
        tried.schedule = scheduled_run_schedule(run, candidate->length, trial->arena);
        tried.preemptions = explore_preemptions(run->steps, run->count);
    }
    if (trial->problem)
        trial->problem = arena_print(trial->arena, "%s", trial->problem);
    else if (tried.fails)
        trial->outcome->trace = arena_print(trial->arena, "%s", session_trace_text(&run->record, &arena));
    arena_free(&arena);
    return tried;
}

static bool perform_shrink(const struct work *work, struct target *target, char *text,
                           struct outcome_of_task *outcome, struct arena *arena, const char **problem)
{
    char *rest = text;
    struct trial trial = {.work = work,
                          .target = target,
                          .program = strsep(&rest, "\t"),
                          .sentence = strsep(&rest, "\t"),
                          .arena = arena,
                          .outcome = outcome};
    struct schedule schedule;

    *outcome = (struct outcome_of_task){.steps = NULL};
    if (!rest || !schedule_read(rest, work->names, work->settings->program_count, &schedule, arena, problem))
        return false;
    struct shrink_run failing = try_schedule(&trial, &schedule), shrunk = failing;

    if (failing.fails)
        shrunk = shrink(&failing, try_schedule, &trial, SHRINK_RUNS_MAX, arena);
    /* Once more, for the trace of just that one. */
    struct shrink_run last = trial.problem ? shrunk : try_schedule(&trial, &shrunk.schedule);

    outcome->diverged = !failing.fails || !last.fails;
    outcome->schedule = schedule_print(&shrunk.schedule, work->names, arena);
    outcome->runs = trial.runs;
    *problem = trial.problem;
    return !trial.problem;
}

bool work_perform(const struct work *work, struct target *target, const char *task,
                  struct outcome_of_task *outcome, struct arena *arena, const char **problem)
{
    const char *space = strchr(task, ' ');
    char *rest = arena_copy(arena, space ? space + 1 : "", space ? strlen(space + 1) : 0);
    struct schedule schedule = {0};

    if (strncmp(task, "random ", 7) == 0) {
        uint64_t seed = strtoull(rest, NULL, 10);

        return perform_run(work, target, &schedule, &seed, outcome, arena, problem);
    }
    if (strncmp(task, "shrink ", 7) == 0)
        return perform_shrink(work, target, rest, outcome, arena, problem);
    return schedule_read(rest, work->names, work->settings->program_count, &schedule, arena, problem) &&
           perform_run(work, target, &schedule, NULL, outcome, arena, problem);
}

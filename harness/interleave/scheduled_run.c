#include "interleave/scheduled_run.h"

#include "interleave/touches.h"

/* The threads of a program in the order of their first call. */
struct threads {
    pid_t ids[MOVERS_A_PROGRAM];
    size_t count;
};

struct scheduling {
    const struct schedule *schedule;
    size_t next; /* step of it */
    uint64_t *seed;
    struct scheduled_run *run;
    int last; /* mover, or -1 */
    struct sharing sharing;
    struct threads threads[SESSION_PROGRAMS_MAX];
};

static struct ruling hold(void *context, const struct traced_call *call, const struct step *line)
{
    (void)context, (void)call, (void)line;
    return (struct ruling){.hold = true, .decision = {.kind = DECISION_PERFORM}};
}

/* Threads beyond the limit share the last number: schedules then tell them apart no more. */
static mover mover_of(struct scheduling *scheduling, const struct session_move *move)
{
    struct threads *threads = &scheduling->threads[move->program];
    size_t i = 0;

    if (move->call) {
        while (i < threads->count && threads->ids[i] != move->call->thread)
            i++;
        if (i == threads->count && i < MOVERS_A_PROGRAM)
            threads->ids[threads->count++] = move->call->thread;
    }
    if (i == MOVERS_A_PROGRAM)
        i--;
    return (mover)(move->program * MOVERS_A_PROGRAM + (int)i);
}

/* The moves as options, of calls the lowest mover first: the order in which calls came in does not count. */
static size_t list_options(struct scheduling *scheduling, const struct session_move *moves, size_t count,
                           struct option *options, size_t *places)
{
    size_t length = 0;

    for (size_t i = 0; i < count && length < OPTIONS_MAX; i++) {
        struct option option = {.mover = mover_of(scheduling, &moves[i]),
                                .gives_way = moves[i].kind != MOVE_PERFORM,
                                .would_sleep = moves[i].would_sleep,
                                .touches = touches_of(&scheduling->sharing, &moves[i])};
        size_t at = length++;

        while (at > 0 && moves[i].kind == MOVE_PERFORM && moves[places[at - 1]].kind == MOVE_PERFORM &&
               options[at - 1].mover > option.mover) {
            options[at] = options[at - 1];
            places[at] = places[at - 1];
            at--;
        }
        options[at] = option;
        places[at] = i;
    }
    return length;
}

static bool has_option(const struct option *options, size_t count, mover wanted)
{
    for (size_t i = 0; i < count; i++)
        if (options[i].mover == wanted)
            return true;
    return false;
}

static size_t choose_option(struct scheduling *scheduling, const struct option *options, size_t count)
{
    const struct schedule *schedule = scheduling->schedule;

    while (scheduling->next < schedule->length &&
           !has_option(options, count, schedule->steps[scheduling->next])) {
        scheduling->run->diverged = true;
        scheduling->next++;
    }
    if (scheduling->seed && scheduling->next >= schedule->length)
        return explore_choose_randomly(options, count, scheduling->seed);
    return explore_choose(schedule, scheduling->next++, options, count, scheduling->last,
                          &scheduling->run->diverged);
}

static size_t choose(void *context, const struct session_move *moves, size_t count)
{
    struct scheduling *scheduling = context;
    struct scheduled_run *run = scheduling->run;
    struct explored_step beyond,
        *step = run->count < SCHEDULE_STEPS_MAX ? &run->steps[run->count++] : &beyond;
    size_t places[OPTIONS_MAX];

    step->count = (unsigned char)list_options(scheduling, moves, count, step->options, places);
    step->chosen = (unsigned char)choose_option(scheduling, step->options, step->count);
    const struct session_move *chosen = &moves[places[step->chosen]];

    scheduling->last = step->options[step->chosen].mover;
    sharing_note(&scheduling->sharing, chosen);
    return (size_t)(chosen - moves);
}

bool scheduled_run(struct target *target, const struct session_settings *settings,
                   const struct schedule *schedule, uint64_t *seed, struct arena *arena,
                   struct scheduled_run *run, const char **problem)
{
    struct scheduling scheduling = {.schedule = schedule, .seed = seed, .run = run, .last = -1};
    struct session_settings scheduled = *settings;

    run->count = 0;
    run->diverged = false;
    scheduled.policy = (struct session_policy){.call = hold, .choose = choose, .context = &scheduling};
    return session_run(target, &scheduled, arena, &run->record, problem);
}

struct schedule scheduled_run_schedule(const struct scheduled_run *run, size_t length, struct arena *arena)
{
    mover *steps = arena_take(arena, run->count + 1);

    if (length > run->count)
        length = run->count;
    for (size_t i = 0; i < length; i++)
        steps[i] = run->steps[i].options[run->steps[i].chosen].mover;
    return (struct schedule){.steps = steps, .length = length};
}

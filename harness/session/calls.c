#include <errno.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "inject/decode.h"
#include "session/run.h"

static void answer(struct session *session, struct traced_call *call, const struct decision *decision)
{
    tracer_answer(session->tracer, call, decision);
}

/* How a decision shows in the trace; NULL: only what comes later tells. */
static const char *result_of(struct session *session, const struct traced_call *call,
                             const struct decision *decision)
{
    switch (decision->kind) {
    case DECISION_FAIL:
        return arena_print(session->arena, " = -1 %s (INJECTED)", strerrorname_np(decision->error));
    case DECISION_GIVE:
        return arena_print(session->arena, " = %lld (INJECTED)", (long long)decision->value);
    case DECISION_PERFORM:
    case DECISION_KILL:
        break;
    }
    return strcmp(call->call.name, "exit_group") == 0 ? " = ?" : NULL;
}

/* What was done to a process at a call. */
static void trace_signal(struct session *session, const struct traced_call *call,
                         const struct decision *decision)
{
    struct step *step = arena_take(session->arena, sizeof(*step));
    int signal = decision->kind == DECISION_KILL ? SIGKILL : decision->signal;

    *step = (struct step){.kind = STEP_COMMENT,
                          .text = arena_print(session->arena, "# %s is sent SIG%s at this call",
                                              session->programs[call->program].program->name,
                                              sigabbrev_np(signal) ? sigabbrev_np(signal) : "RT")};
    trace_step(session, step);
}

static void carry_out(struct session *session, struct traced_call *call, struct trace_line *line,
                      const struct decision *decision)
{
    line->result = result_of(session, call, decision);
    if (decision->kind == DECISION_PERFORM)
        at_exit_look(session, call);
    if (decision->signal || decision->kind == DECISION_KILL)
        trace_signal(session, call, decision);
    answer(session, call, decision);
}

static struct held_call *hold(struct session *session, struct traced_call *call, struct trace_line *line)
{
    struct held_call *held = arena_take(session->arena, sizeof(*held)), **last = &session->held;

    *held = (struct held_call){.call = call, .line = line};
    while (*last)
        last = &(*last)->next;
    return *last = held;
}

/* The length of the time at `address` from now on; 0 where it cannot be read. `clock` is that of an absolute time, or -1. */
static int64_t read_length_ns(const struct traced_call *call, uint64_t address, int clock)
{
    struct timespec length = {0}, now = {0};
    int32_t narrow[2];

    if (call->call.word32 && !call->call.time64) {
        if (process_memory_read(call->thread, address, narrow, sizeof(narrow)))
            length = (struct timespec){narrow[0], narrow[1]};
    } else if (!process_memory_read(call->thread, address, &length, sizeof(length))) {
        return 0;
    }
    if (clock >= 0)
        clock_gettime((clockid_t)clock, &now);
    int64_t length_ns = (length.tv_sec - now.tv_sec) * INT64_C(1000000000) + length.tv_nsec - now.tv_nsec;

    return length_ns > 0 ? length_ns : 0;
}

/* Of a nanosleep, clock_nanosleep or semtimedop. */
static int64_t sleep_length_ns(const struct traced_call *call)
{
    const uint64_t *arguments = call->call.arguments;

    if (strcmp(call->call.name, "semtimedop") == 0)
        return read_length_ns(call, arguments[3], -1);
    if (strcmp(call->call.name, "nanosleep") == 0)
        return read_length_ns(call, arguments[0], -1);
    return read_length_ns(call, arguments[2], arguments[1] & TIMER_ABSTIME ? (int)arguments[0] : -1);
}

static struct held_call *hold_asleep(struct session *session, struct traced_call *call,
                                     struct trace_line *line)
{
    struct held_call *held = hold(session, call, line);

    held->sleeps = true;
    held->slept = true;
    held->wake_ns = session->now_ns + sleep_length_ns(call);
    return held;
}

static void take_fork(struct session *session, struct traced_call *call)
{
    const struct decision perform = {.kind = DECISION_PERFORM};
    const char *name = session->programs[call->program].program->name;

    if (++session->forks > session->bounds.processes)
        session_end(session, SESSION_FORKS, name, "%s makes more than %u processes and threads", name,
                    session->bounds.processes);
    answer(session, call, &perform);
}

static void count(struct session *session, const struct traced_call *call)
{
    struct session_record *record = session->record;
    const char *name = session->programs[call->program].program->name;

    record->programs[call->program].calls++;
    session->idle_wakeups = 0;
    if (++record->calls > session->bounds.calls)
        session_end(session, SESSION_SPINS, name, "%s goes on and on: %u calls, the last one %s", name,
                    record->calls, trace_line_text(trace_last_call(session, call->thread), session->arena));
}

/* A semtimedop with a limit that would sleep now. */
static bool waits_for_time(struct session *session, const struct traced_call *call,
                           const struct decision *decision)
{
    return strcmp(call->call.name, "semtimedop") == 0 && decision->kind == DECISION_PERFORM &&
           !decision->signal && semop_prospect(session, call) == PROSPECT_WAITS;
}

static bool is_same(const struct system_call *one, const struct system_call *other)
{
    return strcmp(one->name, other->name) == 0 &&
           memcmp(one->arguments, other->arguments, sizeof(one->arguments)) == 0;
}

/* Whoever makes a call makes something happen, unless it made the same one when it was woken the last time. */
static void note_call(struct session *session, const struct traced_call *call)
{
    struct caller *caller = trace_caller(session, call->thread);
    unsigned place = caller->made++;

    if (place < caller->call_count && is_same(&caller->calls[place], &call->call))
        return;
    session->events++;
    if (place < LOOK_CALLS_MAX) {
        caller->calls[place] = call->call;
        caller->call_count = place + 1;
    }
}

static void take_by_policy(struct session *session, struct traced_call *call, struct trace_line *line)
{
    const struct session_policy *policy = &session->settings->policy;
    const struct ruling perform = {.decision = {.kind = DECISION_PERFORM}};
    struct ruling ruling = policy->call ? policy->call(policy->context, call, line->step) : perform;

    count(session, call);
    note_call(session, call);
    if (ruling.hold)
        hold(session, call, line)->decision = ruling.decision;
    else if (waits_for_time(session, call, &ruling.decision))
        hold_asleep(session, call, line)->timed = true;
    else
        carry_out(session, call, line, &ruling.decision);
}

void calls_take(struct session *session, int listener)
{
    struct traced_call *call = tracer_take(session->tracer, listener);

    if (!call)
        return;
    trace_came_back(session, call->thread);
    enum call_set set = system_call_set(call->call.name);

    session->timers = session->timers || set == CALLS_TIMER;
    if (set == CALLS_FORK) {
        take_fork(session, call);
        return;
    }
    struct step *step = decode_call(call, session->programs[call->program].program->name, session->arena);
    struct trace_line *line = trace_call(session, step, call->thread);

    if (set == CALLS_SLEEP)
        hold_asleep(session, call, line);
    else
        take_by_policy(session, call, line);
}

const struct held_call *calls_held(const struct session *session, pid_t thread)
{
    const struct held_call *held = session->held;

    while (held && held->call->thread != thread)
        held = held->next;
    return held;
}

/* Takes it off the list. */
static void let_go(struct session *session, struct held_call *held)
{
    struct held_call **at = &session->held;

    while (*at != held)
        at = &(*at)->next;
    *at = held->next;
}

void calls_release(struct session *session, struct held_call *held)
{
    let_go(session, held);
    trace_move_to_end(session, held->line);
    carry_out(session, held->call, held->line, &held->decision);
    if (held->set_is_gone)
        held->line->result = " = -1 EIDRM";
}

static void note_look(struct session *session, pid_t thread)
{
    struct caller *caller = trace_caller(session, thread);

    if (caller->made < caller->call_count)
        session->events++;
    caller->call_count = caller->made < LOOK_CALLS_MAX ? caller->made : LOOK_CALLS_MAX;
    caller->made = 0;
    if (caller->looked_at != session->events)
        caller->looks = 0;
    caller->looked_at = session->events;
    caller->looks++;
}

void calls_wake(struct session *session, struct held_call *sleeper)
{
    const struct decision awake = {.kind = DECISION_GIVE, .value = 0},
                          late = {.kind = DECISION_FAIL, .error = EAGAIN};

    if (sleeper->wake_ns > session->now_ns)
        session->now_ns = sleeper->wake_ns;
    let_go(session, sleeper);
    sleeper->line->result = sleeper->timed ? " = -1 EAGAIN" : " = 0";
    session->record->wakeups++;
    session->idle_wakeups++;
    note_look(session, sleeper->call->thread);
    session->woken = session->programs[sleeper->call->program].program->name;
    answer(session, sleeper->call, sleeper->timed ? &late : &awake);
}

void calls_drop_dead(struct session *session)
{
    const struct decision perform = {.kind = DECISION_PERFORM};
    struct held_call *next;

    for (struct held_call *held = session->held; held; held = next) {
        next = held->next;
        if (tracer_is_waiting(held->call))
            continue;
        let_go(session, held);
        answer(session, held->call, &perform);
    }
}

void calls_free(struct session *session)
{
    const struct decision perform = {.kind = DECISION_PERFORM};

    while (session->held) {
        struct held_call *held = session->held;

        session->held = held->next;
        /* Its caller has been killed: the answer reaches nobody. */
        answer(session, held->call, &perform);
    }
}

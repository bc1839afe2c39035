#include <signal.h>
#include <string.h>

#include "conductor/process.h"
#include "session/run.h"

/*
 * Who waits for the answer to its call sleeps interruptibly until a signal comes, and then uninterruptibly, when the tracer
 * has taken the call (SECCOMP_FILTER_FLAG_WAIT_KILLABLE_RECV, seccomp(2)).
 */
static void settle_deep_sleepers(const struct session *session)
{
    for (size_t i = 0; i < session->now->count; i++) {
        struct life *life = &session->now->lives[i];

        if (life->rest == REST_DEEP)
            life->rest = calls_held(session, life->thread) ? REST_TIMED : REST_NONE;
    }
}

static void look_again(struct session *session)
{
    struct lives *before = session->now;

    session->now = session->before;
    session->before = before;
    processes_look(session->first.host_pid, session->before, session->now);
    settle_deep_sleepers(session);
}

static bool all_sleep(const struct session *session)
{
    for (size_t i = 0; i < session->now->count; i++)
        if (session->now->lives[i].rest == REST_NONE)
            return false;
    return true;
}

void rest_bound_processor_time(struct session *session)
{
    uint64_t used_ns = 0;
    const struct life *busiest = NULL;

    for (size_t i = 0; i < session->now->count; i++) {
        struct life *life = &session->now->lives[i];

        if (life->rest == REST_NONE) {
            life_note_processor(life);
            busiest = life;
        }
        used_ns += life->processor_ns;
    }
    if (session->processor_ns == UINT64_MAX)
        session->processor_ns = used_ns;
    if (busiest && used_ns > session->processor_ns + session->bounds.processor_ns) {
        const char *name = session_name_of(session, busiest->process, NULL);

        session_end(session, SESSION_SPINS, name,
                    "%s runs and runs: %llu ms of processor time without a trapped call or output", name,
                    (unsigned long long)(used_ns - session->processor_ns) / 1000000);
    }
}

/* An act has stopped it, and another act may continue it. */
static bool stays_stopped(const struct session *session, pid_t process)
{
    for (size_t i = 0; i < session->started && acts_are_left(session); i++)
        if (session->programs[i].host_pid == process)
            return session->programs[i].stopped_by_act;
    return false;
}

static bool continue_stopped(struct session *session)
{
    bool any = false;

    for (size_t i = 0; i < session->now->count; i++) {
        const struct life *life = &session->now->lives[i];

        if (life->rest != REST_STOPPED || life->thread != life->process ||
            stays_stopped(session, life->process))
            continue;
        kill(life->process, SIGCONT);
        any = true;
    }
    return any;
}

/* Some process below the program, or itself, reads: the terminal or pipe that it shares. */
bool rest_reads(const struct session *session, const struct running *running)
{
    for (size_t i = 0; i < session->now->count; i++) {
        const struct life *life = &session->now->lives[i];

        if (life->rest == REST_READING && !calls_held(session, life->thread) &&
            (life->process == running->host_pid || session->started == 1))
            return true;
    }
    return false;
}

/* Somebody sleeps in a call that time may end, and nothing here can hurry. */
static bool waits_for_clock(const struct session *session)
{
    for (size_t i = 0; i < session->now->count; i++)
        if (session->now->lives[i].rest == REST_TIMED && !calls_held(session, session->now->lives[i].thread))
            return true;
    return session->timers;
}

/* "writer sleeps in semop(0, [{0, -1, 0}], 1), reader sleeps in read, and nothing is left that could wake them" */
static const char *say_who_sleeps(struct session *session)
{
    const char *text = "";

    for (size_t i = 0; i < session->now->count; i++) {
        const struct life *life = &session->now->lives[i];

        text = arena_print(session->arena, "%s%s sleeps in %s, ", text,
                           session_name_of(session, life->process, NULL), session_where(session, life));
    }
    return arena_print(session->arena, "%sand nothing is left that could wake %s", text,
                       session->now->count == 1 ? "it" : "them");
}

/* Nobody can move: the next thing to happen, in the order that session.h tells. */
static bool move_on(struct session *session)
{
    if (continue_stopped(session) || acts_make(session, false))
        return true;
    if (launch_is_due(session, true))
        return launch(session);
    if (session->idle_wakeups > session->bounds.wakeups) {
        session_end(session, SESSION_SPINS, session->woken,
                    "it looks again and again: woken %u times, and nothing else happened",
                    session->idle_wakeups);
        return true;
    }
    calls_drop_dead(session);
    if (acts_are_left(session) && moves_only_poll(session) && acts_make(session, true))
        return true;
    if (moves_make(session))
        return true;
    session->waits = waits_for_clock(session);
    if (!session->waits)
        session_end(session, SESSION_HANGS, NULL, "%s", say_who_sleeps(session));
    return !session->waits;
}

/* Of those that ran at the last look: one is enough to know that not all rest. */
static bool one_still_runs(const struct session *session)
{
    for (size_t i = 0; i < session->now->count; i++)
        if (session->now->lives[i].rest == REST_NONE && life_still_runs(&session->now->lives[i]))
            return true;
    return false;
}

/* The thread reads, and has been given no processor since it was seen to: whoever types to it makes it run. */
static const struct life *still_reads(const struct session *session, pid_t thread)
{
    for (size_t i = 0; i < session->now->count; i++) {
        const struct life *life = &session->now->lives[i];
        struct life again = *life;

        if (life->thread != thread || life->rest != REST_READING || life->slices == 0)
            continue;
        life_note_processor(&again);
        return again.slices == life->slices ? life : NULL;
    }
    return NULL;
}

/* What a look would show of the program's one thread, which needs none. False: it does. */
static bool know_program(const struct session *session, pid_t pid, struct life *known)
{
    const struct life *reading = calls_held(session, pid) ? NULL : still_reads(session, pid);

    *known = reading ? *reading : (struct life){.thread = pid, .process = pid, .rest = REST_FOREVER};
    return reading || calls_held(session, pid);
}

bool rest_is_known(struct session *session)
{
    struct life known[SESSION_PROGRAMS_MAX];
    size_t count = 0;

    if (!session->settings->policy.choose || session->forks > 0)
        return false;
    for (size_t i = 0; i < session->started; i++)
        if (!session->programs[i].outcome->ended &&
            !know_program(session, session->programs[i].host_pid, &known[count++]))
            return false;
    memcpy(session->now->lives, known, count * sizeof(*known));
    session->now->count = count;
    return true;
}

bool rest_look(struct session *session)
{
    if (rest_is_known(session)) {
        session->at_rest = true;
        return true;
    }
    if (one_still_runs(session))
        return false;
    look_again(session);
    if (!all_sleep(session))
        return false;
    look_again(session);
    if (!processes_are_at_rest(session->before, session->now))
        return false;
    session->at_rest = true;
    return true;
}

bool rest_move_on(struct session *session)
{
    session->at_rest = session->waits = false;
    if (session->now->count > 0 || launch_is_due(session, true) || acts_are_left(session))
        return move_on(session);
    session_end(session, SESSION_ENDED, NULL, NULL);
    return true;
}

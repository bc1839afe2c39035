/* What can be made to happen when nobody can move, and the policy's choice of it. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "session/run.h"

enum { LOOKS_MAX = 10 }; /* who has looked so often in vain polls */

static bool is_semop(const struct traced_call *call)
{
    return strcmp(call->call.name, "semop") == 0 || strcmp(call->call.name, "semtimedop") == 0;
}

/* What a sleeper gets when its set is removed, a held one gets too. */
static enum prospect look_ahead(struct session *session, struct held_call *held)
{
    enum prospect prospect = semop_prospect(session, held->call);

    if (prospect == PROSPECT_SET_IS_GONE && held->slept) {
        held->decision = (struct decision){.kind = DECISION_FAIL, .error = EIDRM};
        held->set_is_gone = true;
    }
    held->slept = prospect == PROSPECT_WAITS;
    return prospect;
}

static bool has_limit(const struct traced_call *call)
{
    return strcmp(call->call.name, "semtimedop") == 0 && call->call.arguments[3] != 0;
}

struct moves {
    struct session_move list[SESSION_MOVES_MAX];
    size_t count;
};

static void add(struct moves *moves, enum move_kind kind, int program, struct held_call *held)
{
    if (moves->count < SESSION_MOVES_MAX)
        moves->list[moves->count++] = (struct session_move){
            .kind = kind, .program = program, .call = held ? held->call : NULL, .held = held};
}

/* Who polls and has seen nothing will see nothing until somebody else has moved: the time of others comes first. */
static int wakes_earlier(const void *left, const void *right)
{
    const struct session_move *one = left, *other = right;

    if (one->held->polls != other->held->polls)
        return one->held->polls ? 1 : -1;
    return (one->held->wake_ns > other->held->wake_ns) - (one->held->wake_ns < other->held->wake_ns);
}

/* A call that the policy holds. A semop that would sleep may still end by its limit. */
static void add_held(struct session *session, struct moves *moves, struct held_call *held)
{
    bool looks = session->settings->policy.choose && is_semop(held->call) &&
                 held->decision.kind == DECISION_PERFORM && !held->decision.signal;
    bool would_sleep = looks && look_ahead(session, held) == PROSPECT_WAITS;

    held->timed = would_sleep && has_limit(held->call);
    add(moves, held->timed ? MOVE_WAKE : MOVE_PERFORM, held->call->program, held);
    moves->list[moves->count - 1].would_sleep = would_sleep && !held->timed;
}

static bool polls(const struct session *session, const struct held_call *held)
{
    const struct caller *caller = trace_caller(session, held->call->thread);

    return held->sleeps && caller->looked_at == session->events && caller->looks >= LOOKS_MAX;
}

static bool has_input(const struct running *running)
{
    return running->program->input && running->program->input[running->typed];
}

static void list_moves(struct session *session, struct moves *moves)
{
    moves->count = 0;
    for (size_t i = 0; i < session->started; i++) {
        const struct running *running = &session->programs[i];

        if (running->input >= 0 && !running->outcome->ended && rest_reads(session, running) &&
            (has_input(running) || !acts_are_left(session)))
            add(moves, MOVE_TYPE, (int)i, NULL);
    }
    for (struct held_call *held = session->held; held; held = held->next)
        if (!held->sleeps)
            add_held(session, moves, held);
    for (struct held_call *held = session->held; held; held = held->next)
        if (held->sleeps && held->timed && look_ahead(session, held) != PROSPECT_WAITS)
            add(moves, MOVE_PERFORM, held->call->program, held);
    size_t awake = moves->count;

    for (struct held_call *held = session->held; held; held = held->next)
        if (held->sleeps && (!held->timed || held->slept)) {
            held->polls = polls(session, held);
            add(moves, MOVE_WAKE, held->call->program, held);
        }
    qsort(moves->list + awake, moves->count - awake, sizeof(*moves->list), wakes_earlier);
}

/* Who is typed to is about to run, though it has not been given a processor yet. */
static void note_typed_to(struct session *session, pid_t pid)
{
    for (size_t i = 0; i < session->now->count; i++)
        if (session->now->lives[i].process == pid)
            session->now->lives[i].rest = REST_NONE;
}

/* False: the program takes no input after all. */
static bool make(struct session *session, const struct session_move *move)
{
    switch (move->kind) {
    case MOVE_TYPE:
        if (!launch_type(session, &session->programs[move->program]))
            return false;
        note_typed_to(session, session->programs[move->program].host_pid);
        session->events++;
        return true;
    case MOVE_PERFORM:
        calls_release(session, move->held);
        return true;
    case MOVE_WAKE:
        calls_wake(session, move->held);
        return true;
    }
    return false;
}

bool moves_only_poll(struct session *session)
{
    struct moves moves;
    bool only = true;

    list_moves(session, &moves);
    for (size_t i = 0; i < moves.count && only; i++)
        only = moves.list[i].kind == MOVE_WAKE && moves.list[i].held->polls;
    return only;
}

bool moves_make(struct session *session)
{
    const struct session_policy *policy = &session->settings->policy;
    struct moves moves;

    list_moves(session, &moves);
    while (moves.count > 0) {
        size_t chosen = policy->choose ? policy->choose(policy->context, moves.list, moves.count) : 0;

        if (make(session, &moves.list[chosen]))
            return true;
        memmove(&moves.list[chosen], &moves.list[chosen + 1],
                (moves.count - chosen - 1) * sizeof(*moves.list));
        moves.count--;
    }
    return false;
}

/* What somebody beside the programs does when all are at rest: the next act of the script. */
#include <signal.h>
#include <string.h>

#include "conductor/process.h"
#include "session/run.h"

bool acts_are_left(const struct session *session)
{
    return session->acted < session->settings->act_count &&
           !(session->settings->acts[session->acted].if_alive && session->now->count == 0);
}

/* A line of the trace that is no call of a program. */
static void tell(struct session *session, const char *text)
{
    struct step *step = arena_take(session->arena, sizeof(*step));

    *step = (struct step){.kind = STEP_COMMENT, .text = text};
    trace_step(session, step);
}

static void type(struct session *session, struct running *running, const struct session_act *act)
{
    size_t written = 0;

    trace_text(session, running->program->name, STEP_TYPE, act->text, act->length);
    launch_write(running, act->text, act->length, &written);
}

static void send_signal(struct session *session, struct running *running, int signal)
{
    const char *name = sigabbrev_np(signal);

    running->stopped_by_act = signal == SIGSTOP || (running->stopped_by_act && signal != SIGCONT);
    kill(running->host_pid, signal);
    tell(session, arena_print(session->arena, "other  kill(%s.pid, SIG%s) = 0", running->program->name,
                              name ? name : "RT"));
}

/* `text` with the identifier for each #. */
static const char *with_identifier(const char *text, const char *identifier, struct arena *arena)
{
    const char *filled = "";

    for (const char *hash; (hash = strchr(text, '#')); text = hash + 1)
        filled = arena_print(arena, "%s%.*s%s", filled, (int)(hash - text), text, identifier);
    return arena_print(arena, "%s%s", filled, text);
}

/* "= -1 EINVAL", "= 0" */
static const char *result_of(struct session *session, const struct answer *answer)
{
    switch (answer->kind) {
    case ANSWER_RETURNED:
        return arena_print(session->arena, "= %s", integer_print(answer->value.number, session->arena));
    case ANSWER_FAILED:
        return arena_print(session->arena, "= -1 %s", answer->name);
    default:
        return "= ?";
    }
}

static void call(struct session *session, const struct session_act *act)
{
    struct arena *arena = session->arena;
    const char *identifier = "#";

    if (act->get) {
        const struct answer *answer = target_ask(session->target, &session->first, arena, -1, act->get);

        if (answer->kind != ANSWER_RETURNED)
            return; /* there is nothing to be done anything to */
        identifier = integer_print(answer->value.number, arena);
    }
    const struct answer *answer = target_ask(session->target, &session->first, arena, -1,
                                             with_identifier(act->call, identifier, arena));

    if (answer->trouble)
        session->problem = arena_print(arena, "%s: %s", act->call, answer->trouble);
    tell(session, arena_print(arena, "other  %s %s", with_identifier(act->shown, identifier, arena),
                              result_of(session, answer)));
}

static void perform(struct session *session, const struct session_act *act)
{
    struct running *running = &session->programs[act->program];
    bool is_there = act->program < session->started && !running->outcome->ended;

    switch (act->kind) {
    case ACT_START:
        launch(session);
        break;
    case ACT_TYPE:
        if (is_there && running->input >= 0)
            type(session, running, act);
        break;
    case ACT_END_INPUT:
        if (is_there && running->input >= 0)
            launch_end_input(session, running);
        break;
    case ACT_SIGNAL:
        if (is_there)
            send_signal(session, running, act->signal);
        break;
    case ACT_CALL:
        call(session, act);
        break;
    }
}

bool acts_make(struct session *session, bool settled)
{
    const struct session_act *act = &session->settings->acts[session->acted];

    if (!acts_are_left(session) || (act->settled && !settled))
        return false;
    session->acted++;
    session->idle_wakeups = 0;
    session->events++;
    perform(session, act);
    return true;
}

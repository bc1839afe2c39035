#include "conductor/steps.h"

#include <string.h>
#include <sys/wait.h>

#include "conductor/actor.h"
#include "conductor/evaluate.h"
#include "conductor/match.h"
#include "conductor/program.h"
#include "conductor/request.h"
#include "conductor/rounds.h"
#include "conductor/show.h"
#include "conductor/sleep.h"

void add_transcript(struct instance *instance, const char *line)
{
    struct word *word = arena_take(instance->arena, sizeof(*word));

    word->text = line;
    *instance->transcript_end = word;
    instance->transcript_end = &word->next;
}

static const struct step *next_line(const struct step *step)
{
    do
        step = step->next;
    while (step && step->kind == STEP_COMMENT);
    return step;
}

static void fail_with_answer(struct instance *instance, const struct step *step, const struct step *asked,
                             const struct answer *answer)
{
    const char *expected = show_step(instance, step), *got = show_answer(instance, step, asked, answer);

    instance_fail(instance, step, expected, got, "%s", got);
}

/* A fault is a signal to the line behind. */
static void take_fault(struct instance *instance, struct actor *actor, const struct step *step,
                       struct answer *answer)
{
    const struct step *next = next_line(step);
    bool expected = next && next->kind == STEP_SIGNAL && strcmp(next->actor, actor->name) == 0 &&
                    (step->outcome.kind == OUTCOME_NONE || step->outcome.kind == OUTCOME_NEVER);

    if (!expected) {
        fail_with_answer(instance, step, step, answer);
        return;
    }
    add_transcript(instance, show_step(instance, step));
    actor_put_signal_aside(actor, answer);
}

/* wait4 tells how a child ended, and then nobody else can. */
static void note_reaped(struct instance *instance, const struct step *step, const struct answer *answer)
{
    const struct value *status = answer_output(answer, 1);
    const struct value *number = status && status->kind == VALUE_LIST ? value_field(status, "status") : NULL;

    if (strcmp(step->call->name, "wait4") != 0 || answer->kind != ANSWER_RETURNED || !number ||
        !(WIFEXITED((int)number->number) || WIFSIGNALED((int)number->number)))
        return;
    for (struct actor *actor = instance->actors; actor; actor = actor->next)
        if (actor->started && actor->pid == answer->value.number)
            actor->exit_status = (int)number->number;
}

/* A system that was built without System V IPC does it neither right nor wrong. */
static bool is_unsupported(const struct step *asked, const struct answer *answer)
{
    bool get = strcmp(asked->call->name, "shmget") == 0 || strcmp(asked->call->name, "semget") == 0;

    return get && answer->kind == ANSWER_FAILED && strcmp(answer->name, "ENOSYS") == 0;
}

void take_answer(struct instance *instance, struct actor *actor, const struct step *step,
                 const struct step *asked, struct answer *answer)
{
    if (answer->kind == ANSWER_FAULT) {
        take_fault(instance, actor, step, answer);
        return;
    }
    note_reaped(instance, asked, answer);
    if (strcmp(asked->call->name, "exec") == 0 && answer->kind == ANSWER_RETURNED)
        actor_became_image(instance, actor);
    struct outcome outcome = step->outcome;

    if (asked->nth) {
        note_fail_nth(instance, asked, answer);
        if (answer->fired == 0)
            outcome.otherwise = NULL;
    }
    switch (match_answer(instance, asked, &outcome, answer)) {
    case MATCH_YES:
        add_transcript(instance, show_answer(instance, step, asked, answer));
        break;
    case MATCH_NO:
        if (is_unsupported(asked, answer))
            instance_skip(instance, "the system has no %s (ENOSYS)", asked->call->name);
        else
            fail_with_answer(instance, step, asked, answer);
        break;
    case MATCH_IMPOSSIBLE:
        break;
    }
}

static void run_unfinished(struct instance *instance, struct actor *actor, const struct step *step)
{
    struct answer *answer = NULL;

    if (actor_wait_asleep(instance, actor, step, &answer)) {
        actor->unfinished = step;
        add_transcript(instance, show_step(instance, step));
    } else if (answer) {
        fail_with_answer(instance, step, step, answer);
    }
}

/* A call that a program makes of its own: it is there, or it comes there. */
static void run_program_sleeps(struct instance *instance, struct actor *actor, const struct step *step)
{
    if (program_wait_asleep(instance, actor, step))
        add_transcript(instance, show_step(instance, step));
    else
        instance_fail(
            instance, step, show_step(instance, step),
            arena_print(instance->arena, "%-7s %s", actor->name, sleep_describe(instance, actor, step)),
            "%s does not come to sleep in %s", actor->name, step->call->name);
}

static void run_new_actor(struct instance *instance, struct actor *actor, const struct step *step,
                          const char *request)
{
    bool named = step->outcome.kind == OUTCOME_VALUE && step->outcome.value->kind == EXPRESSION_NAME;
    const char *name = named ? step->outcome.value->text : NULL;
    struct answer *answer;

    if (step->unfinished) {
        if (actor_vfork(instance, actor, step, request, name))
            run_unfinished(instance, actor, step);
    } else if ((answer = actor_fork(instance, actor, step, request, name))) {
        take_answer(instance, actor, step, step, answer);
    }
}

/* The actor ends, and an exit of its own says how: see actor_wait_end. */
static void note_exit(struct instance *instance, struct actor *actor, const struct step *step)
{
    integer status;

    actor->ended = true;
    if (strcmp(step->call->name, "exit") == 0 && evaluate_number(instance, step->arguments->value, &status))
        actor->exit_asked = W_EXITCODE((int)(status & 0xff), 0);
}

/* "= ?" with the end of the actor on the next line: the call does not come back. */
static bool ends_actor(const struct step *step)
{
    const struct step *next = next_line(step);

    return step->outcome.kind == OUTCOME_NEVER && next &&
           strcmp(next->actor ? next->actor : "", step->actor) == 0 &&
           (next->kind == STEP_KILLED || next->kind == STEP_EXITED);
}

static void run_call(struct instance *instance, struct actor *actor, const struct step *step)
{
    const char *request;
    struct answer *answer;

    if (!actor_start(instance, actor))
        return;
    if (actor->declaration && actor->declaration->program) {
        run_program_sleeps(instance, actor, step);
        return;
    }
    if (!(request = request_write(instance, step)))
        return;
    actor->last = step;
    if (step->call->result == RESULT_IS_ACTOR) {
        run_new_actor(instance, actor, step, request);
        return;
    }
    if (!actor_send(instance, actor, step, request, -1))
        return;
    if (step->call->result == RESULT_IS_NEVER) {
        note_exit(instance, actor, step);
        add_transcript(instance, show_step(instance, step));
    } else if (step->unfinished) {
        run_unfinished(instance, actor, step);
    } else if (ends_actor(step)) {
        if ((answer = actor_wait_last(instance, actor, step)))
            fail_with_answer(instance, step, step, answer);
        else
            add_transcript(instance, show_step(instance, step));
    } else if ((answer = actor_wait_answer(instance, actor, step))) {
        take_answer(instance, actor, step, step, answer);
    }
}

static void run_resumed(struct instance *instance, struct actor *actor, const struct step *step)
{
    struct answer *answer = actor_wait_answer(instance, actor, step);
    const struct step *asked = actor->unfinished;

    actor->unfinished = NULL;
    if (answer)
        take_answer(instance, actor, step, asked, answer);
}

/* poke, peek and jump fault at once or not at all; other signals are waited for. */
static bool could_only_fault(const struct actor *actor)
{
    return !actor->unfinished && actor->last &&
           (actor->last->call->result == RESULT_IS_NONE || strcmp(actor->last->call->name, "peek") == 0);
}

static void run_signal(struct instance *instance, struct actor *actor, const struct step *step)
{
    struct answer *answer = NULL;
    integer expected, got;

    if (!actor_start(instance, actor))
        return;
    if (actor->signals || !could_only_fault(actor))
        answer = actor_wait_signal(instance, actor);
    if (instance->over || !evaluate_number(instance, step->value, &expected))
        return;
    if (!answer) {
        instance_fail(instance, step, show_step(instance, step),
                      arena_print(instance->arena, "%-7s no signal", actor->name), "no signal came");
        return;
    }
    if (answer->kind == ANSWER_RETURNED || answer->kind == ANSWER_FAILED) {
        instance_fail(instance, step, show_step(instance, step),
                      show_answer(instance, actor->unfinished, actor->unfinished, answer),
                      "the call came back before the signal");
        return;
    }
    const char *shown = show_signal(instance, actor, answer), *wanted = show_step(instance, step);
    enum match match =
        match_constant_number(instance, answer->name, &got) && got == expected ? MATCH_YES : MATCH_NO;

    if (match == MATCH_YES && step->fields)
        match = match_pattern(instance, step->fields, &answer->fields, FORMAT_HEX, NULL);
    if (match == MATCH_YES)
        add_transcript(instance, shown);
    else if (match == MATCH_NO)
        instance_fail(instance, step, wanted, shown, "another signal came");
}

static const char *shown_end(struct instance *instance, const struct actor *actor, int status)
{
    if (status == -2)
        return arena_print(instance->arena, "%-7s still there: %s", actor->name,
                           sleep_describe(instance, actor, actor->unfinished));
    return arena_print(instance->arena, "%-7s +++ %s +++", actor->name, show_status(instance, status));
}

static void run_end(struct instance *instance, struct actor *actor, const struct step *step)
{
    integer number;

    if (!actor_start(instance, actor))
        return;
    int status = actor_wait_end(instance, actor);

    if (status == -1) {
        instance_error(instance, step, "how %s ended is lost: its parent has reaped it", actor->name);
        return;
    }
    const char *got = shown_end(instance, actor, status), *expected = show_step(instance, step);
    bool way = status >= 0 && (step->kind == STEP_EXITED ? WIFEXITED(status) : WIFSIGNALED(status));

    if (way && step->kind == STEP_EXITED) {
        const struct value code = {.kind = VALUE_NUMBER, .number = WEXITSTATUS(status)};

        way = match_pattern(instance, step->value, &code, FORMAT_DECIMAL, NULL) == MATCH_YES;
    } else if (way) {
        way = evaluate_number(instance, step->value, &number) && number == WTERMSIG(status);
    }
    actor->ended = status != -2;
    actor->unfinished = NULL;
    if (!way)
        instance_fail(instance, step, expected, got, "%s", got);
    else if (actor->terminal < 0 || program_finish_output(instance, actor, step))
        add_transcript(instance, got);
}

static bool is_comparison(const struct expression *expression)
{
    return expression->kind == EXPRESSION_BINARY && expression->operation >= OPERATION_LESS &&
           expression->operation <= OPERATION_NOT_EQUAL;
}

static void run_require(struct instance *instance, const struct step *step)
{
    bool posix = step->posix && instance->conductor->options.profile == PROFILE_POSIX;
    const struct expression *condition = posix ? step->posix : step->value;
    struct value left, right;
    integer holds;
    const char *shown = show_step(instance, step), *got = "it does not hold";

    if (!evaluate_number(instance, condition, &holds))
        return;
    if (holds) {
        instance->verdict->deviates |= step->posix && !posix;
        add_transcript(instance, shown);
        return;
    }
    if (is_comparison(condition) && evaluate(instance, condition->left, &left) &&
        evaluate(instance, condition->right, &right))
        got = arena_print(instance->arena, "left is %s, right is %s", show_value(instance, &left),
                          show_value(instance, &right));
    instance_fail(instance, step, shown, got, "%s: %s", shown, got);
}

static void run_step(struct instance *instance, const struct step *step)
{
    struct actor *actor = step->actor ? instance_actor(instance, step->actor) : NULL;

    if (step->actor && !actor)
        return; /* a fork that was allowed to fail did not make it */
    switch (step->kind) {
    case STEP_CALL:
        run_call(instance, actor, step);
        break;
    case STEP_RESUMED:
        run_resumed(instance, actor, step);
        break;
    case STEP_SIGNAL:
        run_signal(instance, actor, step);
        break;
    case STEP_EXITED:
    case STEP_KILLED:
        run_end(instance, actor, step);
        break;
    case STEP_REQUIRE:
        run_require(instance, step);
        break;
    case STEP_TYPE:
        if (actor_start(instance, actor) && program_type(instance, actor, step))
            add_transcript(instance, show_step(instance, step));
        break;
    case STEP_SHOW:
        if (actor_start(instance, actor) && program_show(instance, actor, step))
            add_transcript(instance, show_step(instance, step));
        break;
    case STEP_INJECT:
        add_transcript(instance, show_step(instance, step)); /* in force since the program started */
        break;
    case STEP_SCENE:
    case STEP_SCHEDULE:
        break; /* the case is performed as a whole: open_and_run */
    case STEP_ROUNDS:
        run_rounds(instance, step);
        break;
    case STEP_TOGETHER:
        run_together(instance, step);
        break;
    case STEP_END:
    case STEP_COMMENT:
        break;
    }
}

/* "writer=12 reader=13": all that the case uses, started so that a debugger can be attached. */
const char *start_all(struct instance *instance)
{
    const char *pids = "";

    for (struct actor *actor = instance->actors; actor; actor = actor->next) {
        bool used = actor->started || case_uses_actor(instance->drill_case, actor->name);

        if (used && !actor->ended && actor_start(instance, actor))
            pids = arena_print(instance->arena, "%s%s%s=%d", pids, *pids ? " " : "", actor->name,
                               (int)actor->host_tid);
    }
    return pids;
}

void run_lines(struct instance *instance, const struct step *step, const struct step *end)
{
    const struct conductor_options *options = &instance->conductor->options;

    for (; step != end && !instance->over; step = step->next) {
        if (step->kind == STEP_COMMENT)
            continue;
        instance->verdict->line = step->at.line;
        if (options->before_step)
            options->before_step(options->context, step, start_all(instance));
        if (!instance->over)
            run_step(instance, step);
        if (step->kind == STEP_ROUNDS || step->kind == STEP_TOGETHER)
            step = step_end(step);
    }
}

void run_steps(struct instance *instance)
{
    run_lines(instance, instance->drill_case->steps, NULL);
}

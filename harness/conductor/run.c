/* The lines of an instance, one after the other. */
#include "conductor/conductor.h"

#include <stdlib.h>
#include <string.h>
#include <sched.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "conductor/actor.h"
#include "conductor/evaluate.h"
#include "conductor/instance.h"
#include "conductor/match.h"
#include "conductor/needs.h"
#include "conductor/program.h"
#include "conductor/request.h"
#include "conductor/show.h"

/* Where cases have a namespace of their own every key is free; elsewhere keys are tried until one is. */
enum {
    FIRST_KEY = 0x5eed0001,
    SHARED_KEY_BITS = 0x3fffffff,
    SHARED_KEY_BASE = 0x40000000,
    KEY_TRIES_MAX = 1000,
};

static void add_transcript(struct instance *instance, const char *line)
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
    actor->signals = answer;
    answer->next = NULL;
}

/* wait4 tells how a child ended, and then nobody else can. */
static void note_reaped(struct instance *instance, const struct step *step, const struct answer *answer)
{
    const struct value *status = answer_output(answer, 1);
    const struct value *number = status && status->kind == VALUE_LIST ? value_field(status, "status") : NULL;

    if (strcmp(step->call->name, "wait4") != 0 || answer->kind != ANSWER_RETURNED || !number)
        return;
    for (struct actor *actor = instance->actors; actor; actor = actor->next)
        if (actor->started && actor->pid == answer->value.number)
            actor->exit_status = (int)number->number;
}

static void take_answer(struct instance *instance, struct actor *actor, const struct step *step,
                        const struct step *asked, struct answer *answer)
{
    if (answer->kind == ANSWER_FAULT) {
        take_fault(instance, actor, step, answer);
        return;
    }
    note_reaped(instance, asked, answer);
    switch (match_answer(instance, asked, &step->outcome, answer)) {
    case MATCH_YES:
        add_transcript(instance, show_answer(instance, step, asked, answer));
        break;
    case MATCH_NO:
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

static void run_call(struct instance *instance, struct actor *actor, const struct step *step)
{
    const char *request;
    struct answer *answer;

    if (!actor_start(instance, actor) || !(request = request_write(instance, step)))
        return;
    actor->last = step;
    if (step->call->result == RESULT_IS_ACTOR) {
        bool named = step->outcome.kind == OUTCOME_VALUE && step->outcome.value->kind == EXPRESSION_NAME;

        answer = actor_fork(instance, actor, step, request, named ? step->outcome.value->text : NULL);
        if (answer)
            take_answer(instance, actor, step, step, answer);
        return;
    }
    if (!actor_send(instance, actor, step, request, -1))
        return;
    if (step->call->result == RESULT_IS_NEVER) {
        actor->ended = true;
        add_transcript(instance, show_step(instance, step));
    } else if (step->unfinished) {
        run_unfinished(instance, actor, step);
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
    else
        answer = NULL;
    if (instance->over || !evaluate_number(instance, step->value, &expected))
        return;
    if (!answer) {
        instance_fail(instance, step, show_step(instance, step),
                      arena_print(instance->arena, "%-7s no signal", actor->name), "no signal came");
        return;
    }
    actor->signals = answer == actor->signals ? answer->next : actor->signals;
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
                           actor_describe(instance, actor, actor->unfinished));
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
    struct value left, right;
    integer holds;
    const char *shown = show_step(instance, step), *got = "it does not hold";

    if (!evaluate_number(instance, step->value, &holds))
        return;
    if (holds) {
        add_transcript(instance, shown);
        return;
    }
    if (is_comparison(step->value) && evaluate(instance, step->value->left, &left) &&
        evaluate(instance, step->value->right, &right))
        got = arena_print(instance->arena, "left is %s, right is %s", show_value(instance, &left),
                          show_value(instance, &right));
    instance_fail(instance, step, shown, got, "%s: %s", shown, got);
}

static void run_step(struct instance *instance, const struct step *step)
{
    struct actor *actor = step->actor ? instance_actor(instance, step->actor) : NULL;

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
        instance_skip(instance, "inject is not performed yet");
        break;
    case STEP_COMMENT:
        break;
    }
}

/* "writer=12 reader=13": all that the case uses, started so that a debugger can be attached. */
static const char *start_all(struct instance *instance)
{
    const char *pids = "";

    for (struct actor *actor = instance->actors; actor; actor = actor->next) {
        bool used = actor->started;

        for (const struct step *step = instance->drill_case->steps; step && !used; step = step->next)
            used = step->actor && strcmp(step->actor, actor->name) == 0;
        if (used && !actor->ended && actor_start(instance, actor))
            pids = arena_print(instance->arena, "%s%s%s=%d", pids, *pids ? " " : "", actor->name,
                               (int)actor->host_pid);
    }
    return pids;
}

static void run_steps(struct instance *instance)
{
    const struct conductor_options *options = &instance->conductor->options;

    for (const struct step *step = instance->drill_case->steps; step && !instance->over; step = step->next) {
        if (step->kind == STEP_COMMENT)
            continue;
        instance->verdict->line = step->at.line;
        if (options->before_step)
            options->before_step(options->context, step, start_all(instance));
        if (!instance->over)
            run_step(instance, step);
    }
}

static bool key_is_free(struct instance *instance, integer key)
{
    static const char *const calls[] = {"shmget", "semget"};

    for (size_t i = 0; i < 2; i++) {
        const char *request = arena_print(instance->arena, "%s %lld 0 0", calls[i], (long long)key);
        const struct answer *answer =
            target_ask(instance->target, &instance->first, instance->arena, -1, request);

        if (answer->kind != ANSWER_FAILED || strcmp(answer->name, "ENOENT") != 0)
            return false;
    }
    return true;
}

static bool choose_keys(struct instance *instance)
{
    instance->keys[0] = FIRST_KEY;
    instance->keys[1] = FIRST_KEY + 1;
    if (instance->target->isolation != ISOLATION_NONE)
        return true;
    for (int i = 0, tries = 0; i < 2; tries++) {
        unsigned number = (unsigned)getpid() * 4096u + instance->conductor->key_count++;
        integer key = SHARED_KEY_BASE | (number & SHARED_KEY_BITS);

        if (tries == KEY_TRIES_MAX) {
            instance_error(instance, NULL, "no free key after %d tries", KEY_TRIES_MAX);
            return false;
        }
        if (key_is_free(instance, key))
            instance->keys[i++] = key;
    }
    return true;
}

static bool need_is_met(struct instance *instance, const char *need)
{
    const char *missing = need_missing(instance->conductor, need);

    if (missing)
        instance_skip(instance, "%s", missing);
    return !missing;
}

/* What the case says it needs, and what its actors imply. */
static bool needs_are_met(struct instance *instance)
{
    const struct drill_case *drill_case = instance->drill_case;

    if (drill_case->linux_only && instance->conductor->options.profile == PROFILE_POSIX) {
        instance_skip(instance, "Linux only: POSIX does not ask for it");
        return false;
    }
    for (const struct word *need = drill_case->needs; need; need = need->next)
        if (!need_is_met(instance, need->text))
            return false;
    for (const struct actor_declaration *actor = drill_case->actors; actor; actor = actor->next) {
        if ((actor->uid || actor->gid || actor->groups) && !need_is_met(instance, "uids"))
            return false;
        if (actor->program && !need_is_met(instance, "ipc_namespace"))
            return false;
    }
    return true;
}

static void close_instance(struct instance *instance)
{
    for (struct actor *actor = instance->actors; actor; actor = actor->next) {
        channel_close(&actor->channel);
        if (actor->terminal >= 0)
            close(actor->terminal);
        free(actor->output);
    }
    /* A PID namespace dies with its first process; without one that process has to clean up first. */
    if (instance->first.descriptor >= 0 && instance->target->isolation != ISOLATION_FULL &&
        target_ask(instance->target, &instance->first, instance->arena, -1, "end")->kind != ANSWER_RETURNED)
        instance->conductor->broken = true;
    channel_close(&instance->first);
}

static void open_and_run(struct instance *instance)
{
    const char *problem = NULL;

    if (!needs_are_met(instance))
        return;
    if (!target_open_case(instance->target, &instance->first, instance->arena, &problem)) {
        instance->conductor->broken = true;
        instance_error(instance, NULL, "the case cannot be opened: %s", problem);
        return;
    }
    if (choose_keys(instance))
        run_steps(instance);
}

static uint64_t now_ns(void)
{
    struct timespec now;

    clock_gettime(CLOCK_MONOTONIC, &now);
    return (uint64_t)now.tv_sec * 1000000000u + (uint64_t)now.tv_nsec;
}

static void add_declared_actors(struct instance *instance)
{
    static const char *const always[] = {"writer", "reader"};

    for (const struct actor_declaration *actor = instance->drill_case->actors; actor; actor = actor->next)
        instance_add_actor(instance, actor->name)->declaration = actor;
    for (size_t i = 0; i < sizeof(always) / sizeof(*always); i++)
        if (!instance_actor(instance, always[i]))
            instance_add_actor(instance, always[i]);
}

static bool revive(struct conductor *conductor, struct instance *instance)
{
    const char *problem = NULL;

    if (!conductor->broken)
        return true;
    target_stop(&conductor->target);
    conductor->broken = !target_start(&conductor->target, &conductor->options, &problem);
    if (conductor->broken)
        instance_error(instance, NULL, "%s", problem);
    return !conductor->broken;
}

void conductor_run(struct conductor *conductor, const struct case_file *file, const struct drill_case *source,
                   size_t index, struct arena *arena, struct verdict *verdict)
{
    uint64_t start = now_ns();
    struct diagnostics diagnostics = {0};
    struct instance instance = {.conductor = conductor,
                                .target = &conductor->target,
                                .file = file,
                                .arena = arena,
                                .first = {.descriptor = -1},
                                .verdict = verdict,
                                .transcript_end = &verdict->transcript};

    *verdict = (struct verdict){.kind = VERDICT_PASS, .line = notation_line(source, index)};
    instance.drill_case = notation_expand(file, source, index, arena, &diagnostics);
    if (!instance.drill_case) {
        instance_error(&instance, NULL, "%s", arena_print(arena, "%s", diagnostics.first->text));
    } else if (revive(conductor, &instance)) {
        add_declared_actors(&instance);
        open_and_run(&instance);
        close_instance(&instance);
    }
    if (verdict->kind == VERDICT_PASS)
        verdict->line = notation_line(source, index);
    diagnostics_free(&diagnostics);
    verdict->duration_ns = now_ns() - start;
}

static void run_on(int processor)
{
    cpu_set_t set;

    CPU_ZERO(&set);
    CPU_SET((size_t)processor, &set);
    sched_setaffinity(0, sizeof(set), &set); /* refused: slower, not wrong */
}

struct conductor *conductor_start(const struct conductor_options *options, struct arena *arena,
                                  const char **problem)
{
    struct conductor *conductor = calloc(1, sizeof(*conductor));
    const char *trouble = NULL;

    if (!conductor)
        abort();
    conductor->options = *options;
    if (options->processor >= 0)
        run_on(options->processor);
    if (target_start(&conductor->target, &conductor->options, &trouble))
        return conductor;
    *problem = arena_copy(arena, trouble, strlen(trouble));
    conductor_stop(conductor);
    return NULL;
}

enum isolation conductor_isolation(const struct conductor *conductor, const char **why)
{
    bool lowered = conductor->target.isolation != conductor->options.isolation;

    if (why)
        *why = lowered ? conductor->target.why_lowered : NULL;
    return conductor->target.isolation;
}

const char *conductor_libc(const struct conductor *conductor)
{
    return conductor->target.libc;
}

void conductor_stop(struct conductor *conductor)
{
    if (!conductor)
        return;
    target_stop(&conductor->target);
    arena_free(&conductor->arena);
    free(conductor);
}

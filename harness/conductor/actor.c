#include "conductor/actor.h"

#include <errno.h>
#include <sched.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "conductor/evaluate.h"
#include "conductor/process.h"
#include "conductor/show.h"
#include "conductor/program.h"

enum {
    /*
     * How long an answer may take before the actor's state is looked at. Not a proof of anything: only how soon a
     * call that sleeps where it should not is found out.
     */
    LOOK_AFTER_MS = 20,
    SIGNALS_MAX = 1000, /* that one wait may put aside */
};

static int timeout_ms(const struct instance *instance)
{
    return instance->conductor->options.timeout_ms;
}

const char *actor_request(struct instance *instance, const char *verb,
                          const struct actor_declaration *declaration)
{
    struct arena_stream stream;
    FILE *out = arena_stream_open(&stream);
    bool good = true;
    integer number;
    struct value groups = {0};

    fputs(verb, out);
    if (declaration && declaration->uid && (good = evaluate_number(instance, declaration->uid, &number)))
        fprintf(out, " uid=%s", integer_print(number, instance->arena));
    if (good && declaration && declaration->gid &&
        (good = evaluate_number(instance, declaration->gid, &number)))
        fprintf(out, " gid=%s", integer_print(number, instance->arena));
    if (good && declaration && declaration->groups &&
        (good = evaluate(instance, declaration->groups, &groups))) {
        fputs(" groups=", out);
        for (const struct named_value *group = groups.fields; group; group = group->next)
            fprintf(out, "%s%s", integer_print(group->value.number, instance->arena), group->next ? "," : "");
    }
    if (good && declaration && declaration->capabilities) {
        const struct expression *capabilities = declaration->capabilities;
        bool all_but = capabilities->kind == EXPRESSION_UNARY && capabilities->operation == OPERATION_INVERT;

        good = evaluate_capabilities(instance, all_but ? capabilities->left : capabilities, &number);
        if (good)
            fprintf(out, " caps=%s%#llx", all_but ? "~" : "", (unsigned long long)number);
    }
    const char *request = arena_stream_close(&stream, instance->arena);

    return good ? request : NULL;
}

static bool note_hello(struct instance *instance, struct actor *actor, const char *message)
{
    const struct answer *hello = answer_read(message, instance->arena);
    const struct value *pid = value_field(&hello->fields, "pid"), *uid = value_field(&hello->fields, "uid"),
                       *gid = value_field(&hello->fields, "gid");

    if (hello->kind == ANSWER_TROUBLE && strstr(hello->trouble, ": EPERM")) {
        instance_skip(instance, "the runner may not give %s its credentials (%s)", actor->name,
                      hello->trouble);
        return false;
    }
    if (hello->kind != ANSWER_HELLO || !pid || !uid || !gid) {
        instance->conductor->broken = true;
        instance_error(instance, NULL, "%s cannot be started: %s", actor->name,
                       hello->trouble ? hello->trouble : message);
        return false;
    }
    actor->pid = pid->number;
    actor->uid = uid->number;
    actor->gid = gid->number;
    actor->host_pid = actor->channel.host_pid;
    actor->started = true;
    return true;
}

/* The case's first process says when a fork fails; else the new one ended by itself. */
static const char *why_no_hello(struct instance *instance)
{
    char message[512];

    switch (channel_receive(&instance->first, message, sizeof(message), 0)) {
    case CHANNEL_MESSAGE:
        return arena_print(instance->arena, "%s", message);
    case CHANNEL_CLOSED:
        return "the case's first process is gone";
    case CHANNEL_TIMEOUT:
        break;
    }
    return "it ended before it spoke";
}

/* Waits for the new process to speak on its own channel. */
static bool await_hello(struct instance *instance, struct actor *actor)
{
    char message[512];

    switch (channel_receive(&actor->channel, message, sizeof(message), timeout_ms(instance))) {
    case CHANNEL_MESSAGE:
        return note_hello(instance, actor, message);
    case CHANNEL_TIMEOUT:
        instance_error(instance, NULL, "%s does not start: no word from it", actor->name);
        break;
    case CHANNEL_CLOSED:
        instance_error(instance, NULL, "%s cannot be started: %s", actor->name, why_no_hello(instance));
        break;
    }
    instance->conductor->broken = true;
    return false;
}

bool actor_start(struct instance *instance, struct actor *actor)
{
    int agent_end;

    if (actor->started)
        return true;
    if (actor->declaration && actor->declaration->program)
        return program_start(instance, actor) && await_hello(instance, actor) &&
               program_await_exec(instance, actor);
    const char *request = actor_request(instance, "actor", actor->declaration);

    if (!request)
        return false;
    if (!channel_open(&actor->channel, &agent_end)) {
        instance_error(instance, NULL, "socketpair: %s", strerror(errno));
        return false;
    }
    channel_send(&instance->first, request, strlen(request), agent_end, -1);
    close(agent_end);
    return await_hello(instance, actor);
}

/* It ended where it should have answered. */
static void report_end(struct instance *instance, struct actor *actor, const struct step *step)
{
    int status = actor_wait_end(instance, actor);

    actor->ended = true;
    instance->conductor->broken = true;
    instance_error(instance, step, "the agent died: %s %s", actor->name,
                   status == -2 ? "closed its channel" : show_status(instance, status));
}

bool actor_send(struct instance *instance, struct actor *actor, const struct step *step, const char *request,
                int descriptor)
{
    if (channel_send(&actor->channel, request, strlen(request), descriptor, -1))
        return true;
    report_end(instance, actor, step);
    return false;
}

/* The system calls by which a C library or a kernel may perform a call. */
static bool is_in_call(const struct instance *instance, const struct process_state *state, const char *call)
{
    static const struct {
        const char *call, *performed_as;
    } others[] = {
        {"semop", "SYS_semtimedop"}, {"semop", "SYS_semtimedop_time64"},
        {"semop", "SYS_ipc"},        {"semtimedop", "SYS_semtimedop_time64"},
        {"semtimedop", "SYS_ipc"},   {"clock_nanosleep", "SYS_clock_nanosleep_time64"},
        {"wait4", "SYS_waitid"},     {"wait4", "SYS_wait4"},
    };
    /* The conductor's own numbers: what the kernel tells of a program under an emulator. */
    static const struct {
        const char *call;
        long number;
    } own[] = {
#ifdef SYS_semop
        {"semop", SYS_semop},
#endif
#ifdef SYS_semtimedop
        {"semop", SYS_semtimedop}, {"semtimedop", SYS_semtimedop},
#endif
        {"wait4", SYS_wait4},      {"wait4", SYS_waitid},          {"clock_nanosleep", SYS_clock_nanosleep},
    };
    char name[64];
    const struct value *number;

    for (size_t i = 0; i < sizeof(own) / sizeof(*own); i++)
        if (strcmp(own[i].call, call) == 0 && own[i].number == state->system_call)
            return true;
    snprintf(name, sizeof(name), "SYS_%s", call);
    if ((number = target_constant(instance->target, name)) && number->number == state->system_call)
        return true;
    for (size_t i = 0; i < sizeof(others) / sizeof(*others); i++)
        if (strcmp(others[i].call, call) == 0 &&
            (number = target_constant(instance->target, others[i].performed_as)) &&
            number->number == state->system_call)
            return true;
    return false;
}

/*
 * Asleep in the call: in interruptible sleep (a lock or a page that is being read is not), and the kernel names the
 * call. Where it names none, the sleep alone must do: the agent has taken the request and not answered it.
 */
static bool is_asleep(const struct instance *instance, const struct actor *actor, const struct step *step)
{
    const struct process_state state = process_state(actor->host_pid);

    return state.state == 'S' && (!state.call_is_told || is_in_call(instance, &state, step->call->name));
}

const char *actor_describe(struct instance *instance, const struct actor *actor, const struct step *step)
{
    const struct process_state state = process_state(actor->host_pid);

    if (state.state == 'S' && step && step->call && is_in_call(instance, &state, step->call->name))
        return arena_print(instance->arena, "asleep in %s", step->call->name);
    if (state.system_call >= 0)
        return arena_print(instance->arena, "in system call %ld, state %c", state.system_call, state.state);
    return state.state ? arena_print(instance->arena, "not asleep, state %c", state.state) : "gone";
}

/* Whether time alone ends the sleep, or may: a timeout, or a timer that some line has set. */
static bool ends_by_itself(const struct instance *instance, const struct step *asked)
{
    const struct element *last = asked->arguments;

    for (const struct step *step = instance->drill_case->steps; step; step = step->next)
        if (step->kind == STEP_CALL &&
            (strcmp(step->call->name, "alarm") == 0 || strcmp(step->call->name, "setitimer") == 0))
            return true;
    while (last && last->next)
        last = last->next;
    return strcmp(asked->call->name, "clock_nanosleep") == 0 ||
           (strcmp(asked->call->name, "semtimedop") == 0 && last &&
            last->value->kind == EXPRESSION_STRUCTURE);
}

/*
 * Whether the actor sleeps in its call and nothing is left that could wake it: every other process of the case
 * waits for its next line, sleeps too, or is dead. One that runs may be about to post, or to exit and undo.
 */
static bool sleeps_for_ever(const struct instance *instance, const struct actor *actor,
                            const struct step *asked)
{
    if (ends_by_itself(instance, asked))
        return false;
    for (const struct actor *other = instance->actors; other; other = other->next) {
        char state = other->started && other != actor ? process_state(other->host_pid).state : 'Z';

        if (state == 'R' || state == 'D' || (other->terminal >= 0 && state != 'Z' && state != '\0'))
            return false;
    }
    return is_asleep(instance, actor, asked);
}

void actor_put_signal_aside(struct actor *actor, struct answer *signal)
{
    struct answer **last = &actor->signals;

    while (*last)
        last = &(*last)->next;
    *last = signal;
}

/* One message; signals are put aside and read over. NULL: none within `wait_ms`, or the verdict stands. */
static struct answer *receive(struct instance *instance, struct actor *actor, const struct step *step,
                              int wait_ms)
{
    char *message = instance->conductor->message;

    for (int signals = 0; signals < SIGNALS_MAX; signals++) {
        switch (channel_receive(&actor->channel, message, sizeof(instance->conductor->message), wait_ms)) {
        case CHANNEL_TIMEOUT:
            return NULL;
        case CHANNEL_CLOSED:
            report_end(instance, actor, step);
            return NULL;
        case CHANNEL_MESSAGE:
            break;
        }
        struct answer *answer = answer_read(message, instance->arena);

        if (answer->kind == ANSWER_SIGNAL) {
            actor_put_signal_aside(actor, answer);
            continue;
        }
        if (answer->kind == ANSWER_TROUBLE || answer->kind == ANSWER_HELLO) {
            instance->conductor->broken = true;
            instance_error(instance, step, "%s: %s", actor->name,
                           answer->trouble ? answer->trouble : "the agent says hello again");
            return NULL;
        }
        return answer;
    }
    instance->conductor->broken = true;
    instance_error(instance, step, "%s does not stop telling of signals", actor->name);
    return NULL;
}

static void fail_asleep(struct instance *instance, const struct actor *actor, const struct step *step,
                        const struct step *asked)
{
    instance_fail(instance, step, show_step(instance, step),
                  arena_print(instance->arena, "%s is asleep in %s", actor->name, asked->call->name),
                  "%s does not come back", asked->call->name);
}

struct answer *actor_wait_answer(struct instance *instance, struct actor *actor, const struct step *step)
{
    const struct step *asked = actor->unfinished ? actor->unfinished : step;
    int64_t deadline_ns = monotonic_ns() + timeout_ms(instance) * INT64_C(1000000);
    struct answer *answer;

    do {
        answer = receive(instance, actor, step, LOOK_AFTER_MS);
        if (answer || instance->over)
            return answer;
        if (sleeps_for_ever(instance, actor, asked)) {
            answer = receive(instance, actor, step, 0); /* it may have been woken before the looks */
            if (!answer && !instance->over)
                fail_asleep(instance, actor, step, asked);
            return answer;
        }
    } while (monotonic_ns() < deadline_ns);
    if (is_asleep(instance, actor, asked)) {
        fail_asleep(instance, actor, step, asked);
    } else {
        instance->conductor->broken = true;
        instance_error(instance, step, "the agent hangs: %s is %s after %d ms", actor->name,
                       actor_describe(instance, actor, asked), timeout_ms(instance));
    }
    return NULL;
}

bool actor_wait_asleep(struct instance *instance, struct actor *actor, const struct step *step,
                       struct answer **answer)
{
    int64_t deadline_ns = monotonic_ns() + timeout_ms(instance) * INT64_C(1000000);

    do {
        *answer = receive(instance, actor, step, 0);
        if (*answer || instance->over)
            return false;
        if (is_asleep(instance, actor, step))
            return true;
        sched_yield(); /* it shares our processor: let it get there */
    } while (monotonic_ns() < deadline_ns);
    instance->conductor->broken = true;
    instance_error(instance, step, "%s neither sleeps in %s nor comes back: it is %s", actor->name,
                   step->call->name, actor_describe(instance, actor, step));
    return false;
}

bool actor_program_wait_asleep(const struct instance *instance, const struct actor *actor,
                               const struct step *step)
{
    int64_t deadline_ns = monotonic_ns() + timeout_ms(instance) * INT64_C(1000000);

    do {
        if (is_asleep(instance, actor, step))
            return true;
        sched_yield(); /* it shares our processor: let it get there */
    } while (!process_wait_end(actor->host_pid, 0) && monotonic_ns() < deadline_ns);
    return false;
}

struct answer *actor_wait_signal(struct instance *instance, struct actor *actor)
{
    char message[1024];

    while (!actor->signals && !actor->ended) {
        if (channel_receive(&actor->channel, message, sizeof(message), timeout_ms(instance)) !=
            CHANNEL_MESSAGE)
            return NULL;
        struct answer *answer = answer_read(message, instance->arena);

        if (answer->kind != ANSWER_SIGNAL) {
            instance_error(instance, NULL, "%s: a signal expected, the agent says '%s'", actor->name,
                           message);
            return NULL;
        }
        actor_put_signal_aside(actor, answer);
    }
    struct answer *oldest = actor->signals;

    if (oldest)
        actor->signals = oldest->next;
    return oldest;
}

int actor_wait_end(struct instance *instance, struct actor *actor)
{
    if (actor->exit_status != -1)
        return actor->exit_status;
    if (!process_wait_end(actor->host_pid, timeout_ms(instance)))
        return -2;
    return actor->exit_status = process_status(actor->host_pid);
}

struct answer *actor_fork(struct instance *instance, struct actor *actor, const struct step *step,
                          const char *request, const char *name)
{
    struct channel channel;
    int agent_end;

    if (!channel_open(&channel, &agent_end)) {
        instance_error(instance, step, "socketpair: %s", strerror(errno));
        return NULL;
    }
    bool sent = actor_send(instance, actor, step, request, agent_end);

    close(agent_end);
    struct answer *answer = sent ? actor_wait_answer(instance, actor, step) : NULL;

    if (!answer || answer->kind != ANSWER_RETURNED || !name) {
        channel_close(&channel);
        return answer;
    }
    struct actor *child = instance_add_actor(instance, name);

    child->channel = channel;
    return await_hello(instance, child) ? answer : NULL;
}

bool instance_count_objects(struct instance *instance, const char *what, integer *count)
{
    bool segments = strcmp(what, "segments") == 0;
    const struct value *command = target_constant(instance->target, segments ? "SHM_INFO" : "SEM_INFO");
    const char *request = segments ? arena_print(instance->arena, "shmctl 0 %s shm_info?",
                                                 integer_print(command->number, instance->arena))
                                   : arena_print(instance->arena, "semctl 0 0 %s seminfo?",
                                                 integer_print(command->number, instance->arena));
    const struct answer *answer =
        target_ask(instance->target, &instance->first, instance->arena, -1, request);
    const struct value *output = answer_output(answer, segments ? 2 : 3);
    const struct value *number = output ? value_field(output, segments ? "used_ids" : "semusz") : NULL;

    if (!number) {
        instance_error(instance, NULL, "the objects of the case cannot be counted: %s",
                       answer->trouble ? answer->trouble
                       : answer->name  ? answer->name
                                       : "no answer");
        return false;
    }
    *count = number->number;
    return true;
}

#include "conductor/actor.h"

#include <errno.h>
#include <sched.h>
#include <string.h>
#include <unistd.h>

#include "conductor/evaluate.h"
#include "conductor/memory_cgroup.h"
#include "conductor/process.h"
#include "conductor/show.h"
#include "conductor/sleep.h"
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
    const struct value *pid = value_field(&hello->fields, "pid"), *tid = value_field(&hello->fields, "tid"),
                       *uid = value_field(&hello->fields, "uid"), *gid = value_field(&hello->fields, "gid");

    if (hello->kind == ANSWER_TROUBLE && strstr(hello->trouble, ": EPERM")) {
        instance_skip(instance, "the runner may not give %s its credentials (%s)", actor->name,
                      hello->trouble);
        return false;
    }
    if (hello->kind != ANSWER_HELLO || !pid || !tid || !uid || !gid) {
        instance->conductor->broken = true;
        instance_error(instance, NULL, "%s cannot be started: %s", actor->name,
                       hello->trouble ? hello->trouble : message);
        return false;
    }
    actor->pid = pid->number;
    actor->uid = uid->number;
    actor->gid = gid->number;
    actor->tid = tid->number;
    actor->host_pid = actor->channel.host_pid;
    actor->host_tid = tid->number == pid->number ? actor->host_pid
                                                 : process_find_thread(actor->host_pid, (long)tid->number);
    if (actor->host_tid < 0) {
        instance_skip(instance, "threads cannot be watched here: %s is not in /proc/PID/task", actor->name);
        return false;
    }
    actor->started = true;
    return true;
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
        instance_error(instance, NULL, "%s cannot be started: %s", actor->name,
                       target_why_no_hello(&instance->first, instance->arena));
        break;
    }
    instance->conductor->broken = true;
    return false;
}

/* Its memory cgroup, made and entered once it has spoken and before its first line. */
static bool enter_cgroup(struct instance *instance, struct actor *actor)
{
    const struct actor_declaration *declaration = actor->declaration;
    struct conductor *conductor = instance->conductor;
    const char *problem = NULL;
    integer bytes;

    if (!declaration || !declaration->memory)
        return true;
    if (!evaluate_number(instance, declaration->memory, &bytes))
        return false;
    enum memory_excess excess = declaration->oom ? MEMORY_EXCESS_FAILS : MEMORY_EXCESS_KILLS;
    const char *name = arena_print(instance->whole_arena, "%d.%u", (int)getpid(), conductor->cgroup_count++);

    actor->cgroup = memory_cgroup_make(conductor->options.memory_cgroups, name, (unsigned long long)bytes,
                                       excess, &problem, instance->whole_arena);
    if (actor->cgroup)
        problem = memory_cgroup_enter(actor->cgroup, actor->host_pid, excess, instance->arena);
    if (problem)
        instance_skip(instance, "%s gets no memory cgroup: %s", actor->name, problem);
    return !problem;
}

bool actor_start(struct instance *instance, struct actor *actor)
{
    int agent_end;

    if (actor->started)
        return true;
    if (actor->declaration && actor->declaration->program)
        return program_start(instance, actor) && await_hello(instance, actor) &&
               enter_cgroup(instance, actor) && program_await_exec(instance, actor);
    const char *request = actor_request(instance, "actor", actor->declaration);

    if (!request)
        return false;
    if (!channel_open(&actor->channel, &agent_end)) {
        instance_error(instance, NULL, "socketpair: %s", strerror(errno));
        return false;
    }
    channel_send(&instance->first, request, strlen(request), &agent_end, 1);
    close(agent_end);
    return await_hello(instance, actor) && enter_cgroup(instance, actor);
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
    if (channel_send(&actor->channel, request, strlen(request), &descriptor, descriptor >= 0))
        return true;
    report_end(instance, actor, step);
    return false;
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
        if (sleep_is_for_ever(instance, actor, asked)) {
            answer = receive(instance, actor, step, 0); /* it may have been woken before the looks */
            if (!answer && !instance->over)
                fail_asleep(instance, actor, step, asked);
            return answer;
        }
    } while (monotonic_ns() < deadline_ns);
    if (sleep_is_in(instance, actor, asked)) {
        fail_asleep(instance, actor, step, asked);
    } else {
        instance->conductor->broken = true;
        instance_error(instance, step, "the agent hangs: %s is %s after %d ms", actor->name,
                       sleep_describe(instance, actor, asked), timeout_ms(instance));
    }
    return NULL;
}

struct answer *actor_wait_last(struct instance *instance, struct actor *actor, const struct step *step)
{
    char *message = instance->conductor->message;

    switch (channel_receive(&actor->channel, message, sizeof(instance->conductor->message),
                            timeout_ms(instance))) {
    case CHANNEL_MESSAGE:
        return answer_read(message, instance->arena);
    case CHANNEL_CLOSED:
        actor->ended = true;
        break;
    case CHANNEL_TIMEOUT:
        instance_fail(instance, step, show_step(instance, step), sleep_describe(instance, actor, step),
                      "%s neither ends nor comes back", actor->name);
        break;
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
        if (sleep_is_in(instance, actor, step))
            return true;
        sched_yield(); /* it shares our processor: let it get there */
    } while (monotonic_ns() < deadline_ns);
    instance->conductor->broken = true;
    instance_error(instance, step, "%s neither sleeps in %s nor comes back: it is %s", actor->name,
                   step->call->name, sleep_describe(instance, actor, step));
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

        if (actor->unfinished && (answer->kind == ANSWER_RETURNED || answer->kind == ANSWER_FAILED))
            return answer;
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

static bool is_thread_of(const struct actor *one, const struct actor *other)
{
    return one != other && one->started && one->host_pid == other->host_pid;
}

static bool has_other_threads(const struct instance *instance, const struct actor *actor)
{
    for (const struct actor *other = instance->actors; other; other = other->next)
        if (is_thread_of(other, actor))
            return true;
    return false;
}

int actor_wait_end(struct instance *instance, struct actor *actor)
{
    /* What is no exit of its own ends all threads, and what the process leaves is there when the last has ended. */
    bool alone = actor->exit_asked != -1 && has_other_threads(instance, actor);
    bool first = actor->host_tid == actor->host_pid;

    if (actor->exit_status != -1)
        return actor->exit_status;
    if (!(alone ? process_wait_thread_end(actor->host_tid, timeout_ms(instance))
                : process_wait_end(actor->host_pid, timeout_ms(instance))))
        return -2;
    actor->exit_status = alone && !first ? actor->exit_asked : process_status(actor->host_pid);
    return actor->exit_status;
}

void actor_became_image(struct instance *instance, struct actor *actor)
{
    for (struct actor *other = instance->actors; other; other = other->next)
        if (is_thread_of(other, actor)) {
            other->ended = true;
            other->exit_status = 0;
        }
    actor->host_tid = actor->host_pid;
    actor->tid = actor->pid;
}

/* Sends the request with the new actor's end of a channel, whose other end is in *channel. */
static bool send_with_channel(struct instance *instance, struct actor *actor, const struct step *step,
                              const char *request, struct channel *channel)
{
    int agent_end;

    if (!channel_open(channel, &agent_end)) {
        instance_error(instance, step, "socketpair: %s", strerror(errno));
        return false;
    }
    bool sent = actor_send(instance, actor, step, request, agent_end);

    close(agent_end);
    if (!sent)
        channel_close(channel);
    return sent;
}

static bool meet(struct instance *instance, const char *name, const struct channel *channel)
{
    struct actor *actor = instance_add_actor(instance, name);

    actor->channel = *channel;
    return await_hello(instance, actor);
}

struct answer *actor_fork(struct instance *instance, struct actor *actor, const struct step *step,
                          const char *request, const char *name)
{
    struct channel channel;

    if (!send_with_channel(instance, actor, step, request, &channel))
        return NULL;
    struct answer *answer = actor_wait_answer(instance, actor, step);

    if (!answer || answer->kind != ANSWER_RETURNED || !name) {
        channel_close(&channel);
        return answer;
    }
    return meet(instance, name, &channel) ? answer : NULL;
}

bool actor_vfork(struct instance *instance, struct actor *actor, const struct step *step, const char *request,
                 const char *name)
{
    struct channel channel;

    return send_with_channel(instance, actor, step, request, &channel) && meet(instance, name, &channel);
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

#include "conductor/program.h"

#include <errno.h>
#include <poll.h>
#include <sched.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "conductor/actor.h"
#include "conductor/evaluate.h"
#include "conductor/injections.h"
#include "conductor/process.h"
#include "conductor/program_memory.h"
#include "conductor/request.h"
#include "conductor/show.h"
#include "conductor/sleep.h"
#include "conductor/terminal.h"
#include "inject/filter.h"

enum { OUTPUT_BYTES_MAX = 1024 * 1024, PIECES_MAX = 64, READ_BYTES = 4096, WATCHED_MAX = 64 };

const char *const *program_words(struct instance *instance, const struct actor_declaration *program)
{
    const char *folder = instance->conductor->options.programs;
    size_t count = 1;

    for (const struct element *argument = program->arguments; argument; argument = argument->next)
        count++;
    const char **words = arena_take(instance->arena, (count + 1) * sizeof(*words));

    count = 0;
    words[count++] = *program->program == '/'
                         ? program->program
                         : arena_print(instance->arena, "%s/%s", folder, program->program);
    for (const struct element *argument = program->arguments; argument; argument = argument->next) {
        struct value value;

        if (!evaluate(instance, argument->value, &value))
            return NULL;
        words[count++] =
            value.kind == VALUE_NUMBER ? integer_print(value.number, instance->arena) : value.bytes;
    }
    return words;
}

static const char *program_request(struct instance *instance, struct actor *actor, const char *verb)
{
    const struct actor_declaration *program = actor->declaration;
    const char *const *words = program_words(instance, program);

    if (words)
        words = program_memory_words(instance, actor, words);
    const char *who = words ? actor_request(instance, verb, program) : NULL;
    struct arena_stream stream;

    if (!who)
        return NULL;
    FILE *out = arena_stream_open(&stream);

    fputs(who, out);
    for (; *words; words++) {
        fputc(' ', out);
        request_print_text(*words, strlen(*words), out);
    }
    return arena_stream_close(&stream, instance->arena);
}

/* The request, with the agent's end of the channel, the terminal and, where it is trapped, the filter. */
static void send_request(struct instance *instance, struct actor *actor, const char *request, int slave,
                         int filter)
{
    int agent_end;

    if (!channel_open(&actor->channel, &agent_end)) {
        instance_error(instance, NULL, "a channel for %s: %s", actor->name, strerror(errno));
        return;
    }
    const int descriptors[] = {agent_end, slave, filter};

    if (!channel_send(&instance->first, request, strlen(request), descriptors, filter < 0 ? 2 : 3))
        instance_error(instance, NULL, "%s cannot be started: the agent is gone", actor->name);
    close(agent_end);
}

bool program_start(struct instance *instance, struct actor *actor)
{
    int slave = -1, filter = -1;
    bool trapped = injections_are_for(instance, actor, &filter);
    const char *request = program_request(instance, actor, trapped ? "program trapped" : "program");

    if (request && !instance->over &&
        !terminal_open(actor->declaration->raw_terminal, &actor->terminal, &slave))
        instance_error(instance, NULL, "a terminal for %s: %s", actor->name, strerror(errno));
    else if (request && !instance->over)
        send_request(instance, actor, request, slave, filter);
    if (slave >= 0)
        close(slave);
    if (filter >= 0)
        close(filter);
    return request && !instance->over;
}

bool program_await_exec(struct instance *instance, struct actor *actor)
{
    char message[1024];
    const char *trouble;

    switch (
        channel_receive(&actor->channel, message, sizeof(message), instance->conductor->options.timeout_ms)) {
    case CHANNEL_CLOSED:
        channel_close(&actor->channel);
        return true;
    case CHANNEL_MESSAGE:
        if (strcmp(message, "listener") == 0 && actor->channel.received >= 0) {
            int listener = actor->channel.received;

            actor->channel.received = -1;
            return injections_start(instance, actor, listener) && program_await_exec(instance, actor);
        }
        trouble = answer_read(message, instance->arena)->trouble;
        if (trouble && filter_is_unsupported(trouble))
            instance_skip(instance, "inject: no seccomp user notification here (%s)", trouble);
        else
            instance_error(instance, NULL, "%s cannot be started: %s", actor->name, trouble);
        break;
    case CHANNEL_TIMEOUT:
        instance_error(instance, NULL, "%s cannot be started: exec does not come back", actor->name);
        break;
    }
    return false;
}

/* Reads what there is. False: its output has ended, or is too much. */
static bool take_output(struct actor *actor)
{
    if (actor->output_length + READ_BYTES > actor->output_room) {
        size_t room = actor->output_room * 2 + READ_BYTES;
        char *larger = room <= OUTPUT_BYTES_MAX ? realloc(actor->output, room) : NULL;

        if (!larger)
            return false;
        actor->output = larger;
        actor->output_room = room;
    }
    ssize_t length = read(actor->terminal, actor->output + actor->output_length, READ_BYTES);

    if (length <= 0)
        return false; /* EIO: every process that had the terminal is gone */
    actor->output_length += (size_t)length;
    return true;
}

/*
 * Waits for these events of the actor's terminal, and returns those that came; 0: none within wait_ms. Meanwhile what
 * other programs print is read: one whose terminal is full would stand still.
 */
static short await_terminal(struct instance *instance, const struct actor *actor, short events, int wait_ms)
{
    struct pollfd watched[WATCHED_MAX] = {{.fd = actor->terminal, .events = events}};
    struct actor *watched_actors[WATCHED_MAX];
    nfds_t count = 1;
    int64_t deadline_ns = monotonic_ns() + wait_ms * INT64_C(1000000);

    for (struct actor *other = instance->actors; other && count < WATCHED_MAX; other = other->next)
        if (other != actor && other->terminal >= 0) {
            watched_actors[count] = other;
            watched[count++] = (struct pollfd){.fd = other->terminal, .events = POLLIN};
        }
    for (int64_t left_ms = wait_ms; left_ms >= 0; left_ms = (deadline_ns - monotonic_ns()) / 1000000) {
        if (poll(watched, count, (int)left_ms) <= 0 || watched[0].revents)
            break;
        for (nfds_t i = 1; i < count; i++)
            if (watched[i].revents && !take_output(watched_actors[i]))
                watched[i].fd = -1;
    }
    return watched[0].revents;
}

/* Reads what there is, waiting for the first byte. False: nothing came, or its output has ended. */
static bool read_output(struct instance *instance, struct actor *actor, int wait_ms)
{
    return await_terminal(instance, actor, POLLIN, wait_ms) && take_output(actor);
}

/* Types all bytes. A program that waits until its output is read must not keep us from reading it. */
static bool type_bytes(struct instance *instance, struct actor *actor, const char *bytes, size_t length)
{
    while (length > 0) {
        ssize_t written = write(actor->terminal, bytes, length);

        if (written > 0) {
            bytes += written;
            length -= (size_t)written;
            continue;
        }
        if (written < 0 && errno != EINTR && errno != EAGAIN)
            return false;
        short events =
            await_terminal(instance, actor, POLLIN | POLLOUT, instance->conductor->options.timeout_ms);

        if (!events || ((events & POLLIN) && !take_output(actor))) {
            errno = ETIMEDOUT;
            return false;
        }
    }
    return true;
}

bool program_type(struct instance *instance, struct actor *actor, const struct step *step)
{
    static const char end_of_file = 4; /* VEOF, ^D: at the start of a line */
    struct value value = {.kind = VALUE_TEXT, .bytes = &end_of_file, .length = 1};
    const struct element *piece = step->arguments;

    do {
        if (!step->end_of_input && !evaluate(instance, piece->value, &value))
            return false;
        if (!type_bytes(instance, actor, value.bytes, value.length)) {
            instance_fail(instance, step, show_step(instance, step),
                          arena_print(instance->arena, "%s takes no input: %s", actor->name, strerror(errno)),
                          "%s takes no input", actor->name);
            return false;
        }
        piece = piece ? piece->next : NULL;
    } while (piece);
    return true;
}

enum fit { FIT_YES, FIT_NO, FIT_MORE };

/* Whether the output starts with the pieces; *used becomes how much of it they are. */
static enum fit fit_pieces(const struct actor *actor, const struct value *pieces, const bool *any, int count,
                           size_t *used)
{
    size_t at = 0;

    for (int i = 0; i < count; i++) {
        size_t left = actor->output_length - at;

        if (any[i])
            continue;
        if (i > 0 && any[i - 1]) {
            const char *found =
                actor->output ? memmem(actor->output + at, left, pieces[i].bytes, pieces[i].length) : NULL;

            if (!found)
                return FIT_MORE;
            at = (size_t)(found - actor->output) + pieces[i].length;
            continue;
        }
        size_t compared = left < pieces[i].length ? left : pieces[i].length;

        if (compared && memcmp(actor->output + at, pieces[i].bytes, compared) != 0)
            return FIT_NO;
        if (compared < pieces[i].length)
            return FIT_MORE;
        at += pieces[i].length;
    }
    *used = count && any[count - 1] ? actor->output_length : at;
    return FIT_YES;
}

static const char *shown_output(struct instance *instance, const struct actor *actor)
{
    if (!actor->output_length)
        return arena_print(instance->arena, "%-7s -> nothing", actor->name);
    return arena_print(instance->arena, "%-7s -> %s", actor->name,
                       show_bytes(instance, actor->output, actor->output_length));
}

bool program_show(struct instance *instance, struct actor *actor, const struct step *step)
{
    struct value pieces[PIECES_MAX];
    bool any[PIECES_MAX];
    int count = 0;
    size_t used = 0;
    enum fit fit;

    for (const struct element *piece = step->arguments; piece && count < PIECES_MAX;
         piece = piece->next, count++) {
        any[count] = piece->value->kind == EXPRESSION_ANYTHING;
        if (!any[count] && !evaluate(instance, piece->value, &pieces[count]))
            return false;
    }
    while ((fit = fit_pieces(actor, pieces, any, count, &used)) == FIT_MORE)
        if (!read_output(instance, actor, instance->conductor->options.timeout_ms))
            break;
    if (fit != FIT_YES) {
        instance_fail(instance, step, show_step(instance, step), shown_output(instance, actor),
                      "%s prints something else", actor->name);
        return false;
    }
    if (used)
        memmove(actor->output, actor->output + used, actor->output_length - used);
    actor->output_length -= used;
    return true;
}

bool program_wait_asleep(struct instance *instance, struct actor *actor, const struct step *step)
{
    int64_t deadline_ns = monotonic_ns() + instance->conductor->options.timeout_ms * INT64_C(1000000);

    do {
        if (sleep_is_in(instance, actor, step))
            return true;
        read_output(instance, actor, 0);
        sched_yield(); /* it shares our processor: let it get there */
    } while (!process_wait_end(actor->host_pid, 0) && monotonic_ns() < deadline_ns);
    return false;
}

bool program_finish_output(struct instance *instance, struct actor *actor, const struct step *step)
{
    while (read_output(instance, actor, 0))
        ;
    if (!actor->output_length)
        return true;
    instance_fail(instance, step, show_step(instance, step), shown_output(instance, actor),
                  "%s printed more than the case says", actor->name);
    return false;
}

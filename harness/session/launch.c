#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "conductor/process.h"
#include "conductor/request.h"
#include "conductor/terminal.h"
#include "session/run.h"

enum { READ_BYTES = 16384, HELLO_MAX = 1024 };

static void close_end(int *descriptor)
{
    if (*descriptor >= 0)
        close(*descriptor);
    *descriptor = -1;
}

/* Pipes in both directions: our ends in `running`. */
static bool open_pipes(struct running *running, int *input, int *output)
{
    int in[2], out[2];

    if (pipe2(in, O_CLOEXEC) < 0)
        return false;
    *input = in[0];
    running->input = in[1];
    if (pipe2(out, O_CLOEXEC) < 0)
        return false;
    running->output = out[0];
    *output = out[1];
    return true;
}

/* What the program has as input and output, ours in `running`. False with errno; what is open then is not -1. */
static bool open_ends(struct running *running, int *input, int *output)
{
    bool open;

    *input = *output = -1;
    if (running->program->terminal) {
        open = terminal_open(false, &running->input, input);
        running->output = running->input;
    } else {
        open = open_pipes(running, input, output);
    }
    /* Reading and typing must not wait for a program that does neither. */
    return open && fcntl(running->output, F_SETFL, O_NONBLOCK) == 0 &&
           fcntl(running->input, F_SETFL, O_NONBLOCK) == 0;
}

static const char *program_request(const struct session *session, const struct session_program *program)
{
    struct arena_stream stream;
    FILE *out = arena_stream_open(&stream);

    fprintf(out, "program%s trapped%s%s", program->terminal ? "" : " pipes", program->user ? " " : "",
            program->user ? program->user : "");
    for (const char *const *word = program->words; *word; word++) {
        fputc(' ', out);
        request_print_text(*word, strlen(*word), out);
    }
    return arena_stream_close(&stream, session->arena);
}

static bool fail(struct session *session, const struct running *running, const char *what)
{
    session->problem = arena_print(session->arena, "%s cannot be started: %s", running->program->name, what);
    return false;
}

/* The next message of the new process, which it sends at once. NULL: the tool's own trouble, or it says what is wrong. */
static const struct answer *hear(struct session *session, struct running *running)
{
    char message[HELLO_MAX];

    switch (
        channel_receive(&running->channel, message, sizeof(message), session->target->options->timeout_ms)) {
    case CHANNEL_MESSAGE:
        if (strcmp(message, "listener") == 0)
            return arena_take(session->arena, sizeof(struct answer));
        return answer_read(message, session->arena);
    case CHANNEL_TIMEOUT:
        fail(session, running, "no word from it");
        break;
    case CHANNEL_CLOSED:
        fail(session, running, target_why_no_hello(&session->first, session->arena));
        break;
    }
    return NULL;
}

static bool take_listener(struct session *session, struct running *running)
{
    const struct answer *answer = hear(session, running);

    if (!answer)
        return false;
    if (running->channel.received < 0)
        return fail(session, running, answer->trouble ? answer->trouble : "no listener came");
    if (!tracer_add(session->tracer, running->channel.received, (int)(running - session->programs)))
        return fail(session, running, "too many programs");
    running->channel.received = -1;
    return true;
}

static bool take_hello(struct session *session, struct running *running)
{
    const struct answer *hello = hear(session, running);
    const struct value *pid = hello ? value_field(&hello->fields, "pid") : NULL;

    if (!hello)
        return false;
    if (hello->kind != ANSWER_HELLO || !pid)
        return fail(session, running, hello->trouble ? hello->trouble : "it talks nonsense");
    running->outcome->pid = (pid_t)pid->number;
    running->host_pid = running->channel.host_pid;
    running->pidfd = (int)syscall(SYS_pidfd_open, running->host_pid, 0);
    return running->pidfd >= 0 || fail(session, running, strerror(errno));
}

/* All of the input that a pipe takes without a reader; more is typed as it is read. */
static void lay_input_ready(struct session *session, struct running *running)
{
    while (running->program->input_at_once && running->input >= 0 && launch_type(session, running))
        ;
}

bool launch(struct session *session)
{
    struct running *running = &session->programs[session->started++];
    int agent_end, input, output;

    running->outcome->started = true;
    if (!open_ends(running, &input, &output) || !channel_open(&running->channel, &agent_end)) {
        close_end(&input);
        close_end(&output);
        return fail(session, running, strerror(errno));
    }
    if (running->program->terminal)
        running->slave = fcntl(input, F_DUPFD_CLOEXEC, 0);
    const int all[] = {agent_end, input, output, session->settings->filter};
    const int terminal[] = {agent_end, input, session->settings->filter};
    const char *request = program_request(session, running->program);
    bool sent = running->program->terminal
                    ? channel_send(&session->first, request, strlen(request), terminal, 3)
                    : channel_send(&session->first, request, strlen(request), all, 4);

    close(agent_end);
    close_end(&input);
    close_end(&output);
    if (!sent)
        return fail(session, running, "the agent is gone");
    if (!take_hello(session, running) || !take_listener(session, running))
        return false;
    lay_input_ready(session, running);
    return true;
}

bool launch_is_due(const struct session *session, bool at_rest)
{
    if (session->started == session->settings->program_count)
        return false;
    switch (session->settings->programs[session->started].start) {
    case START_AT_ONCE:
        return true;
    case START_BY_ACT:
        return false;
    case START_AT_REST:
        return at_rest;
    case START_BEHIND_LAST:
        for (size_t i = 0; i < session->started; i++)
            if (!session->programs[i].outcome->ended)
                return false;
        return true;
    }
    return false;
}

void launch_hear(struct session *session, struct running *running)
{
    char message[HELLO_MAX];

    if (channel_receive(&running->channel, message, sizeof(message), 0) == CHANNEL_MESSAGE) {
        const char *trouble = answer_read(message, session->arena)->trouble;

        session_end(session, SESSION_NOT_STARTED, running->program->name, "%s cannot be started: %s",
                    running->program->name, trouble ? trouble : message);
    }
    channel_close(&running->channel);
}

static void make_room(struct running *running)
{
    if (running->printed_length + READ_BYTES <= running->room)
        return;
    running->room = running->room * 2 + READ_BYTES;
    char *larger = realloc(running->printed, running->room);

    if (!larger)
        abort();
    running->printed = larger;
}

static void tell_output(struct session *session, struct running *running)
{
    if (running->printed_length > running->told_length)
        trace_text(session, running->program->name, STEP_SHOW, running->printed + running->told_length,
                   running->printed_length - running->told_length);
    running->told_length = running->printed_length;
}

void launch_read_output(struct session *session, struct running *running)
{
    ssize_t length = -1;

    while (running->output >= 0) {
        make_room(running);
        length = read(running->output, running->printed + running->printed_length, READ_BYTES);
        if (length < 0 && errno == EINTR)
            continue;
        if (length <= 0)
            break;
        running->printed_length += (size_t)length;
        session->events++;
        if (running->printed_length > session->bounds.output_bytes) {
            session_end(session, SESSION_FLOODS, running->program->name, "%s prints more than %zu bytes",
                        running->program->name, session->bounds.output_bytes);
            break;
        }
    }
    tell_output(session, running);
    if (running->output >= 0 && (length == 0 || (length < 0 && errno == EIO))) {
        if (running->input == running->output)
            running->input = -1;
        close_end(&running->output);
    }
}

/* write(2) without the signal that a pipe nobody reads any more would raise. */
static ssize_t write_quietly(int descriptor, const char *bytes, size_t length)
{
    const struct timespec now = {0};
    sigset_t pipe, before;

    sigemptyset(&pipe);
    sigaddset(&pipe, SIGPIPE);
    sigprocmask(SIG_BLOCK, &pipe, &before);
    ssize_t written = write(descriptor, bytes, length);
    int error = errno;

    if (written < 0 && error == EPIPE)
        sigtimedwait(&pipe, NULL, &now);
    sigprocmask(SIG_SETMASK, &before, NULL);
    errno = error;
    return written;
}

/*
 * A terminal hands on what is typed later, by a kernel thread; poll(2) on the program's side does it now. Without it the
 * program would look as if it did not want what it has not got yet.
 */
static void let_arrive(const struct running *running)
{
    struct pollfd slave = {.fd = running->slave, .events = POLLIN};

    poll(&slave, 1, 0);
}

/*
 * The end: ^D at a terminal, as often as the program reads on behind it, which is bounded as being woken is; else the
 * pipe is closed.
 */
bool launch_end_input(struct session *session, struct running *running)
{
    static const char end_of_file = 4; /* VEOF */

    if (running->program->terminal) {
        session->idle_wakeups++;
        session->woken = running->program->name;
        if (write(running->input, &end_of_file, 1) != 1)
            return false;
        let_arrive(running);
    } else {
        close_end(&running->input);
    }
    trace_text(session, running->program->name, STEP_TYPE, NULL, 0);
    return true;
}

bool launch_write(struct running *running, const char *bytes, size_t length, size_t *written)
{
    while (*written < length) {
        ssize_t more = write_quietly(running->input, bytes + *written, length - *written);

        if (more < 0 && errno != EINTR)
            return false;
        *written += more > 0 ? (size_t)more : 0;
    }
    let_arrive(running);
    return true;
}

bool launch_type(struct session *session, struct running *running)
{
    const char *piece = running->program->input ? running->program->input[running->typed] : NULL;

    if (!piece)
        return launch_end_input(session, running);
    if (running->typed_bytes == 0)
        trace_text(session, running->program->name, STEP_TYPE, piece, strlen(piece));
    if (!launch_write(running, piece, strlen(piece), &running->typed_bytes))
        return false;
    running->typed++;
    running->typed_bytes = 0;
    return true;
}

void launch_note_end(struct session *session, struct running *running)
{
    launch_read_output(session, running);
    running->outcome->ended = true;
    running->outcome->status = process_status(running->host_pid);
    trace_ended(session, running->program->name, running->outcome->status);
    close_end(&running->pidfd);
    target_ask(session->target, &session->first, session->arena, -1,
               arena_print(session->arena, "reap %d", (int)running->outcome->pid));
}

void launch_close(struct running *running)
{
    if (running->input != running->output)
        close_end(&running->input);
    close_end(&running->output);
    close_end(&running->slave);
    close_end(&running->pidfd);
    channel_close(&running->channel);
    free(running->printed);
    running->printed = NULL;
}

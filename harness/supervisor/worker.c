#include "supervisor/worker.h"

#include <errno.h>
#include <linux/sched.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/utsname.h>
#include <sys/wait.h>
#include <unistd.h>

#include "conductor/process.h"
#include "supervisor/serve.h"

/* Beyond what the conductor itself allows each step: starting actors, clearing up, a loaded machine. */
enum { INSTANCE_GRACE_MS = 20 * 1000, WORKER_START_MS = 30 * 1000 };

struct judged_target worker_target(const struct conductor_options *options, struct arena *arena)
{
    struct utsname name;

    uname(&name);
    return (struct judged_target){
        .kernel = arena_print(arena, "%s %s", name.sysname, name.release),
        .machine = arena_print(arena, "%s", name.machine),
        .libc = "unknown",
        .calls = options->calls == CALLS_RAW ? "raw" : "libc",
        .isolation = isolation_name(options->isolation),
    };
}

struct record worker_record(const struct job *job, size_t position, const struct verdict *verdict,
                            struct arena *arena)
{
    struct selected_instance instance = instances_at(job->instances, position);

    struct record record = {
        .tool = IPCDRILL_VERSION,
        .position = instance.position_in_all,
        .of = instances_in_all(job->instances),
        .title = instance_title(&instance, arena),
        .file = instance.file->path,
        .line = notation_line(instance.drill_case, instance.index),
        .instance = instance.index,
        .repeat = instance.repeat,
        .clauses = instance.drill_case->clauses,
        .group = instance.group,
        .target = job->target,
        .verdict = *verdict,
    };

    known_judge(job->known, &record, arena);
    return record;
}

struct record worker_verdict(const struct job *job, size_t position, enum verdict_kind kind,
                             const char *reason, struct arena *arena)
{
    struct selected_instance instance = instances_at(job->instances, position);
    struct verdict verdict = {
        .kind = kind,
        .line = notation_line(instance.drill_case, instance.index),
        .reason = reason,
    };
    return worker_record(job, position, &verdict, arena);
}

/* fork() where clone3 is not to be had: kernels before 5.3, and sandboxes and tools that do not know it. */
static pid_t fork_with_pidfd(int *pidfd)
{
    struct clone_args arguments = {
        .flags = CLONE_PIDFD,
        .pidfd = (uint64_t)(uintptr_t)pidfd,
        .exit_signal = SIGCHLD,
    };
    pid_t pid = (pid_t)syscall(SYS_clone3, &arguments, sizeof(arguments));

    if (pid >= 0 || (errno != ENOSYS && errno != EPERM))
        return pid;
    pid = fork();
    if (pid <= 0)
        return pid;
    *pidfd = (int)syscall(SYS_pidfd_open, pid, 0); /* -1: its socket tells of its end too */
    return pid;
}

int worker_end_descriptor(const struct worker *worker)
{
    return worker->pidfd >= 0 ? worker->pidfd : worker->socket;
}

bool worker_start(struct worker *worker, const struct job *job, int processor)
{
    int sockets[2];

    *worker = (struct worker){.pidfd = -1, .socket = -1, .deadline_ms = monotonic_ms() + WORKER_START_MS};
    if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, sockets) != 0)
        return false;
    fflush(NULL);

    pid_t parent = getpid();
    pid_t pid = fork_with_pidfd(&worker->pidfd);

    if (pid == 0)
        serve(job, sockets[1], processor, parent);
    int error = errno;

    close(sockets[1]);
    if (pid < 0) {
        close(sockets[0]);
        errno = error;
        return false;
    }
    worker->pid = pid;
    worker->socket = sockets[0];
    return true;
}

/* Every step may take the conductor's limit, and so may starting and ending the case. */
static int64_t deadline_of(const struct job *job, size_t position)
{
    struct selected_instance instance = instances_at(job->instances, position);

    return monotonic_ms() + INSTANCE_GRACE_MS +
           ((int64_t)instance.step_count + 2) * (int64_t)job->conductor.timeout_ms;
}

bool worker_assign(struct worker *worker, const struct job *job, size_t position)
{
    uint64_t request = position;

    if (send(worker->socket, &request, sizeof(request), MSG_NOSIGNAL) != sizeof(request))
        return false;
    if (worker->position_count == 0)
        worker->deadline_ms = deadline_of(job, position);
    worker->positions[worker->position_count++] = position;
    return true;
}

/* Reads up to `size` more bytes. Returns what worker_receive would; MESSAGE: there were some. */
static enum receipt receive_bytes(struct worker *worker, void *to, size_t size)
{
    ssize_t got = recv(worker->socket, to, size, MSG_DONTWAIT);

    if (got > 0) {
        worker->received += (size_t)got;
        return RECEIPT_MESSAGE;
    }
    return got < 0 && (errno == EAGAIN || errno == EINTR) ? RECEIPT_NOTHING : RECEIPT_CLOSED;
}

static void take_off_queue(struct worker *worker, const struct job *job)
{
    worker->position_count--;
    worker->positions[0] = worker->positions[1];
    worker->deadline_ms = worker->position_count > 0 ? deadline_of(job, worker->positions[0]) : INT64_MAX;
}

enum receipt worker_receive(struct worker *worker, const struct job *job, struct message *message)
{
    struct message_header *header = &worker->incoming.header;

    while (worker->received < sizeof(*header)) {
        enum receipt receipt =
            receive_bytes(worker, (char *)header + worker->received, sizeof(*header) - worker->received);

        if (receipt != RECEIPT_MESSAGE)
            return receipt;
    }
    if (header->length > RECORD_LINE_BYTES_MAX)
        return RECEIPT_CLOSED;
    if (!worker->incoming.body) {
        worker->incoming.body = calloc(1, (size_t)header->length + 1);
        if (!worker->incoming.body)
            return RECEIPT_CLOSED;
    }
    while (worker->received < sizeof(*header) + header->length) {
        size_t have = worker->received - sizeof(*header);
        enum receipt receipt = receive_bytes(worker, worker->incoming.body + have, header->length - have);

        if (receipt != RECEIPT_MESSAGE)
            return receipt;
    }
    if (header->kind == MESSAGE_RECORD) {
        if (worker->position_count == 0 || worker->positions[0] != header->position)
            return RECEIPT_CLOSED;
        take_off_queue(worker, job);
    }
    if (header->kind == MESSAGE_READY)
        worker->deadline_ms = INT64_MAX;
    *message = worker->incoming;
    worker->incoming = (struct message){0};
    worker->received = 0;
    return RECEIPT_MESSAGE;
}

const char *worker_learn_target(const struct message *message, struct judged_target *target,
                                struct arena *arena)
{
    const char *isolation = message->body + strlen(message->body) + 1;
    const char *why = isolation + strlen(isolation) + 1;

    target->libc = arena_print(arena, "%s", message->body);
    target->isolation = arena_print(arena, "%s", isolation);
    return *why ? arena_print(arena, "%s", why) : NULL;
}

static const char *signal_text(int number, struct arena *arena)
{
    static const struct {
        int number;
        const char *name;
    } names[] = {
        {SIGSEGV, "SIGSEGV"}, {SIGABRT, "SIGABRT"}, {SIGBUS, "SIGBUS"},   {SIGKILL, "SIGKILL"},
        {SIGILL, "SIGILL"},   {SIGFPE, "SIGFPE"},   {SIGTERM, "SIGTERM"}, {SIGALRM, "SIGALRM"},
        {SIGSYS, "SIGSYS"},   {SIGTRAP, "SIGTRAP"},
    };

    for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
        if (names[i].number == number)
            return names[i].name;
    }
    return arena_print(arena, "signal %d", number);
}

const char *worker_bury(struct worker *worker, struct arena *arena)
{
    int status = 0;

    kill(worker->pid, SIGKILL);
    while (waitpid(worker->pid, &status, 0) < 0 && errno == EINTR)
        ;
    close(worker->socket);
    if (worker->pidfd >= 0)
        close(worker->pidfd);
    free(worker->incoming.body);
    worker->incoming = (struct message){0};
    worker->received = 0;
    worker->pid = 0;
    worker->ready = false;
    if (worker->overdue)
        return "the worker gave no answer in time and was killed";
    if (WIFSIGNALED(status))
        return arena_print(arena, "the worker was killed by %s", signal_text(WTERMSIG(status), arena));
    return arena_print(arena, "the worker ended by itself with status %d", WEXITSTATUS(status));
}

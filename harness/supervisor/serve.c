#include "supervisor/serve.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <unistd.h>

enum {
    SERVE_SOCKET = 3,
    DESCRIPTORS_MAX = 1024, /* closed one by one where close_range is missing */
};

/*
 * Ctrl-C reaches every process of the terminal's foreground group; the parent decides what it means and ends
 * its workers. Everything else is as after login, whatever the caller had set up.
 */
static void reset_signals(void)
{
    sigset_t none;

    for (int number = 1; number < NSIG; number++)
        signal(number, SIG_DFL);
    signal(SIGINT, SIG_IGN);
    signal(SIGTERM, SIG_IGN);
    signal(SIGHUP, SIG_IGN);
    sigemptyset(&none);
    sigprocmask(SIG_SETMASK, &none, NULL);
}

/* Keeps 0, 1, 2 and its socket: the parent's ends of other workers' sockets must close when the parent closes
 * them. */
static void keep_only(int socket)
{
    int nothing = open("/dev/null", O_RDONLY | O_CLOEXEC);

    if (nothing >= 0)
        dup2(nothing, STDIN_FILENO);
    dup2(STDERR_FILENO, STDOUT_FILENO); /* what an actor prints is no result */
    if (socket != SERVE_SOCKET)
        dup3(socket, SERVE_SOCKET, O_CLOEXEC);
    if (syscall(SYS_close_range, SERVE_SOCKET + 1, ~0U, 0) == 0)
        return;
    for (int fd = SERVE_SOCKET + 1; fd < DESCRIPTORS_MAX; fd++)
        close(fd);
}

static bool say(enum message_kind kind, uint64_t position, enum verdict_kind verdict, const char *body,
                size_t length)
{
    struct message_header header = {
        .kind = kind,
        .length = (uint32_t)length,
        .position = position,
        .verdict = verdict,
    };
    struct iovec parts[] = {{&header, sizeof(header)}, {(void *)(uintptr_t)body, length}};
    size_t left = sizeof(header) + length;

    while (left > 0) {
        struct msghdr message = {.msg_iov = parts, .msg_iovlen = 2};
        ssize_t sent = sendmsg(SERVE_SOCKET, &message, MSG_NOSIGNAL);

        if (sent < 0 && errno == EINTR)
            continue;
        if (sent < 0)
            return false;
        left -= (size_t)sent;
        for (int i = 0; i < 2; i++) {
            size_t part = (size_t)sent < parts[i].iov_len ? (size_t)sent : parts[i].iov_len;

            parts[i].iov_base = (char *)parts[i].iov_base + part;
            parts[i].iov_len -= part;
            sent -= (ssize_t)part;
        }
    }
    return true;
}

/* Returns false at the end of the requests. */
static bool next_position(size_t *position)
{
    uint64_t request;
    ssize_t got;

    do {
        got = recv(SERVE_SOCKET, &request, sizeof(request), MSG_WAITALL);
    } while (got < 0 && errno == EINTR);
    *position = (size_t)request;
    return got == (ssize_t)sizeof(request);
}

static bool run_position(struct conductor *conductor, const struct job *job, size_t position)
{
    struct arena arena = {0};
    struct verdict verdict = {0};
    struct selected_instance instance = instances_at(job->instances, position);

    conductor_run(conductor, instance.file, instance.drill_case, instance.index, &arena, &verdict);
    struct record record = worker_record(job, position, &verdict, &arena);
    const char *line = record_to_json(&record, &arena);
    bool sent = say(MESSAGE_RECORD, position, record.verdict.kind, line, strlen(line));

    arena_free(&arena);
    return sent;
}

static void say_ready(const struct conductor *conductor, struct judged_target *target)
{
    char body[1024];
    const char *why = NULL;

    target->libc = conductor_libc(conductor);
    target->isolation = isolation_name(conductor_isolation(conductor, &why));
    int length = snprintf(body, sizeof(body), "%.200s%c%s%c%.600s%c", target->libc, '\0', target->isolation,
                          '\0', why ? why : "", '\0');

    say(MESSAGE_READY, 0, VERDICT_PASS, body, (size_t)length);
}

void serve(const struct job *given, int socket, int processor, pid_t parent)
{
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    if (getppid() != parent)
        _exit(0);
    reset_signals();
    keep_only(socket);

    struct arena arena = {0};
    struct job job = *given;
    const char *problem = "unknown";

    job.conductor.processor = processor;
    struct conductor *conductor = conductor_start(&job.conductor, &arena, &problem);

    if (!conductor) {
        say(MESSAGE_CANNOT_START, 0, VERDICT_ERROR, problem, strlen(problem));
        _exit(0);
    }
    say_ready(conductor, &job.target);
    size_t position;

    while (next_position(&position) && run_position(conductor, &job, position))
        ;
    conductor_stop(conductor);
    _exit(0);
}

#include "supervisor/guardian.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "supervisor/guarded.h"

enum {
    ANSWER_LIMIT_MS = 60 * 1000, /* reserving huge pages may have to move memory about first */
    GUARDIAN_SOCKET = 3,
    GUARDIAN_LOCK = 4,
};

enum request_kind { REQUEST_SET, REQUEST_PUT_BACK, REQUEST_CGROUP };

struct request {
    enum request_kind kind;
    long long value, old;        /* SET */
    char path[GUARDED_PATH_MAX]; /* SET: the file; CGROUP: the parent */
};

struct reply {
    bool good;
    char text[GUARDED_PATH_MAX]; /* the problem, or what was asked for */
};

static bool perform(struct guarded *guarded, const struct request *request, struct reply *reply)
{
    const char *problem = NULL;

    switch (request->kind) {
    case REQUEST_SET:
        problem = guarded_set(guarded, request->path, request->value, request->old);
        break;
    case REQUEST_PUT_BACK:
        problem = guarded_put_back(guarded);
        break;
    case REQUEST_CGROUP:
        problem = guarded_make_cgroup(guarded, request->path);
        break;
    }
    *reply = (struct reply){.good = !problem};
    snprintf(reply->text, sizeof(reply->text), "%s", problem ? problem : guarded->cgroup);
    return !problem;
}

/* Nothing that ends the tool may end it, and nothing of the tool's may stay open with it but the lock. */
static void withdraw(int socket, int lock)
{
    sigset_t all;

    sigfillset(&all);
    sigprocmask(SIG_SETMASK, &all, NULL);
    setsid();
    prctl(PR_SET_NAME, "ipcdrill-guard");
    int null = open("/dev/null", O_RDWR);

    for (int descriptor = 0; descriptor < GUARDIAN_SOCKET; descriptor++)
        dup2(null, descriptor);
    /* Past both places first: each may be the other's. */
    socket = fcntl(socket, F_DUPFD, GUARDIAN_LOCK + 1);
    lock = fcntl(lock, F_DUPFD, GUARDIAN_LOCK + 1);
    dup2(socket, GUARDIAN_SOCKET);
    dup2(lock >= 0 ? lock : null, GUARDIAN_LOCK);
    if (syscall(SYS_close_range, GUARDIAN_LOCK + 1, ~0U, 0) < 0)
        for (int descriptor = GUARDIAN_LOCK + 1; descriptor < (int)sysconf(_SC_OPEN_MAX); descriptor++)
            close(descriptor);
    if (chdir("/") < 0)
        return;
}

static _Noreturn void guard(int socket, int lock, const char *records)
{
    struct guarded guarded = {.records = records, .lock = -1};
    struct request request;
    struct reply reply;

    withdraw(socket, lock);
    while (recv(GUARDIAN_SOCKET, &request, sizeof(request), 0) == sizeof(request)) {
        perform(&guarded, &request, &reply);
        send(GUARDIAN_SOCKET, &reply, sizeof(reply), MSG_NOSIGNAL);
    }
    guarded_put_back(&guarded);
    guarded_remove_cgroup(&guarded);
    _exit(0);
}

const char *guardian_start(struct guardian *guardian, const char *records, int lock, struct arena *arena)
{
    int sockets[2];

    *guardian = (struct guardian){.socket = -1};
    if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, sockets) < 0)
        return arena_print(arena, "socketpair: %s", strerror(errno));
    fflush(NULL);
    pid_t pid = fork();

    if (pid == 0)
        guard(sockets[1], lock, records);
    close(sockets[1]);
    if (pid < 0) {
        close(sockets[0]);
        return arena_print(arena, "no process to put settings back: %s", strerror(errno));
    }
    *guardian = (struct guardian){pid, sockets[0]};
    return NULL;
}

static const char *ask(struct guardian *guardian, const struct request *request, struct reply *reply,
                       struct arena *arena)
{
    struct pollfd answer = {.fd = guardian->socket, .events = POLLIN};
    int polled = 0;

    if (send(guardian->socket, request, sizeof(*request), MSG_NOSIGNAL) == sizeof(*request))
        do
            polled = poll(&answer, 1, ANSWER_LIMIT_MS);
        while (polled < 0 && errno == EINTR);
    if (polled <= 0 || recv(guardian->socket, reply, sizeof(*reply), MSG_DONTWAIT) != sizeof(*reply)) {
        shutdown(guardian->socket, SHUT_RDWR); /* if it lives it now undoes everything and ends */
        close(guardian->socket);
        guardian->socket = -1;
        return "the process that puts settings back does not answer";
    }
    return reply->good ? NULL : arena_print(arena, "%s", reply->text);
}

const char *guardian_set(struct guardian *guardian, const char *path, long long value, long long old,
                         struct arena *arena)
{
    struct request request = {.kind = REQUEST_SET, .value = value, .old = old};
    struct reply reply;

    snprintf(request.path, sizeof(request.path), "%s", path);
    return ask(guardian, &request, &reply, arena);
}

const char *guardian_put_back(struct guardian *guardian, struct arena *arena)
{
    const struct request request = {.kind = REQUEST_PUT_BACK};
    struct reply reply;

    return ask(guardian, &request, &reply, arena);
}

const char *guardian_make_cgroup(struct guardian *guardian, const char *parent, const char **folder,
                                 struct arena *arena)
{
    struct request request = {.kind = REQUEST_CGROUP};
    struct reply reply;

    if (strlen(parent) >= sizeof(request.path))
        return arena_print(arena, "the path is too long: %s", parent);
    memcpy(request.path, parent, strlen(parent) + 1);
    const char *problem = ask(guardian, &request, &reply, arena);

    *folder = problem ? NULL : arena_print(arena, "%s", reply.text);
    return problem;
}

void guardian_end(struct guardian *guardian)
{
    if (guardian->pid <= 0)
        return;
    if (guardian->socket >= 0) {
        shutdown(guardian->socket, SHUT_RDWR); /* a copy of the descriptor may be open in another process */
        close(guardian->socket);
    }
    while (waitpid(guardian->pid, NULL, 0) < 0 && errno == EINTR)
        ;
    *guardian = (struct guardian){.socket = -1};
}

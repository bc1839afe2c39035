#include "session/pool.h"

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "conductor/process.h"
#include "supervisor/processors.h"

enum {
    DEATHS_MAX = 20, /* workers that died: then something is wrong with more than their jobs */
};

/* What a worker sends in front of a text. */
struct head {
    uint64_t index;
    uint32_t length;
    uint32_t trouble; /* the text is a problem: the whole pool ends */
};

struct worker {
    pid_t pid;
    int socket;
    int turn;
    bool busy;
    size_t index; /* BUSY */
};

struct pool {
    const struct pool_settings *settings;
    struct arena *arena;
    struct worker workers[POOL_WORKERS_MAX];
    int worker_count, wanted, deaths;
    size_t next;
    const char *problem;
};

static bool send_all(int socket, const void *bytes, size_t length)
{
    for (size_t sent = 0; sent < length;) {
        ssize_t more = send(socket, (const char *)bytes + sent, length - sent, MSG_NOSIGNAL);

        if (more < 0 && errno != EINTR)
            return false;
        sent += more > 0 ? (size_t)more : 0;
    }
    return true;
}

static bool receive_all(int socket, void *bytes, size_t length)
{
    for (size_t got = 0; got < length;) {
        ssize_t more = recv(socket, (char *)bytes + got, length - got, 0);

        if (more == 0 || (more < 0 && errno != EINTR))
            return false;
        got += more > 0 ? (size_t)more : 0;
    }
    return true;
}

static bool tell(int socket, size_t index, const char *text, bool trouble)
{
    const struct head head = {.index = index, .length = (uint32_t)strlen(text), .trouble = trouble};

    return send_all(socket, &head, sizeof(head)) && send_all(socket, text, head.length);
}

/* The text is of malloc; NULL: the other side is gone. */
static char *hear_text(int socket, struct head *head)
{
    char *text = NULL;

    if (!receive_all(socket, head, sizeof(*head)) || head->length > POOL_TEXT_BYTES_MAX ||
        !(text = calloc(1, (size_t)head->length + 1)) || !receive_all(socket, text, head->length)) {
        free(text);
        return NULL;
    }
    return text;
}

static bool perform(const struct pool_settings *settings, struct target *target, int socket, size_t index,
                    const char *task)
{
    struct arena arena = {0};
    const char *problem = "unknown";
    const char *text = settings->perform(settings->context, target, index, task, &arena, &problem);
    bool told = tell(socket, index, text ? text : problem, !text);

    arena_free(&arena);
    return told && text;
}

static _Noreturn void serve(const struct pool_settings *settings, int socket, int turn)
{
    struct conductor_options options = *settings->conductor;
    struct target target;
    const char *problem = "unknown";
    struct head head;
    char *task;
    bool good = true;

    options.processor = processors_at(turn);
    process_run_on(options.processor);
    if (!target_start(&target, &options, &problem)) {
        tell(socket, 0, problem, true);
        _exit(0);
    }
    while (good && (task = hear_text(socket, &head))) {
        good = perform(settings, &target, socket, (size_t)head.index, task);
        free(task);
    }
    target_stop(&target);
    _exit(0);
}

static bool start(struct pool *pool, struct worker *worker, int turn)
{
    int ends[2];
    pid_t parent = getpid();

    *worker = (struct worker){.socket = -1, .turn = turn};
    if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends) != 0)
        return false;
    fflush(NULL);
    worker->pid = fork();
    if (worker->pid == 0) {
        prctl(PR_SET_PDEATHSIG, SIGKILL);
        if (getppid() != parent)
            _exit(0);
        close(ends[0]);
        for (int i = 0; i < pool->worker_count; i++)
            if (pool->workers[i].socket >= 0)
                close(pool->workers[i].socket);
        serve(pool->settings, ends[1], turn);
    }
    close(ends[1]);
    worker->socket = ends[0];
    return worker->pid > 0;
}

static void bury(struct worker *worker)
{
    if (worker->socket >= 0)
        close(worker->socket);
    worker->socket = -1;
    if (worker->pid <= 0)
        return;
    kill(worker->pid, SIGKILL);
    while (waitpid(worker->pid, NULL, 0) < 0 && errno == EINTR)
        ;
    worker->pid = 0;
}

static void give_work(struct pool *pool, struct worker *worker)
{
    const struct pool_settings *settings = pool->settings;
    struct arena arena = {0};

    if (worker->busy || worker->socket < 0 || pool->next >= *settings->count)
        return;
    worker->busy = true;
    worker->index = pool->next++;
    const char *task = settings->task ? settings->task(settings->context, worker->index, &arena) : "";

    tell(worker->socket, worker->index, task, false); /* false: it is dead, and its socket tells */
    arena_free(&arena);
}

/* Its job is lost with it. */
static void replace(struct pool *pool, struct worker *worker)
{
    bool busy = worker->busy;
    size_t index = worker->index;

    bury(worker);
    if (++pool->deaths > DEATHS_MAX) {
        pool->problem = "one worker after the other dies";
        return;
    }
    if (busy)
        pool->settings->take(pool->settings->context, index, NULL);
    if (!start(pool, worker, worker->turn))
        pool->problem = arena_print(pool->arena, "a worker cannot be started: %s", strerror(errno));
}

static void hear(struct pool *pool, struct worker *worker)
{
    struct head head;
    char *text = hear_text(worker->socket, &head);

    if (!text) {
        replace(pool, worker);
        return;
    }
    worker->busy = false;
    if (head.trouble)
        pool->problem = arena_copy(pool->arena, text, head.length);
    else
        pool->settings->take(pool->settings->context, (size_t)head.index, text);
    free(text);
}

static bool is_busy(const struct pool *pool)
{
    for (int i = 0; i < pool->worker_count; i++)
        if (pool->workers[i].busy)
            return true;
    return false;
}

/* One more worker when all are busy and there is a job left: jobs may grow. */
static void grow(struct pool *pool)
{
    if (pool->worker_count == pool->wanted || pool->next >= *pool->settings->count)
        return;
    for (int i = 0; i < pool->worker_count; i++)
        if (!pool->workers[i].busy)
            return;
    if (!start(pool, &pool->workers[pool->worker_count], pool->worker_count))
        pool->problem = arena_print(pool->arena, "a worker cannot be started: %s", strerror(errno));
    give_work(pool, &pool->workers[pool->worker_count++]);
}

static void run(struct pool *pool)
{
    struct pollfd sockets[POOL_WORKERS_MAX];

    while (!pool->problem) {
        for (int i = 0; i < pool->worker_count; i++)
            give_work(pool, &pool->workers[i]);
        for (int i = pool->worker_count; i < pool->wanted; i++)
            grow(pool);
        if (!is_busy(pool))
            return;
        for (int i = 0; i < pool->worker_count; i++)
            sockets[i] = (struct pollfd){.fd = pool->workers[i].socket, .events = POLLIN};
        if (poll(sockets, (nfds_t)pool->worker_count, -1) < 0)
            continue;
        for (int i = 0; i < pool->worker_count && !pool->problem; i++)
            if (sockets[i].revents)
                hear(pool, &pool->workers[i]);
    }
}

/* Lets the workers end by themselves, so that each stops its agents before it goes. */
static void stop(struct pool *pool)
{
    for (int i = 0; i < pool->worker_count; i++) {
        struct worker *worker = &pool->workers[i];

        if (!pool->problem && worker->socket >= 0) {
            close(worker->socket);
            worker->socket = -1;
            while (waitpid(worker->pid, NULL, 0) < 0 && errno == EINTR)
                ;
            worker->pid = 0;
        }
        bury(worker);
    }
}

bool pool_run(const struct pool_settings *settings, struct arena *arena, const char **problem)
{
    struct pool pool = {.settings = settings, .arena = arena};
    int wanted = settings->jobs > 0 ? settings->jobs : processors_count();

    pool.wanted = wanted < POOL_WORKERS_MAX ? wanted : POOL_WORKERS_MAX;
    run(&pool);
    stop(&pool);
    *problem = pool.problem;
    return !pool.problem;
}

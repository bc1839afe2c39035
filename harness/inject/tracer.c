#include "inject/tracer.h"

#include <errno.h>
#include <fcntl.h>
#include <seccomp.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

/* Linux 6.6: a caller on our processor runs at once when it is answered. */
#ifndef SECCOMP_USER_NOTIF_FD_SYNC_WAKE_UP
#define SECCOMP_USER_NOTIF_FD_SYNC_WAKE_UP (1UL << 0)
#define SECCOMP_IOCTL_NOTIF_SET_FLAGS      SECCOMP_IOW(4, __u64)
#endif

enum { STATUS_MAX = 4096, COUNTS_MAX = 256 /* names of calls in all programs; past it all count as one */ };

struct known_thread {
    pid_t thread, process, pid;
    struct known_thread *next;
};

struct listener {
    int descriptor;
    int program;
};

struct call_count {
    char name[SYSTEM_CALL_NAME_MAX];
    int program;
    unsigned count;
};

struct tracer {
    struct listener listeners[TRACER_LISTENERS_MAX];
    size_t listener_count;
    struct known_thread *threads;
    struct call_count counts[COUNTS_MAX];
    size_t count_count;
    struct seccomp_notif *notification;
    struct seccomp_notif_resp *response;
};

struct tracer *tracer_new(void)
{
    struct tracer *tracer = calloc(1, sizeof(*tracer));

    if (!tracer || seccomp_notify_alloc(&tracer->notification, &tracer->response) != 0)
        abort();
    return tracer;
}

bool tracer_add(struct tracer *tracer, int listener, int program)
{
    if (tracer->listener_count == TRACER_LISTENERS_MAX)
        return false;
    ioctl(listener, SECCOMP_IOCTL_NOTIF_SET_FLAGS, SECCOMP_USER_NOTIF_FD_SYNC_WAKE_UP);
    tracer->listeners[tracer->listener_count++] = (struct listener){listener, program};
    return true;
}

int tracer_listener(const struct tracer *tracer, size_t index)
{
    return index < tracer->listener_count ? tracer->listeners[index].descriptor : -1;
}

void tracer_drop(struct tracer *tracer, int listener)
{
    for (size_t i = 0; i < tracer->listener_count; i++) {
        if (tracer->listeners[i].descriptor != listener)
            continue;
        close(listener);
        tracer->listeners[i] = tracer->listeners[--tracer->listener_count];
        return;
    }
}

/* The last number of the line "WORD:\tN\tN" in the text of /proc/PID/status. */
static pid_t last_number(const char *status, const char *word)
{
    const char *line = strstr(status, word);
    long number = 0;

    for (line = line ? line + strlen(word) : "\n"; *line != '\n' && *line; line += strspn(line, "\t ")) {
        char *end;

        number = strtol(line, &end, 10);
        if (end == line)
            break;
        line = end;
    }
    return (pid_t)number;
}

/* /proc/PID/status as text; empty when it is gone. */
static void read_status(pid_t tid, char status[static STATUS_MAX])
{
    char path[64];

    snprintf(path, sizeof(path), "/proc/%d/status", (int)tid);
    int file = open(path, O_RDONLY | O_CLOEXEC);
    ssize_t length = file < 0 ? -1 : read(file, status, STATUS_MAX - 1);

    if (file >= 0)
        close(file);
    status[length > 0 ? length : 0] = '\0';
}

static struct known_thread *know_thread(struct tracer *tracer, pid_t tid)
{
    struct known_thread *thread = tracer->threads;
    char status[STATUS_MAX];

    while (thread && thread->thread != tid)
        thread = thread->next;
    if (thread)
        return thread;
    read_status(tid, status);
    if (!(thread = calloc(1, sizeof(*thread))))
        abort();
    *thread = (struct known_thread){tid, last_number(status, "\nTgid:"), last_number(status, "\nNStgid:"),
                                    tracer->threads};
    if (thread->process == 0)
        thread->process = thread->pid = tid;
    return tracer->threads = thread;
}

static unsigned count_call(struct tracer *tracer, int program, const char *name)
{
    struct call_count *count = tracer->counts;

    for (size_t i = 0; i < tracer->count_count; i++, count++)
        if (count->program == program && strcmp(count->name, name) == 0)
            return ++count->count;
    if (tracer->count_count == COUNTS_MAX)
        return ++tracer->counts[COUNTS_MAX - 1].count;
    *count = (struct call_count){.program = program, .count = 1};
    strcpy(count->name, name);
    tracer->count_count++;
    return 1;
}

static int program_of(const struct tracer *tracer, int listener)
{
    size_t i = 0;

    while (tracer->listeners[i].descriptor != listener)
        i++;
    return tracer->listeners[i].program;
}

struct traced_call *tracer_take(struct tracer *tracer, int listener)
{
    struct seccomp_notif *notification = tracer->notification;

    memset(notification, 0, sizeof(*notification));
    if (seccomp_notify_receive(listener, notification) != 0)
        return NULL;
    struct traced_call *call = calloc(1, sizeof(*call));

    if (!call)
        abort();
    const struct known_thread *thread = know_thread(tracer, (pid_t)notification->pid);

    *call = (struct traced_call){.program = program_of(tracer, listener),
                                 .thread = thread->thread,
                                 .process = thread->process,
                                 .pid = thread->pid,
                                 .listener = listener,
                                 .id = notification->id};
    system_call_read(&notification->data, call->thread, &call->call);
    call->occurrence = count_call(tracer, call->program, call->call.name);
    return call;
}

bool tracer_is_waiting(const struct traced_call *call)
{
    return seccomp_notify_id_valid(call->listener, call->id) == 0;
}

/* Whether the mask that /proc/PID/status shows behind `word` has the signal. */
static bool mask_has(const char *status, const char *word, int signal)
{
    const char *line = strstr(status, word);

    return line && strtoull(line + strlen(word), NULL, 16) >> (signal - 1) & 1;
}

/* Whether the signal ends the process as soon as it is sent: it is neither caught nor ignored nor blocked. */
static bool is_fatal(pid_t thread, int signal)
{
    static const int harmless[] = {SIGCHLD, SIGURG, SIGWINCH, SIGCONT, SIGSTOP, SIGTSTP, SIGTTIN, SIGTTOU};
    char status[STATUS_MAX];

    for (size_t i = 0; i < sizeof(harmless) / sizeof(*harmless); i++)
        if (harmless[i] == signal)
            return false;
    read_status(thread, status);
    return !mask_has(status, "\nSigBlk:", signal) && !mask_has(status, "\nSigIgn:", signal) &&
           !mask_has(status, "\nSigCgt:", signal);
}

bool tracer_answer(struct tracer *tracer, struct traced_call *call, const struct decision *decision)
{
    struct seccomp_notif_resp *response = tracer->response;

    int signal = decision->kind == DECISION_KILL ? SIGKILL : decision->signal;

    memset(response, 0, sizeof(*response));
    response->id = call->id;
    if (decision->kind == DECISION_FAIL)
        response->error = -decision->error;
    else if (decision->kind == DECISION_GIVE)
        response->val = decision->value;
    else
        response->flags = SECCOMP_USER_NOTIF_FLAG_CONTINUE;
    /* A process that is killed goes by itself; an answer might still let it perform the call, or not. */
    bool killed = signal && is_fatal(call->thread, signal);

    if (signal && tracer_is_waiting(call))
        kill(call->process, signal);
    bool answered = killed || seccomp_notify_respond(call->listener, response) == 0;

    free(call);
    return answered;
}

void tracer_free(struct tracer *tracer)
{
    if (!tracer)
        return;
    for (size_t i = 0; i < tracer->listener_count; i++)
        close(tracer->listeners[i].descriptor);
    while (tracer->threads) {
        struct known_thread *next = tracer->threads->next;

        free(tracer->threads);
        tracer->threads = next;
    }
    seccomp_notify_free(tracer->notification, tracer->response);
    free(tracer);
}

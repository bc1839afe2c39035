#include "conductor/process.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

enum {
    PROC_TEXT_MAX = 1024,
    STAT_EXIT_CODE = 52, /* the field of /proc/PID/stat, counted from 1 */
};

int64_t monotonic_ns(void)
{
    struct timespec now;

    clock_gettime(CLOCK_MONOTONIC, &now);
    return now.tv_sec * INT64_C(1000000000) + now.tv_nsec;
}

/* Reads a small file of /proc whole. Returns its length, or -1. */
static ssize_t read_proc(pid_t pid, const char *name, char text[PROC_TEXT_MAX])
{
    char path[64];

    snprintf(path, sizeof(path), "/proc/%d/%s", (int)pid, name);
    int descriptor = open(path, O_RDONLY | O_CLOEXEC);

    if (descriptor < 0)
        return -1;
    ssize_t length = read(descriptor, text, PROC_TEXT_MAX - 1);

    close(descriptor);
    if (length >= 0)
        text[length] = '\0';
    return length;
}

/* The fields behind the name, which may hold blanks and brackets: field 3 (the state) first. */
static const char *behind_name(const char *stat)
{
    const char *bracket = strrchr(stat, ')');

    return bracket && bracket[1] == ' ' ? bracket + 2 : NULL;
}

struct process_state process_state(pid_t pid)
{
    struct process_state state = {.system_call = -1};
    char text[PROC_TEXT_MAX];

    /* The call first: a state read later that says "asleep" then holds for that call or a later moment. */
    ssize_t length = read_proc(pid, "syscall", text);

    if (length > 0) {
        state.call_is_told = true;
        if (strncmp(text, "running", 7) != 0)
            state.system_call = strtol(text, NULL, 10);
    }
    if (read_proc(pid, "stat", text) > 0) {
        const char *fields = behind_name(text);

        state.state = fields ? *fields : '\0';
    }
    return state;
}

static bool has_ended(pid_t pid)
{
    char state = process_state(pid).state;

    return state == 'Z' || state == 'X' || state == '\0';
}

/* Where there are no pidfds (Linux before 5.3, some tools): looking again and again. */
static bool watch_end(pid_t pid, int timeout_ms)
{
    int64_t deadline_ns = monotonic_ns() + (int64_t)timeout_ms * 1000000;

    while (!has_ended(pid)) {
        if (monotonic_ns() > deadline_ns)
            return false;
        sched_yield();
    }
    return true;
}

bool process_wait_end(pid_t pid, int timeout_ms)
{
    int descriptor = (int)syscall(SYS_pidfd_open, pid, 0);

    if (descriptor < 0)
        return errno == ESRCH || watch_end(pid, timeout_ms);
    struct pollfd ended = {.fd = descriptor, .events = POLLIN};
    int polled;

    do
        polled = poll(&ended, 1, timeout_ms);
    while (polled < 0);
    close(descriptor);
    return polled > 0;
}

int process_status(pid_t pid)
{
    char text[PROC_TEXT_MAX];
    const char *field;

    if (read_proc(pid, "stat", text) <= 0 || !(field = behind_name(text)) || *field != 'Z')
        return -1;
    for (int i = 3; i < STAT_EXIT_CODE && field; i++)
        field = strchr(field + 1, ' ');
    return field ? atoi(field) : -1;
}

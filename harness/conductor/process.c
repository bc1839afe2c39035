#include "conductor/process.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <sys/wait.h>
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

int64_t monotonic_ms(void)
{
    return monotonic_ns() / 1000000;
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

struct process_state process_state(pid_t tid)
{
    struct process_state state = {.system_call = -1};
    char text[PROC_TEXT_MAX];

    /* The call first: a state read later that says "asleep" then holds for that call or a later moment. */
    ssize_t length = read_proc(tid, "syscall", text);

    if (length > 0) {
        state.call_is_told = true;
        if (strncmp(text, "running", 7) != 0)
            state.system_call = strtol(text, NULL, 10);
    }
    if (read_proc(tid, "stat", text) > 0) {
        const char *fields = behind_name(text);

        state.state = fields ? *fields : '\0';
    }
    return state;
}

static bool has_ended(pid_t tid)
{
    char state = process_state(tid).state;

    return state == 'Z' || state == 'X' || state == '\0';
}

/*
 * Looking again and again: where there are no pidfds (Linux before 5.3, some tools), and for threads, because the end
 * of a first thread that leaves others behind shows in no pidfd.
 */
bool process_wait_thread_end(pid_t tid, int timeout_ms)
{
    int64_t deadline_ns = monotonic_ns() + (int64_t)timeout_ms * 1000000;

    while (!has_ended(tid)) {
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
        return errno == ESRCH || process_wait_thread_end(pid, timeout_ms);
    struct pollfd ended = {.fd = descriptor, .events = POLLIN};
    int polled;

    do
        polled = poll(&ended, 1, timeout_ms);
    while (polled < 0);
    close(descriptor);
    return polled > 0;
}

/* NSpid (since Linux 4.1) has the id in each PID namespace, the innermost last. */
static long innermost_id(pid_t tid)
{
    char text[PROC_TEXT_MAX];
    const char *line = read_proc(tid, "status", text) > 0 ? strstr(text, "\nNSpid:") : NULL;

    if (!line)
        return tid;
    line += strlen("\nNSpid:");
    size_t length = strcspn(line, "\n");

    while (length && line[length - 1] >= '0' && line[length - 1] <= '9')
        length--;
    return strtol(line + length, NULL, 10);
}

pid_t process_find_thread(pid_t pid, long tid)
{
    char path[64];
    pid_t found = -1;

    snprintf(path, sizeof(path), "/proc/%d/task", (int)pid);
    DIR *threads = opendir(path);
    const struct dirent *entry;

    while (threads && found < 0 && (entry = readdir(threads))) {
        pid_t thread = (pid_t)atoi(entry->d_name);

        if (thread > 0 && innermost_id(thread) == tid)
            found = thread;
    }
    if (threads)
        closedir(threads);
    return found;
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

const char *process_status_text(int status, struct arena *arena)
{
    const char *name = WIFSIGNALED(status) ? sigabbrev_np(WTERMSIG(status)) : NULL;

    if (WIFEXITED(status))
        return arena_print(arena, "exited with %d", WEXITSTATUS(status));
    return name ? arena_print(arena, "killed by SIG%s", name)
                : arena_print(arena, "killed by signal %d", WTERMSIG(status));
}

void process_run_on(int processor)
{
    cpu_set_t set;

    if (processor < 0)
        return;
    CPU_ZERO(&set);
    CPU_SET((size_t)processor, &set);
    sched_setaffinity(0, sizeof(set), &set);
}

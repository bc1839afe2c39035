#include "bench/program.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "conductor/process.h"

enum { EXIT_NO_PROGRAM = 127 };

bool program_succeeded(const struct measurement *measurement)
{
    return WIFEXITED(measurement->status) && WEXITSTATUS(measurement->status) == 0;
}

/* VmHWM of a process in kB, or 0 when it has gone. */
static long peak_kb(int pid)
{
    char path[64], line[256];
    long peak = 0;

    snprintf(path, sizeof(path), "/proc/%d/status", pid);
    FILE *status = fopen(path, "re");

    while (status && fgets(line, sizeof(line), status))
        if (sscanf(line, "VmHWM: %ld kB", &peak) == 1)
            break;
    if (status)
        fclose(status);
    return peak;
}

static void keep_larger(long *kept, long kb)
{
    if (kb > *kept)
        *kept = kb;
}

static void sample_memory(pid_t program, struct measurement *measurement)
{
    char path[64];
    int child;

    keep_larger(&measurement->program_kb, peak_kb(program));
    snprintf(path, sizeof(path), "/proc/%d/task/%d/children", (int)program, (int)program);
    FILE *children = fopen(path, "re");

    while (children && fscanf(children, "%d", &child) == 1)
        keep_larger(&measurement->largest_child_kb, peak_kb(child));
    if (children)
        fclose(children);
}

static void watch(pid_t program, struct measurement *measurement)
{
    struct pollfd end = {.fd = (int)syscall(SYS_pidfd_open, program, 0), .events = POLLIN};

    if (end.fd < 0)
        return;
    do
        sample_memory(program, measurement);
    while (poll(&end, 1, MEMORY_SAMPLE_MS) == 0);
    close(end.fd);
}

static _Noreturn void become(const char *const *arguments, const char *output)
{
    int descriptor = open(output, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);

    prctl(PR_SET_PDEATHSIG, SIGTERM);
    if (descriptor >= 0 && dup2(descriptor, STDOUT_FILENO) >= 0)
        execv(arguments[0], (char *const *)(uintptr_t)arguments);
    fprintf(stderr, "%s: %s\n", arguments[0], strerror(errno));
    _exit(EXIT_NO_PROGRAM);
}

bool program_run(const char *const *arguments, const char *output, bool watch_memory,
                 struct measurement *measurement)
{
    int64_t start_ns = monotonic_ns();
    pid_t pid = fork();

    *measurement = (struct measurement){0};
    if (pid == 0)
        become(arguments, output);
    if (pid < 0)
        return false;
    if (watch_memory)
        watch(pid, measurement);
    while (waitpid(pid, &measurement->status, 0) < 0)
        if (errno != EINTR)
            return false;
    measurement->duration_ns = monotonic_ns() - start_ns;
    return true;
}

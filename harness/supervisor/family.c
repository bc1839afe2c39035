#include "supervisor/family.h"

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/prctl.h>
#include <sys/signalfd.h>
#include <sys/wait.h>
#include <unistd.h>

#include "conductor/process.h"

enum { KILL_ROUNDS_MAX = 16 }; /* each kills the children there are; theirs come up one level */

void family_adopt_orphans(void)
{
    prctl(PR_SET_CHILD_SUBREAPER, 1);
}

/* Returns whether children are left. */
static bool reap(void)
{
    pid_t pid;

    do {
        pid = waitpid(-1, NULL, WNOHANG | __WALL);
    } while (pid > 0 || (pid < 0 && errno == EINTR));
    return pid == 0;
}

static void kill_children(void)
{
    char path[64];

    snprintf(path, sizeof(path), "/proc/self/task/%d/children", (int)getpid());
    FILE *children = fopen(path, "re");
    int pid;

    while (children && fscanf(children, "%d", &pid) == 1)
        kill(pid, SIGKILL);
    if (children)
        fclose(children);
}

/* Returns whether children are left at the deadline. `ends` is a signalfd of SIGCHLD. */
static bool wait_until(int64_t deadline_ms, int ends)
{
    while (reap()) {
        int64_t left_ms = deadline_ms - monotonic_ms();
        struct pollfd wait = {.fd = ends, .events = POLLIN};
        struct signalfd_siginfo taken;

        if (left_ms <= 0)
            return true;
        if (poll(&wait, 1, (int)left_ms) > 0 && read(ends, &taken, sizeof(taken)) < 0)
            return true;
    }
    return false;
}

void family_wait(int limit_ms)
{
    sigset_t child, before;

    sigemptyset(&child);
    sigaddset(&child, SIGCHLD);
    sigprocmask(SIG_BLOCK, &child, &before);
    int ends = signalfd(-1, &child, SFD_CLOEXEC);
    bool left = wait_until(monotonic_ms() + limit_ms, ends);

    for (int round = 0; left && round < KILL_ROUNDS_MAX; round++) {
        kill_children();
        left = wait_until(monotonic_ms() + limit_ms, ends);
    }
    if (ends >= 0)
        close(ends);
    sigprocmask(SIG_SETMASK, &before, NULL);
}

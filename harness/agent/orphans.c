/* Reaping in a signal handler: only async-signal-safe calls here. */
#include "agent/orphans.h"

#include <errno.h>
#include <signal.h>
#include <stdbool.h>
#include <stddef.h>
#include <sys/wait.h>

enum { KEPT_MAX = 64 };

static volatile pid_t kept[KEPT_MAX];

static bool is_kept(pid_t child)
{
    for (int i = 0; i < KEPT_MAX; i++)
        if (kept[i] == child)
            return true;
    return false;
}

/* Up to the first that is kept: its release goes on behind it. */
static void reap(int number)
{
    int error = errno;
    siginfo_t info = {.si_pid = 0};
    (void)number;
    while (waitid(P_ALL, 0, &info, WEXITED | WNOHANG | WNOWAIT) == 0 && info.si_pid != 0 &&
           !is_kept(info.si_pid)) {
        waitid(P_PID, (id_t)info.si_pid, &info, WEXITED | WNOHANG);
        info.si_pid = 0;
    }
    errno = error;
}

void orphans_reap(void)
{
    struct sigaction action = {.sa_handler = reap, .sa_flags = SA_RESTART};
    sigaction(SIGCHLD, &action, NULL);
    reap(SIGCHLD);
}

void orphans_keep(pid_t child)
{
    for (int i = 0; i < KEPT_MAX; i++)
        if (kept[i] == 0) {
            kept[i] = child;
            return;
        }
}

void orphans_release(pid_t child)
{
    for (int i = 0; i < KEPT_MAX; i++)
        if (kept[i] == child)
            kept[i] = 0;
    reap(SIGCHLD);
}

/* Killing what a case leaves behind. */
#include "agent/descendants.h"

#include <errno.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

#include "agent/lines.h"

enum { ROUNDS_MAX = 100000 }; /* each round reaps at least one process */

/*
 * proc_pid_children(5): the pids as the procfs mount sees them. Those are our own only while we are in its
 * PID namespace; the first process of another one kills all of it at once instead.
 */
static void kill_children(void)
{
    if (getpid() == 1) {
        kill(-1, SIGKILL);
        return;
    }
    static struct lines lines;
    if (!lines_open(&lines, "/proc/thread-self/children"))
        return;
    char *line;
    while ((line = lines_next(&lines))) {
        char *end;
        for (long pid; (pid = strtol(line, &end, 10)) > 0; line = end)
            kill((pid_t)pid, SIGKILL);
    }
    lines_close(&lines);
}

void descendants_end(void)
{
    for (int round = 0; round < ROUNDS_MAX; round++) {
        kill_children();
        if (waitpid(-1, NULL, 0) < 0 && errno != EINTR)
            return;
    }
}

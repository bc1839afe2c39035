#include "tests/moment.h"

#include <check.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>

#include "tests/surroundings.h"
#include "tests/tool.h"

enum {
    SEED = 20240817,
    POLLS_MAX = 1000, /* about as many as the tool takes to begin */
};

void moment_seed(unsigned turn)
{
    const char *seed = getenv("IPCDRILL_SEED");

    srandom((unsigned)(seed ? atoi(seed) : SEED) + turn);
}

/* How often the tool has been switched to: its progress, whatever else the machine does. */
static long switches_of(pid_t tool)
{
    char path[64];
    long sum = 0;

    snprintf(path, sizeof(path), "/proc/%d/status", tool);
    char *status = read_whole(path);

    for (const char *line = status; (line = strstr(line, "voluntary_ctxt_switches:")); line++)
        sum += strtol(line + strlen("voluntary_ctxt_switches:"), NULL, 10);
    free(status);
    return sum;
}

long moment_last(pid_t tool)
{
    long switches = 0;
    int status;

    for (long now; !tool_has_ended(tool); switches = now > switches ? now : switches) {
        now = switches_of(tool);
        sched_yield();
    }
    ck_assert_int_eq(waitpid(tool, &status, 0), tool);
    ck_assert_msg(WIFEXITED(status) && WEXITSTATUS(status) == 0, "the run without a signal ends with %#x",
                  status);
    return switches;
}

struct moment moment_draw(long last)
{
    long switches = random() % (last + 1);

    return (struct moment){switches, (int)(random() % POLLS_MAX)};
}

void moment_await(pid_t tool, struct moment moment)
{
    while (!tool_has_ended(tool) && switches_of(tool) < moment.switches)
        sched_yield();
    for (int i = 0; i < moment.polls && !tool_has_ended(tool); i++)
        continue;
}

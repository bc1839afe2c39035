#include "supervisor/overcommit.h"

#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "conductor/process.h"

enum {
    LEFTOVERS_LIMIT_MS = 2000,
    PROMISED_BY_CASES_KB = 1 << 30, /* 1 TiB, at the least */
};

/* The number behind the name at the beginning of a line; -1: not told. */
static long long read_number(const char *path, const char *name)
{
    FILE *file = fopen(path, "re");
    char line[4096];
    long long number = -1;

    while (file && number < 0 && fgets(line, sizeof(line), file))
        if (strncmp(line, name, strlen(name)) == 0)
            number = strtoll(line + strlen(name), NULL, 10);
    if (file)
        fclose(file);
    return number;
}

bool overcommit_leaves_room(void)
{
    int64_t deadline_ms = monotonic_ms() + LEFTOVERS_LIMIT_MS;
    long long limit = read_number("/proc/meminfo", "CommitLimit:"), promised;

    while ((promised = read_number("/proc/meminfo", "Committed_AS:")) > PROMISED_BY_CASES_KB &&
           monotonic_ms() < deadline_ms)
        sched_yield();
    return promised <= limit - limit / 4;
}

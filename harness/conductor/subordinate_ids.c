#include "conductor/subordinate_ids.h"

#include <errno.h>
#include <fcntl.h>
#include <pwd.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

extern char **environ;

enum { LINE_BYTES_MAX = 512 };

struct range {
    unsigned long start, count;
};

/* The first range of "NAME:START:COUNT" or "UID:START:COUNT" that is this user's. */
static bool find_range(const char *path, struct range *range)
{
    const struct passwd *user = getpwuid(geteuid());
    FILE *file = fopen(path, "re");
    char line[LINE_BYTES_MAX], number[32];
    bool found = false;

    snprintf(number, sizeof(number), "%u", (unsigned)geteuid());
    while (file && !found && fgets(line, sizeof(line), file)) {
        char *start = strchr(line, ':');

        if (!start)
            continue;
        *start++ = '\0';
        found = (strcmp(line, number) == 0 || (user && strcmp(line, user->pw_name) == 0)) &&
                sscanf(start, "%lu:%lu", &range->start, &range->count) == 2;
    }
    if (file)
        fclose(file);
    return found;
}

/* Runs PROGRAM PROCESS 0 OWN 1 1 START COUNT without a word. True when it ends with 0. */
static bool run_mapper(const char *program, pid_t process, unsigned own, const struct range *range)
{
    char numbers[4][32];
    posix_spawn_file_actions_t quiet;
    pid_t mapper;
    int status = -1;

    snprintf(numbers[0], sizeof(numbers[0]), "%d", (int)process);
    snprintf(numbers[1], sizeof(numbers[1]), "%u", own);
    snprintf(numbers[2], sizeof(numbers[2]), "%lu", range->start);
    snprintf(numbers[3], sizeof(numbers[3]), "%lu", range->count);
    const char *words[] = {program, numbers[0], "0", numbers[1], "1", "1", numbers[2], numbers[3], NULL};

    posix_spawn_file_actions_init(&quiet);
    for (int descriptor = 0; descriptor <= STDERR_FILENO; descriptor++)
        posix_spawn_file_actions_addopen(&quiet, descriptor, "/dev/null", O_RDWR, 0);
    bool spawned = posix_spawnp(&mapper, program, &quiet, NULL, (char *const *)(void *)words, environ) == 0;

    posix_spawn_file_actions_destroy(&quiet);
    while (spawned && waitpid(mapper, &status, 0) < 0 && errno == EINTR)
        ;
    return spawned && status == 0;
}

/* Groups first: without them the users alone would be of no use, and what is mapped stays mapped. */
bool subordinate_ids_map(pid_t process)
{
    struct range users, groups;

    return find_range("/etc/subuid", &users) && find_range("/etc/subgid", &groups) &&
           run_mapper("newgidmap", process, getegid(), &groups) &&
           run_mapper("newuidmap", process, geteuid(), &users);
}

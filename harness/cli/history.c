#include "cli/history.h"

#include <errno.h>
#include <glob.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "cli/new_file.h"

const char *const *history_list(const char *folder, size_t *count, struct arena *arena)
{
    glob_t found = {0};
    const char **paths = NULL;

    *count = 0;
    if (glob(arena_print(arena, "%s/history/*.jsonl", folder), 0, NULL, &found) == 0) {
        paths = arena_take(arena, found.gl_pathc * sizeof(*paths));
        for (; *count < found.gl_pathc; ++*count)
            paths[*count] = arena_copy(arena, found.gl_pathv[*count], strlen(found.gl_pathv[*count]));
    }
    globfree(&found);
    return paths;
}

static bool forget_oldest(const char *folder, size_t most, struct arena *arena)
{
    size_t count;
    const char *const *paths = history_list(folder, &count, arena);

    for (size_t i = 0; i + most < count; i++)
        if (unlink(paths[i]) != 0)
            return false;
    return true;
}

bool history_keep(const char *folder, size_t most, struct arena *arena)
{
    const char *results = arena_print(arena, "%s/results.jsonl", folder);
    struct stat status;
    struct tm utc;
    char seconds[32];

    if (stat(results, &status) != 0)
        return errno == ENOENT;
    if (!gmtime_r(&status.st_mtim.tv_sec, &utc) ||
        !folders_make(arena_print(arena, "%s/history", folder), arena))
        return false;
    strftime(seconds, sizeof(seconds), "%Y-%m-%dT%H-%M-%S", &utc);
    const char *kept =
        arena_print(arena, "%s/history/%s.%03ldZ.jsonl", folder, seconds, status.st_mtim.tv_nsec / 1000000);

    return rename(results, kept) == 0 && forget_oldest(folder, most, arena);
}

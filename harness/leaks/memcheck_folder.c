#include "leaks/memcheck.h"

#include <dirent.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

const char *memcheck_folder_make(struct arena *arena, const char **problem)
{
    const char *where = getenv("TMPDIR");
    char *folder = arena_print(arena, "%s/ipcdrill-memcheck.XXXXXX", where && *where ? where : "/tmp");

    if (!mkdtemp(folder) || chmod(folder, 0777) != 0) {
        *problem = arena_print(arena, "%s: %s", folder, strerror(errno));
        return NULL;
    }
    return folder;
}

/* One file for each process. That of one that was killed ends in its middle. */
struct memcheck_error *memcheck_folder_read(const char *folder, struct arena *arena, const char **unseen)
{
    const char *problem = "valgrind has written nothing";
    struct memcheck_error *first = NULL, **last = &first;
    DIR *directory = opendir(folder);
    size_t count = 0;

    for (struct dirent *entry; directory && (entry = readdir(directory));) {
        const char *path = arena_print(arena, "%s/%s", folder, entry->d_name), *cut_off;

        if (entry->d_name[0] == '.')
            continue;
        *last = memcheck_read(path, arena, &cut_off);
        while (*last)
            last = &(*last)->next;
        unlink(path);
        problem = count++ && problem ? problem : cut_off;
    }
    if (directory)
        closedir(directory);
    if (problem && unseen && !*unseen)
        *unseen = problem;
    return first;
}

void memcheck_folder_remove(const char *folder)
{
    struct arena arena = {0};
    DIR *directory = opendir(folder);

    for (struct dirent *entry; directory && (entry = readdir(directory));)
        if (entry->d_name[0] != '.')
            unlink(arena_print(&arena, "%s/%s", folder, entry->d_name));
    if (directory)
        closedir(directory);
    rmdir(folder);
    arena_free(&arena);
}

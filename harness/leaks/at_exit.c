#include "leaks/at_exit.h"

#include <dirent.h>
#include <errno.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "conductor/process.h"

struct leak *leak_add(struct leak **leaks, enum leak_kind kind, const char *sentence, struct arena *arena)
{
    struct leak *leak = arena_take(arena, sizeof(*leak));

    *leak = (struct leak){.kind = kind, .sentence = sentence};
    while (*leaks)
        leaks = &(*leaks)->next;
    return *leaks = leak;
}

static const char *cannot_read(const char *path, struct arena *arena)
{
    return arena_print(arena, "%s: %s", path, strerror(errno));
}

static bool is_script(const char *file, const char *const *words)
{
    char real[PATH_MAX];

    for (; *words; words++)
        if (realpath(*words, real) && strcmp(real, file) == 0)
            return true;
    return false;
}

static const char *look_at_descriptors(pid_t process, const char *const *words, struct arena *arena,
                                       struct leak **leaks)
{
    const char *folder = arena_print(arena, "/proc/%d/fd", (int)process);
    DIR *directory = opendir(folder);

    if (!directory)
        return cannot_read(folder, arena);
    for (struct dirent *entry; (entry = readdir(directory));) {
        char file[PATH_MAX] = "";
        const char *link = arena_print(arena, "%s/%s", folder, entry->d_name);
        ssize_t length = readlink(link, file, sizeof(file) - 1);

        if (length < 0 || atoi(entry->d_name) <= STDERR_FILENO || is_script(file, words))
            continue;
        leak_add(leaks, LEAK_DESCRIPTOR,
                 arena_print(arena, "descriptor %s (%s) is open at the end", entry->d_name, file), arena);
    }
    closedir(directory);
    return NULL;
}

/* A line of maps: "7f..-7f.. rw-s 00000000 00:01 3   /SYSV000004d2 (deleted)": the inode is the identifier. */
static const char *look_at_attaches(pid_t process, struct arena *arena, struct leak **leaks)
{
    const char *path = arena_print(arena, "/proc/%d/maps", (int)process);
    FILE *maps = fopen(path, "re");
    char *line = NULL;
    size_t room = 0;

    if (!maps)
        return cannot_read(path, arena);
    while (getline(&line, &room, maps) >= 0) {
        unsigned key;
        int id;
        const char *name = strstr(line, "/SYSV");

        if (name && sscanf(name, "/SYSV%8x", &key) == 1 && sscanf(line, "%*s %*s %*s %*s %d", &id) == 1)
            leak_add(leaks, LEAK_ATTACH,
                     arena_print(arena, "segment %d (key %#x) is attached at the end", id, key), arena);
    }
    free(line);
    fclose(maps);
    return NULL;
}

static void add_child(pid_t child, struct arena *arena, struct leak **leaks)
{
    char name[17];
    bool has_ended = process_state(child).state == 'Z';

    process_name(child, name);
    leak_add(leaks, has_ended ? LEAK_CHILD_ZOMBIE : LEAK_CHILD_RUNNING,
             arena_print(arena,
                         has_ended ? "child %s has ended and was not waited for" : "child %s still runs",
                         name),
             arena)
        ->process = child;
}

static const char *look_at_children(pid_t process, struct arena *arena, struct leak **leaks)
{
    const char *folder = arena_print(arena, "/proc/%d/task", (int)process);
    DIR *directory = opendir(folder);

    if (!directory)
        return cannot_read(folder, arena);
    for (struct dirent *entry; (entry = readdir(directory));) {
        FILE *children = fopen(arena_print(arena, "%s/%s/children", folder, entry->d_name), "re");
        int child;

        while (children && fscanf(children, "%d", &child) == 1)
            add_child(child, arena, leaks);
        if (children)
            fclose(children);
    }
    closedir(directory);
    return NULL;
}

const char *at_exit_look(pid_t process, const char *const *words, struct arena *arena, struct leak **leaks)
{
    const char *unseen = look_at_children(process, arena, leaks);

    if (!unseen)
        unseen = look_at_attaches(process, arena, leaks);
    return unseen ? unseen : look_at_descriptors(process, words, arena, leaks);
}

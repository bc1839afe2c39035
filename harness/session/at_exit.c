
#include <dirent.h>
#include <errno.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "conductor/process.h"
#include "session/run.h"

static void add(struct program_outcome *outcome, enum unreleased_kind kind, pid_t process,
                const char *sentence, struct arena *arena)
{
    struct unreleased **last = &outcome->unreleased;

    while (*last)
        last = &(*last)->next;
    *last = arena_take(arena, sizeof(**last));
    **last = (struct unreleased){.kind = kind, .sentence = sentence, .process = process};
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
                                       struct program_outcome *outcome)
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
        add(outcome, UNRELEASED_DESCRIPTOR, 0,
            arena_print(arena, "descriptor %s (%s) is open at the end", entry->d_name, file), arena);
    }
    closedir(directory);
    return NULL;
}

/* A line of maps: "7f..-7f.. rw-s 00000000 00:01 3   /SYSV000004d2 (deleted)": the inode is the identifier. */
static const char *look_at_attaches(pid_t process, struct arena *arena, struct program_outcome *outcome)
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
            add(outcome, UNRELEASED_ATTACH, 0,
                arena_print(arena, "segment %d (key %#x) is attached at the end", id, key), arena);
    }
    free(line);
    fclose(maps);
    return NULL;
}

static void add_child(pid_t child, struct arena *arena, struct program_outcome *outcome)
{
    char name[17];
    bool has_ended = process_state(child).state == 'Z';

    process_name(child, name);
    add(outcome, has_ended ? UNRELEASED_CHILD_ZOMBIE : UNRELEASED_CHILD_RUNNING, child,
        arena_print(arena, has_ended ? "child %s has ended and was not waited for" : "child %s still runs",
                    name),
        arena);
}

static const char *look_at_children(pid_t process, struct arena *arena, struct program_outcome *outcome)
{
    const char *folder = arena_print(arena, "/proc/%d/task", (int)process);
    DIR *directory = opendir(folder);

    if (!directory)
        return cannot_read(folder, arena);
    for (struct dirent *entry; (entry = readdir(directory));) {
        FILE *children = fopen(arena_print(arena, "%s/%s/children", folder, entry->d_name), "re");
        int child;

        while (children && fscanf(children, "%d", &child) == 1)
            add_child(child, arena, outcome);
        if (children)
            fclose(children);
    }
    closedir(directory);
    return NULL;
}

void at_exit_look(struct session *session, const struct traced_call *call)
{
    struct running *running = &session->programs[call->program];
    struct program_outcome *outcome = running->outcome;
    struct arena *arena = session->arena;

    if (strcmp(call->call.name, "exit_group") != 0 || call->process != running->host_pid)
        return;
    outcome->exits = true;
    outcome->unseen = look_at_children(call->process, arena, outcome);
    if (!outcome->unseen)
        outcome->unseen = look_at_attaches(call->process, arena, outcome);
    if (!outcome->unseen)
        outcome->unseen = look_at_descriptors(call->process, running->program->words, arena, outcome);
}

#include "conductor/memory_cgroup.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "conductor/process.h"

enum {
    LINE_BYTES_MAX = 4096,
    REMOVE_LIMIT_MS = 5000, /* for killed processes to leave it: far more than it takes */
};

/* Where a hierarchy with the memory controller is mounted. */
struct hierarchy {
    int version;       /* 0: none */
    const char *root;  /* what of it is seen there: "/", or the cgroup of a container */
    const char *mount; /* "/sys/fs/cgroup/memory" */
};

static bool write_text(const char *folder, const char *file, const char *text)
{
    char path[LINE_BYTES_MAX];

    snprintf(path, sizeof(path), "%s/%s", folder, file);
    int descriptor = open(path, O_WRONLY | O_CLOEXEC);
    bool written = descriptor >= 0 && write(descriptor, text, strlen(text)) == (ssize_t)strlen(text);
    int error = errno;

    if (descriptor >= 0)
        close(descriptor);
    errno = error;
    return written;
}

static bool exists(const char *folder, const char *file)
{
    char path[LINE_BYTES_MAX];

    snprintf(path, sizeof(path), "%s/%s", folder, file);
    return access(path, F_OK) == 0;
}

/* Whether `word` is one of the words of `list`. */
static bool has_word(const char *list, const char *word, const char *separators)
{
    size_t length = strlen(word);

    for (list += strspn(list, separators); *list; list += strspn(list, separators)) {
        size_t here = strcspn(list, separators);

        if (here == length && strncmp(list, word, length) == 0)
            return true;
        list += here;
    }
    return false;
}

/*
 * A line of /proc/self/mountinfo, proc(5):
 * ID PARENT DEVICE ROOT MOUNT OPTIONS [FIELDS] - TYPE SOURCE OPTIONS-OF-THE-FILE-SYSTEM.
 */
static struct hierarchy read_mount(const char *line, struct arena *arena)
{
    char root[LINE_BYTES_MAX], mount[LINE_BYTES_MAX], type[32], options[LINE_BYTES_MAX];
    const char *behind = strstr(line, " - ");
    struct hierarchy found = {0};

    if (!behind || sscanf(line, "%*s %*s %*s %4095s %4095s", root, mount) != 2 ||
        sscanf(behind, " - %31s %*s %4095s", type, options) != 2)
        return found;
    if (strcmp(type, "cgroup2") == 0)
        found.version = 2;
    else if (strcmp(type, "cgroup") == 0 && has_word(options, "memory", ","))
        found.version = 1;
    found.root = arena_print(arena, "%s", root);
    found.mount = arena_print(arena, "%s", mount);
    return found;
}

/* The hierarchy that has the memory controller; version 2 has it only when no version 1 has taken it. */
static struct hierarchy find_hierarchy(struct arena *arena)
{
    FILE *mounts = fopen("/proc/self/mountinfo", "re");
    struct hierarchy best = {0};
    char line[2 * LINE_BYTES_MAX];

    while (mounts && best.version != 1 && fgets(line, sizeof(line), mounts)) {
        struct hierarchy found = read_mount(line, arena);

        if (found.version == 1 || (found.version == 2 && !best.version))
            best = found;
    }
    if (mounts)
        fclose(mounts);
    return best;
}

/* The path of this process in it, from /proc/self/cgroup: "4:memory:/a/b", "0::/a/b". */
static const char *own_path(int version, struct arena *arena)
{
    FILE *cgroups = fopen("/proc/self/cgroup", "re");
    char line[LINE_BYTES_MAX];
    const char *path = NULL;

    while (cgroups && !path && fgets(line, sizeof(line), cgroups)) {
        char *controllers = strchr(line, ':'), *place = controllers ? strchr(controllers + 1, ':') : NULL;

        if (!place)
            continue;
        *place++ = '\0';
        place[strcspn(place, "\n")] = '\0';
        if (version == 1 ? has_word(controllers + 1, "memory", ",") : controllers[1] == '\0')
            path = arena_print(arena, "%s", place);
    }
    if (cgroups)
        fclose(cgroups);
    return path;
}

/* Version 2: whether cgroups made here have the memory controller. */
static bool gives_memory(const char *cgroup)
{
    char path[LINE_BYTES_MAX], controllers[LINE_BYTES_MAX] = "";

    snprintf(path, sizeof(path), "%s/cgroup.subtree_control", cgroup);
    FILE *file = fopen(path, "re");
    bool gives =
        file && fgets(controllers, sizeof(controllers), file) && has_word(controllers, "memory", " \n");

    if (file)
        fclose(file);
    return gives;
}

const char *memory_cgroup_parent(const char **why, struct arena *arena)
{
    struct hierarchy hierarchy = find_hierarchy(arena);
    const char *own = hierarchy.version ? own_path(hierarchy.version, arena) : NULL;

    *why = "no cgroup file system with the memory controller is mounted";
    if (!own)
        return NULL;
    size_t length = strlen(hierarchy.root);

    if (length > 1 && strncmp(own, hierarchy.root, length) == 0)
        own += length;
    char *cgroup = arena_print(arena, "%s%s", hierarchy.mount, strcmp(own, "/") == 0 ? "" : own);

    if (hierarchy.version == 1)
        return cgroup;
    /* The nearest one above that hands the controller on: processes and such cgroups do not mix. */
    while (!gives_memory(cgroup) && strlen(cgroup) > strlen(hierarchy.mount))
        *strrchr(cgroup, '/') = '\0';
    *why = "no cgroup above this one hands the memory controller on";
    return gives_memory(cgroup) ? cgroup : NULL;
}

/* Version 2 cannot switch the OOM killer off; it leaves a process alone that has this score. See proc(5). */
static bool shield(pid_t process)
{
    char folder[32];

    snprintf(folder, sizeof(folder), "/proc/%d", (int)process);
    return write_text(folder, "oom_score_adj", "-1000");
}

static const char *set_limit(const char *path, unsigned long long bytes, enum memory_excess excess,
                             struct arena *arena)
{
    const char *number = arena_print(arena, "%llu", bytes);
    bool first = exists(path, "memory.limit_in_bytes");
    const char *file = first ? "memory.limit_in_bytes" : "memory.max";

    if (!write_text(path, file, number))
        return arena_print(arena, "%s: %s", file, strerror(errno));
    /* Where swap is counted it must not add to the limit. */
    if (first ? exists(path, "memory.memsw.limit_in_bytes") &&
                    !write_text(path, "memory.memsw.limit_in_bytes", number)
              : exists(path, "memory.swap.max") && !write_text(path, "memory.swap.max", "0"))
        return arena_print(arena, "the limit of swap: %s", strerror(errno));
    if (first && excess == MEMORY_EXCESS_FAILS && !write_text(path, "memory.oom_control", "1"))
        return arena_print(arena, "memory.oom_control: %s", strerror(errno));
    return NULL;
}

const char *memory_cgroup_make(const char *folder, const char *name, unsigned long long bytes,
                               enum memory_excess excess, const char **problem, struct arena *arena)
{
    const char *path = arena_print(arena, "%s/%s", folder, name);

    if (exists(folder, "cgroup.subtree_control"))
        write_text(folder, "cgroup.subtree_control", "+memory"); /* refused: the limit below says so */
    if (mkdir(path, 0755) < 0) {
        *problem = arena_print(arena, "%s: %s", path, strerror(errno));
        return NULL;
    }
    *problem = set_limit(path, bytes, excess, arena);
    if (!*problem)
        return path;
    memory_cgroup_remove(path);
    return NULL;
}

const char *memory_cgroup_enter(const char *path, pid_t process, enum memory_excess excess,
                                struct arena *arena)
{
    if (excess == MEMORY_EXCESS_FAILS && !exists(path, "memory.oom_control") && !shield(process))
        return arena_print(arena, "oom_score_adj: %s", strerror(errno));
    if (!write_text(path, "cgroup.procs", arena_print(arena, "%d", (int)process)))
        return arena_print(arena, "cgroup.procs: %s", strerror(errno));
    return NULL;
}

static void kill_processes(const char *cgroup)
{
    char path[LINE_BYTES_MAX];
    int process;

    snprintf(path, sizeof(path), "%s/cgroup.procs", cgroup);
    FILE *processes = fopen(path, "re");

    while (processes && fscanf(processes, "%d", &process) == 1)
        if (process > 0)
            kill(process, SIGKILL);
    if (processes)
        fclose(processes);
}

static bool is_gone(const char *cgroup)
{
    return rmdir(cgroup) == 0 || errno == ENOENT;
}

/* Kills who is in it and in those below, and removes what is empty. */
static void clear(const char *cgroup)
{
    DIR *folder = opendir(cgroup);
    struct dirent *entry;

    kill_processes(cgroup);
    while (folder && (entry = readdir(folder))) {
        char below[LINE_BYTES_MAX];

        if (entry->d_type != DT_DIR || *entry->d_name == '.' ||
            snprintf(below, sizeof(below), "%s/%s", cgroup, entry->d_name) >= (int)sizeof(below))
            continue;
        kill_processes(below);
        is_gone(below);
    }
    if (folder)
        closedir(folder);
}

/*
 * Killed processes leave when they are gone, and one that is about to die may still make a cgroup below: looks again until
 * nothing is there.
 */
bool memory_cgroup_remove(const char *path)
{
    int64_t deadline_ns = monotonic_ns() + REMOVE_LIMIT_MS * INT64_C(1000000);

    while (!is_gone(path)) {
        if (errno != EBUSY || monotonic_ns() > deadline_ns)
            return false;
        clear(path);
        sched_yield();
    }
    return true;
}

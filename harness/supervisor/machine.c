#include "supervisor/machine.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "conductor/memory_cgroup.h"
#include "conductor/process.h"
#include "supervisor/guarded.h"
#include "supervisor/hugepages.h"
#include "supervisor/overcommit.h"
#include "vocabulary/settings.h"

enum {
    LOCK_LIMIT_MS = 30 * 1000, /* for other runs to end */
    LOOK_AGAIN_MS = 10,        /* at the lock, which has no descriptor to wait on */
};

/* Each kernel has its part of a folder: another may share the file system, and one that was booted again owes nothing. */
static const char *part_of_this_kernel(struct arena *arena)
{
    FILE *file = fopen("/proc/sys/kernel/random/boot_id", "re");
    char boot[64] = "";

    if (file && !fgets(boot, sizeof(boot), file))
        *boot = '\0';
    if (file)
        fclose(file);
    boot[strcspn(boot, "\n")] = '\0';
    return arena_copy(arena, boot, strlen(boot));
}

/* /run/ipcdrill, and for an ordinary user, who has cgroups to make at most, a folder of its own. */
static const char *records_folder(const char *part, struct arena *arena)
{
    const char *runtime = geteuid() == 0 ? "/run" : getenv("XDG_RUNTIME_DIR");

    if (!runtime || *runtime != '/')
        return NULL;
    const char *folder = arena_print(arena, "%s/ipcdrill", runtime);
    const char *records = arena_print(arena, "%s/%s", folder, part);

    mkdir(folder, 0755);
    mkdir(records, 0755);
    return access(records, W_OK) == 0 ? records : NULL;
}

/* Only root sets anything: its lock is everybody's. Where root has made none yet, a user has its own. */
static int open_lock(const char *part, const char *records, struct arena *arena)
{
    int lock = open(arena_print(arena, "/run/ipcdrill/%s/lock", part), O_RDONLY | O_CLOEXEC);

    if (lock < 0 && records)
        lock = open(arena_print(arena, "%s/lock", records), O_RDONLY | O_CREAT | O_CLOEXEC, 0644);
    return lock;
}

static bool is_root_of_the_machine(void)
{
    unsigned inside = 1, outside = 1;
    unsigned long count = 0;
    FILE *map = fopen("/proc/self/uid_map", "re");
    bool all = map && fscanf(map, "%u %u %lu", &inside, &outside, &count) == 3 && inside == 0 &&
               outside == 0 && count == 0xffffffff;

    if (map)
        fclose(map);
    return all && geteuid() == 0;
}

/* The lock, as `operation` of flock(2) wants it. Returns NULL, or why it cannot be had. */
static const char *take_lock(const struct machine *machine, int operation)
{
    struct pollfd interrupt = {.fd = machine->interrupt, .events = POLLIN};
    int64_t deadline_ms = monotonic_ms() + LOCK_LIMIT_MS;

    if (flock(machine->lock, operation | LOCK_NB) == 0)
        return NULL;
    if (machine->waits)
        machine->waits(machine->context);
    while (flock(machine->lock, operation | LOCK_NB) < 0) {
        if (poll(&interrupt, 1, LOOK_AGAIN_MS) > 0)
            return "interrupted";
        if (monotonic_ms() > deadline_ms)
            return "another ipcdrill does not leave the machine to this one";
    }
    return NULL;
}

void machine_enter(struct machine *machine, bool refused)
{
    *machine = (struct machine){.refused = refused, .interrupt = -1, .lock = -1, .guardian = {.socket = -1}};
    const char *part = part_of_this_kernel(&machine->arena);

    machine->records = records_folder(part, &machine->arena);
    machine->lock = open_lock(part, machine->records, &machine->arena);
    if (machine->lock < 0)
        return;
    if (machine->records && flock(machine->lock, LOCK_EX | LOCK_NB) == 0)
        guardian_recover(machine->records);
    take_lock(machine, LOCK_SH);
}

static const char *need_guardian(struct machine *machine)
{
    if (machine->guardian.pid > 0)
        return NULL;
    if (!machine->records)
        return "there is no /run or XDG_RUNTIME_DIR to keep a record in";
    return guardian_start(&machine->guardian, machine->records, machine->lock, &machine->arena);
}

const char *machine_make_cgroups(struct machine *machine, const char **why)
{
    const char *parent = memory_cgroup_parent(why, &machine->arena), *folder = NULL;

    if (!parent)
        return NULL;
    *why = need_guardian(machine);
    if (!*why)
        *why = guardian_make_cgroup(&machine->guardian, parent, &folder, &machine->arena);
    return folder;
}

const char *machine_refuses(const struct machine *machine)
{
    if (machine->refused)
        return "--no-settings";
    if (!is_root_of_the_machine())
        return "only root outside of all user namespaces may";
    return machine->lock < 0 ? "no record can be kept in /run/ipcdrill" : NULL;
}

/*
 * From now on no other run sets anything, nor relies on what is set: the machine that an ordinary instance finds is as
 * its owner has it. To ask lets go of what this run has of the lock, so two that ask do not wait for each other.
 */
static const char *be_alone(struct machine *machine)
{
    if (machine->alone || machine->never_alone || machine->lock < 0)
        return machine->never_alone;
    const char *problem = take_lock(machine, LOCK_EX);

    machine->alone = !problem;
    machine->never_alone = problem;
    if (problem)
        take_lock(machine, LOCK_SH);
    else if (machine->records)
        guardian_recover(machine->records);
    return problem;
}

static const char *set_number(struct machine *machine, const char *path, long long value, long long old,
                              struct arena *arena)
{
    const char *problem = need_guardian(machine);

    return problem ? problem : guardian_set(&machine->guardian, path, value, old, arena);
}

static const char *set_hugepages(struct machine *machine, const struct setting *setting, struct arena *arena)
{
    struct hugepages pages;

    if (!hugepages_read(setting->path, &pages))
        return arena_print(arena, "the kernel has no huge pages of this size: %s", strerror(errno));
    if (pages.available >= setting->value)
        return NULL;
    const char *path = arena_print(arena, "%s/nr_hugepages", setting->path);
    long long old = pages.total - pages.surplus;
    const char *problem = set_number(
        machine, path, old + setting->value - (pages.available > 0 ? pages.available : 0), old, arena);

    if (problem || hugepages_await(setting->path, setting->value, &pages))
        return problem;
    return arena_print(arena, "the kernel found memory for %lld of the pages", pages.available);
}

static const char *set_sysctl(struct machine *machine, const struct setting *setting, struct arena *arena)
{
    long long old, now;

    if (!guarded_read(setting->path, &old))
        return arena_print(arena, "%s: %s", setting->path, strerror(errno));
    if (old == setting->value)
        return NULL;
    if (strcmp(setting->description->name, "sysctl vm.overcommit_memory") == 0 &&
        setting->value == OVERCOMMIT_NEVER && !overcommit_leaves_room())
        return "other programs have been promised too much of the memory to get through it";
    const char *problem = set_number(machine, setting->path, setting->value, old, arena);

    if (problem || (guarded_read(setting->path, &now) && now == setting->value))
        return problem;
    return arena_print(arena, "it did not take: %s", setting->path);
}

static bool is_so(const struct setting *setting)
{
    struct hugepages pages;
    long long now;

    if (setting->is_hugepages)
        return hugepages_read(setting->path, &pages) && pages.available >= setting->value;
    return guarded_read(setting->path, &now) && now == setting->value;
}

/*
 * A number that is so already stays so while the lock is shared, and where nothing may be set nobody need be waited for.
 * Huge pages that are there may be taken by another run.
 */
static const char *prepare(struct machine *machine, const struct setting *setting)
{
    bool so = is_so(setting);
    const char *refused = so ? NULL : machine_refuses(machine);

    if (refused || (so && !setting->is_hugepages))
        return refused;
    return be_alone(machine);
}

static const char *make_settings(struct machine *machine, const struct word *settings, struct arena *arena)
{
    for (; settings; settings = settings->next) {
        struct setting setting;
        const char *problem = "no such setting";

        if (setting_read(settings->text, &setting))
            problem = prepare(machine, &setting);
        if (!problem)
            problem = setting.is_hugepages ? set_hugepages(machine, &setting, arena)
                                           : set_sysctl(machine, &setting, arena);
        if (problem) {
            machine_put_back(machine, arena);
            return arena_print(arena, "sets %s: %s", settings->text, problem);
        }
    }
    return NULL;
}

const char *machine_set(struct machine *machine, const struct selected_instance *instance,
                        enum profile profile, struct arena *arena)
{
    struct diagnostics diagnostics = {0};

    if (!instance->alone || (instance->drill_case->linux_only && profile == PROFILE_POSIX))
        return NULL;
    const struct drill_case *expanded =
        notation_expand(instance->file, instance->drill_case, instance->index, arena, &diagnostics);

    diagnostics_free(&diagnostics);
    return expanded ? make_settings(machine, expanded->settings, arena) : NULL;
}

const char *machine_put_back(struct machine *machine, struct arena *arena)
{
    if (machine->guardian.pid <= 0 || !machine->alone)
        return NULL;
    const char *problem = guardian_put_back(&machine->guardian, arena);

    if (problem) {
        guardian_end(&machine->guardian);
        guardian_recover(machine->records); /* in its stead */
    }
    return problem;
}

void machine_leave(struct machine *machine)
{
    guardian_end(&machine->guardian);
    if (machine->lock >= 0)
        close(machine->lock);
    arena_free(&machine->arena);
    *machine = (struct machine){.lock = -1, .interrupt = -1, .guardian = {.socket = -1}};
}

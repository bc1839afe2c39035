/*
 * Memory cgroups, version 1 or 2, for actors with a limit (`actor eater memory=8<<20`). Each is made in a folder of
 * the run's, which someone else makes and removes (conductor_options.memory_cgroups), and removed at the end of its
 * instance. See cgroups(7); Documentation/admin-guide/cgroup-v1/memory.rst and cgroup-v2.rst.
 *
 * Problems that are returned are in the arena given.
 */
#ifndef IPCDRILL_MEMORY_CGROUP_H
#define IPCDRILL_MEMORY_CGROUP_H

#include <stdbool.h>
#include <sys/types.h>

#include "notation/arena.h"

/*
 * The cgroup below which this process may make cgroups with a memory limit. Returns NULL with `why` when there is none.
 */
const char *memory_cgroup_parent(const char **why, struct arena *arena);

/* What becomes of a process that is over the limit. */
enum memory_excess { MEMORY_EXCESS_KILLS, MEMORY_EXCESS_FAILS };

/*
 * Makes the cgroup `folder`/`name` with a limit of `bytes`, to which swap does not add. Returns its path, or NULL with
 * `problem`: nothing is then left.
 */
const char *memory_cgroup_make(const char *folder, const char *name, unsigned long long bytes,
                               enum memory_excess excess, const char **problem, struct arena *arena);

/* Has the process enter it; what it has used before counts elsewhere. Returns NULL, or the problem. */
const char *memory_cgroup_enter(const char *path, pid_t process, enum memory_excess excess,
                                struct arena *arena);

/* Kills all processes in the cgroup `path` and in those below it, and removes them all. False: it stays. */
bool memory_cgroup_remove(const char *path);

#endif

/*
 * The guardian: a process that changes what belongs to the whole machine, and puts it back when the tool says so or
 * is gone, whatever ended it. It lives in a session of its own, so that neither the terminal nor a signal to the
 * tool's group reaches it, and ends with the tool. Nobody else writes a machine's setting: from the first write on
 * there is someone who undoes it.
 *
 * What it has changed stands in a folder on record before it is changed, for the case that the guardian itself is
 * killed (with its PID namespace, say): guardian_recover then undoes it. The settings are one file, which belongs to
 * whoever holds the machine's lock (machine.h); each folder of cgroups has a file of its own, locked as long as its
 * guardian lives.
 *
 * Problems that are returned are in the arena given.
 */
#ifndef IPCDRILL_GUARDIAN_H
#define IPCDRILL_GUARDIAN_H

#include <stdbool.h>
#include <sys/types.h>

#include "notation/arena.h"

struct guardian {
    pid_t pid; /* 0: none */
    int socket;
};

/*
 * Starts it; `records` is the folder for what it changes, which exists. `lock` (or -1) is the descriptor of the machine's
 * lock: the guardian keeps it open, so that the lock lasts until everything is undone. Returns NULL, or the problem.
 */
const char *guardian_start(struct guardian *guardian, const char *records, int lock, struct arena *arena);

/*
 * Has it write `value` to the file `path` and put `old` on record as what was there. The caller holds the machine's
 * lock. Returns NULL, or the problem: the file is then as it was.
 */
const char *guardian_set(struct guardian *guardian, const char *path, long long value, long long old,
                         struct arena *arena);

/* Has it put back what it has set, the last first. Returns NULL, or the problem: the record then stays. */
const char *guardian_put_back(struct guardian *guardian, struct arena *arena);

/*
 * Has it make a folder for cgroups below the cgroup `parent`, which it removes in the end with all cgroups in it and
 * all processes in those. Returns NULL with `*folder`, or the problem.
 */
const char *guardian_make_cgroup(struct guardian *guardian, const char *parent, const char **folder,
                                 struct arena *arena);

/* Waits until it has undone everything and ended. */
void guardian_end(struct guardian *guardian);

/* Undoes what is on record of guardians that are dead. The caller holds the machine's lock. */
void guardian_recover(const char *records);

#endif

/*
 * What a guardian has changed of the machine, and how it is undone: the work behind guardian.h, done in the guardian's
 * process, or by the next run when that is dead. Owns the descriptor of its record of cgroups.
 *
 * Problems that are returned are static, or in the struct until its next use.
 */
#ifndef IPCDRILL_GUARDED_H
#define IPCDRILL_GUARDED_H

#include <stdbool.h>

enum {
    GUARDED_PATH_MAX = 512,
    GUARDED_SETTINGS_MAX = 8, /* of one case */
};

struct guarded {
    const char *records; /* the folder for records */
    int setting_count;
    struct {
        char path[GUARDED_PATH_MAX];
        long long old;
    } settings[GUARDED_SETTINGS_MAX];
    char cgroup[GUARDED_PATH_MAX]; /* the folder made; empty: none */
    char record[GUARDED_PATH_MAX]; /* the file that tells of it */
    int lock;                      /* its descriptor, or -1 */
    char problem[GUARDED_PATH_MAX + 128];
};

/* Puts `old` on record and writes `value` to `path`. Returns NULL, or the problem: nothing is then changed. */
const char *guarded_set(struct guarded *guarded, const char *path, long long value, long long old);

/* The number in the file `path`. */
bool guarded_read(const char *path, long long *number);

/* Writes the old values back, the last first, and forgets them. Returns NULL, or the problem. */
const char *guarded_put_back(struct guarded *guarded);

/* Makes the folder of cgroups below `parent`. Returns NULL, or the problem. */
const char *guarded_make_cgroup(struct guarded *guarded, const char *parent);

/* Removes it with all that is in it. */
void guarded_remove_cgroup(struct guarded *guarded);

#endif

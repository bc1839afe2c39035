/*
 * System calls as a seccomp filter sees them, turned into calls of the notation: the kernel's several names and ways
 * of one call (semtimedop_time64, ipc(2) of 32-bit programs, semop as semtimedop) become one. Also which kernel
 * names belong to one of ours, for the filter.
 *
 * Nothing here reads the caller's memory but what ipc(2) keeps there.
 */
#ifndef IPCDRILL_INJECT_SYSTEM_CALL_H
#define IPCDRILL_INJECT_SYSTEM_CALL_H

#include <linux/seccomp.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

enum { SYSTEM_CALL_NAME_MAX = 32, SYSTEM_CALL_ARGUMENTS_MAX = 6 };

struct system_call {
    char name[SYSTEM_CALL_NAME_MAX]; /* the notation's; the kernel's where the notation has none */
    uint64_t arguments[SYSTEM_CALL_ARGUMENTS_MAX]; /* in the order of the notation */
    bool word32, time64; /* a 32-bit caller; one that hands over times of 64 bits nevertheless */
};

/* Reads what a filter trapped in the process `reader` (of whose memory ipc(2) needs a word). */
void system_call_read(const struct seccomp_data *data, pid_t reader, struct system_call *call);

/* Reads `size` bytes of that process or thread. False when they are not there, or it may not be read. */
bool process_memory_read(pid_t pid, uint64_t address, void *to, size_t size);

/* The calls that belong together. */
enum call_set {
    CALLS_SYSTEM_V = 1, /* shmget ... semctl */
    CALLS_SLEEP = 2,    /* those that only let time pass */
    CALLS_FORK = 4,     /* those that make a process or a thread */
    CALLS_EXIT = 8,     /* exit_group */
    CALLS_TIMER = 16,   /* those that arrange for a signal later */
    CALLS_OTHER = 32,   /* known to nobody here */
};

/* The set of a name of the notation or the kernel. */
enum call_set system_call_set(const char *name);

/* The kernel's names of all calls in `sets`, by index; NULL past the end. */
const char *system_call_kernel_name(unsigned sets, size_t index);

/*
 * The kernel's names of one call, by index: semop is semop, semtimedop, ... and ipc; any other is itself. NULL past
 * the end.
 */
const char *system_call_kernel_name_of(const char *name, size_t index);

#endif

/*
 * Who lives below a case's first process, and whether anybody there can still move: told by the kernel's /proc, never
 * by waiting.
 */
#ifndef IPCDRILL_INJECT_PROCESSES_H
#define IPCDRILL_INJECT_PROCESSES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

enum { LIVES_MAX = 4096 };

/* What a thread does. */
enum rest {
    REST_NONE, /* it runs, or is about to */
    REST_DEEP, /* uninterruptible: as good as running, unless its call is held and a signal has come for it meanwhile */
    REST_STOPPED, /* by a signal of job control */
    REST_FOREVER, /* it sleeps until another process, or input, wakes it */
    REST_READING, /* the same, and input might */
    REST_TIMED,   /* it sleeps, and time may end that */
};

struct life {
    pid_t thread, process, parent;
    enum rest rest;
    bool word32;           /* it is a 32-bit program */
    char call[32];         /* the system call that it sleeps in; empty: not told */
    uint64_t slices;       /* how often it has been given a processor */
    uint64_t processor_ns; /* for how long, in all */
};

struct lives {
    size_t count;
    struct life lives[LIVES_MAX];
};

/* Every living thread below `first`, which is not among them. `before` is the last look: some things stay as they are. */
void processes_look(pid_t first, const struct lives *before, struct lives *now);

/* Adds one thread of any process to a look. */
void processes_look_at_thread(pid_t process, pid_t thread, const struct lives *before, struct lives *now);

/* Looks again at one thread alone: whether it still runs. */
bool life_still_runs(const struct life *life);

/* Notes what it has used of the processor until now. */
void life_note_processor(struct life *life);

/* Whether none runs. `before` and `now` are two looks; nobody ran between them when this is true. */
bool processes_are_at_rest(const struct lives *before, const struct lives *now);

/* "sh": the command name of a process, in `name`; empty when it is gone. */
void process_name(pid_t pid, char name[static 17]);

#endif

/*
 * What programs leave behind, and what they use before it has a value. One session (session/session.h) looks at each program
 * as it ends: at its descriptors, attached segments and children when it asks to exit, at the objects of the namespace
 * behind all. One more, if wanted, runs them under Valgrind's memcheck.
 *
 * Descriptors, attaches and children are looked at in the program's own process, not in its children, which share
 * them; not at all when a signal ends it. Objects are found however it ends. What cannot be told to be one program's is
 * counted for the first.
 *
 * Everything that is found lives in the arena given.
 */
#ifndef IPCDRILL_LEAKS_LEAKS_H
#define IPCDRILL_LEAKS_LEAKS_H

#include "conductor/conductor.h"
#include "leaks/memcheck.h"
#include "session/session.h"

enum leak_kind {
    LEAK_SEGMENT,       /* stays in the namespace */
    LEAK_SET,           /* the same, of semaphores */
    LEAK_CHILD_RUNNING, /* lives on */
    LEAK_CHILD_ZOMBIE,  /* has ended, and was not waited for */
    LEAK_ATTACH,        /* the kernel detaches it at the end */
    LEAK_DESCRIPTOR,    /* the kernel closes it at the end */
    LEAK_HEAP,          /* memory that nothing points to any more */
    LEAK_UNINITIALISED, /* a decision or a system call depends on bytes without a value */
    LEAK_MEMORY,        /* anything else that memcheck finds */
};

struct leak {
    enum leak_kind kind;
    const char *sentence;               /* what is left, and where it comes from */
    pid_t process;                      /* CHILD_: as the host sees it */
    const struct object_left *object;   /* SEGMENT, SET: else NULL */
    const struct memcheck_error *error; /* HEAP and below: else NULL */
    struct leak *next;
};

struct leaks_settings {
    const struct conductor_options *conductor;
    const struct session_program *programs;
    size_t program_count;
    const struct session_act *acts; /* what is done beside them */
    size_t act_count;
    struct session_bounds bounds; /* without Valgrind, which has its own */
    struct memcheck_choice memcheck;
};

/* Of one program. */
struct leaks_report {
    struct leak *leaks;
    const char *outcome; /* "exited with 0", or why it did not end */
    bool ended;
    int status;         /* as waitpid tells, of one that ended */
    const char *unseen; /* what could not be looked at, and why; or NULL */
};

/* The word for a kind in JSON: "segment", "child-running" ... */
const char *leak_name(enum leak_kind kind);

/* HEAP or below. */
enum leak_kind leak_kind_of_error(const struct memcheck_error *error);

/* Runs them: `reports` has room for one each. False with *problem: the tool's own trouble, or one cannot be started. */
bool leaks_run(const struct leaks_settings *settings, struct arena *arena, struct leaks_report *reports,
               const char **problem);

#endif

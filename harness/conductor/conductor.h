/*
 * The conductor runs one instance of a case: it gives each actor its next line, learns what came back, matches
 * it, and keeps the transcript. It owns the agent's nursery, one for each conductor, so that a case costs a few
 * forks and no exec. It prints nothing and writes no file; what it finds is a struct verdict.
 *
 * A conductor and everything below it share one processor (see conductor_options.processor): lines are strictly
 * one after the other, and a message to a process on the same processor costs a twentieth of one to another.
 */
#ifndef IPCDRILL_CONDUCTOR_H
#define IPCDRILL_CONDUCTOR_H

#include <stdint.h>

#include "leaks/memcheck.h"
#include "notation/notation.h"

enum isolation {
    ISOLATION_FULL, /* an IPC and a PID namespace for each case */
    ISOLATION_IPC,  /* an IPC namespace */
    ISOLATION_NONE, /* the machine's own objects, private keys, exact cleanup */
};

enum calls_route { CALLS_LIBC, CALLS_RAW };

enum profile { PROFILE_LINUX, PROFILE_POSIX };

struct instance;
struct step;

struct conductor_options {
    const char *agent;             /* path of the agent's executable */
    const char *programs;          /* folder that `program` lines are relative to */
    const char *deviant;           /* the wrong system to preload under the agent, or NULL */
    const char *deviants;          /* the library that holds it (fixtures/deviants) */
    const char *memory_cgroups;    /* the folder for cgroups of actors with a memory limit, or NULL */
    const char *no_memory_cgroups; /* then: why there is none */
    enum isolation isolation;
    enum calls_route calls;
    enum profile profile;
    struct memcheck_choice memcheck; /* to look at the programs under test */
    bool disposable; /* the machine is thrown away: its clock may be set, other programs may suffer */
    int timeout_ms;  /* how long a call that must come back may take */
    int processor;   /* to run on, or -1: any */
    /* Performs a case of a scene, whose `scene` line is given, and gives its verdict; NULL: such cases are errors. */
    void (*perform_scene)(struct instance *instance, const struct step *scene);
    /* Before each step of a debugged case; NULL: run on. `pids` are the host's pids, "writer=12 reader=13". */
    void (*before_step)(void *context, const struct step *step, const char *pids);
    void *context;
};

/* A conductor gives the first four; known deviations of a target (supervisor/known.h) make the others of them. */
enum verdict_kind {
    VERDICT_PASS,
    VERDICT_FAIL,
    VERDICT_SKIP,
    VERDICT_ERROR,
    VERDICT_XFAIL, /* a fail or an error that is known */
    VERDICT_XPASS, /* a pass where a fail is known */
};

enum { VERDICT_KINDS = VERDICT_XPASS + 1 };

/* What came of one instance. Strings live in the arena given to conductor_run. */
struct verdict {
    enum verdict_kind kind;
    int line;                /* of the step that failed, else of the instance */
    const char *reason;      /* FAIL, SKIP, ERROR: one line; NULL for PASS */
    const char *expected;    /* FAIL: the step as written, its names filled in; may be NULL */
    const char *got;         /* FAIL: what came back; may be NULL */
    struct word *transcript; /* the steps that were performed, with what they gave */
    bool deviates;           /* an answer was Linux's where POSIX says another, and the case documents it */
    uint64_t duration_ns;
};

struct conductor;

/*
 * Starts a conductor and its nursery. Returns NULL and fills `problem` (static or in `arena`) when the agent does
 * not start or does not speak. Isolation that the system refuses is lowered: see conductor_isolation.
 */
struct conductor *conductor_start(const struct conductor_options *options, struct arena *arena,
                                  const char **problem);

/* The isolation in force, and in `why` (may be NULL) the reason when it is less than was asked for, else NULL. */
enum isolation conductor_isolation(const struct conductor *conductor, const char **why);

/* What the agent was built with, "glibc 2.36" or "musl", as it told. Lives as long as the conductor. */
const char *conductor_libc(const struct conductor *conductor);

/*
 * Runs instance `index` of a case. Never fails as a whole: trouble of the tool or the agent is VERDICT_ERROR. When
 * the agent died or talked nonsense the conductor starts a new one for the next instance.
 */
void conductor_run(struct conductor *conductor, const struct case_file *file, const struct drill_case *source,
                   size_t index, struct arena *arena, struct verdict *verdict);

/* Ends the nursery and everything below it. NULL is allowed. */
void conductor_stop(struct conductor *conductor);

#endif

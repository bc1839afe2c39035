/*
 * The fault sweep of one program: an undisturbed run counts its calls; then, for every call, every errno that is
 * documented for it, once and from then on, and SIGKILL, SIGINT, SIGTERM and SIGSTOP with SIGCONT there, each in a run of
 * its own in a fresh namespace; killed, the program is started again in the same one. As SQLite's anomaly tests do it the
 * loop ends with a run in which the fault no longer fires.
 */
#ifndef IPCDRILL_SWEEP_SWEEP_H
#define IPCDRILL_SWEEP_SWEEP_H

#include "leaks/memcheck.h"
#include "sweep/judge.h"

struct sweep_settings {
    const struct conductor_options *conductor;
    const char *const *words; /* the program: a path with a slash, arguments, NULL */
    const char *const *input; /* pieces to type, NULL at the end; or NULL */
    bool terminal;            /* pieces are typed at a terminal, one by one; else they lie ready in a pipe */
    const char *const *calls; /* swept beside System V's; NULL at the end; or NULL */
    const struct injection *injections; /* one run with these instead of the sweep */
    size_t injection_count;
    bool may_leave;                  /* what the undisturbed run leaves is meant to stay */
    struct memcheck_choice memcheck; /* to look at every run as well */
    int jobs;
    /* Tells how far it is; may be NULL. */
    void (*progress)(void *context, size_t done, size_t count);
    void *context;
};

struct sweep_report {
    size_t calls, runs, fired;
    bool varies;        /* what it prints differs from run to run, and is not compared */
    bool deterministic; /* the fault past the last call fired in no run */
    int64_t duration_ns;
    const char *trace;        /* of the undisturbed run, or of the one with injections */
    const char *outcome;      /* how that ended: "exited with 0" */
    struct findings findings; /* sorted; `how` is the injection; the caller frees them */
};

/* Runs it. False with *problem: the tool's own trouble, or a program that cannot be started. Strings in `arena`. */
bool sweep_run(const struct sweep_settings *settings, struct arena *arena, struct sweep_report *report,
               const char **problem);

#endif

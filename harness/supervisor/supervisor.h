/*
 * The supervisor runs the instances of a list on several workers and gives their records on, one by one and
 * in order. It never lets a worker's end be the end of the run: a worker that dies or hangs costs one
 * instance (a record of error) and is replaced.
 *
 * It reads no case file and writes no report: sinks do. A record lives only while the sinks look at it.
 */
#ifndef IPCDRILL_SUPERVISOR_H
#define IPCDRILL_SUPERVISOR_H

#include "supervisor/instances.h"
#include "supervisor/known.h"

enum {
    JOBS_MAX = 256,
    RESTARTS_MAX = 10, /* workers lost one after the other without a result between */
};

/* Something that records are given to. `line` is the line of results.jsonl; both live during the call only.
 */
struct sink {
    void (*take)(void *context, const char *line, const struct record *record);
    void *context;
};

struct run_settings {
    const struct instances *instances;
    struct conductor_options conductor; /* processor is chosen for each worker */
    const char *target_name;            /* for the records, or NULL */
    const struct known_table *known;    /* or NULL */
    int jobs;                           /* 0: as many as there are processors */
    bool no_settings;                   /* nothing machine-wide is set: instances that do are skipped */
    bool fail_fast;                     /* the first record of fail or error, in order, is the last */
    const struct sink *sinks;
    size_t sink_count;
    void (*waits)(void *context); /* told when other runs are waited for, or NULL */
    void *context;
};

enum run_end {
    RUN_COMPLETE,
    RUN_INTERRUPTED, /* by a signal */
    RUN_IMPOSSIBLE,  /* no worker could be had */
};

struct run_outcome {
    enum run_end end;
    int signal;                /* INTERRUPTED */
    const char *problem;       /* IMPOSSIBLE; in the arena given */
    const char *isolation;     /* what was in force; NULL when no worker became ready */
    const char *isolation_why; /* why it is less than asked for, or NULL */
};

/*
 * Runs them all. While it runs, SIGINT, SIGTERM and SIGHUP (unless it is ignored) end the run rather than the process: workers are
 * killed, and everything below them is gone when this returns. Strings of `outcome` are in `arena`.
 */
void supervisor_run(const struct run_settings *settings, struct arena *arena, struct run_outcome *outcome);

#endif

/*
 * Many sessions on all processors: jobs by number, each done by one of several workers, which are copies of this process
 * with a target (an agent's nursery) of their own. What a job is, its owner knows; a job gives a text.
 *
 * Workers die with this process, whatever happens to it, and with them all that they run. One that dies costs its job,
 * and is replaced.
 */
#ifndef IPCDRILL_SESSION_POOL_H
#define IPCDRILL_SESSION_POOL_H

#include "conductor/target.h"

enum { POOL_WORKERS_MAX = 64, POOL_TEXT_BYTES_MAX = 16 * 1024 * 1024 };

struct pool_settings {
    const struct conductor_options *conductor; /* processor is chosen for each worker */
    int jobs;                                  /* workers at most; 0: one for each processor */
    const size_t *count;                       /* of jobs; it may grow while `take` is called */
    /* Here: what the worker is told of job `index` beside its number, in `arena`. NULL: nothing ever is. */
    const char *(*task)(void *context, size_t index, struct arena *arena);
    /*
     * In a worker: does job `index` and returns its text, in `arena`; NULL with *problem: the tool's own trouble. `task`
     * is what the function above gave, or empty.
     */
    const char *(*perform)(void *context, struct target *target, size_t index, const char *task,
                           struct arena *arena, const char **problem);
    /* Here, in any order: what came of it; NULL: the worker died of it. */
    void (*take)(void *context, size_t index, const char *text);
    void *context;
};

/* Does them all. False with *problem in `arena`: no worker can be had, or one had trouble of its own. */
bool pool_run(const struct pool_settings *settings, struct arena *arena, const char **problem);

#endif

/*
 * One worker that runs one instance at a time, for callers that ask and wait (ipcdrill-check). The same
 * worker as the supervisor's: what it cannot survive becomes a record of error, and the next instance gets a
 * new one.
 */
#ifndef IPCDRILL_SINGLE_H
#define IPCDRILL_SINGLE_H

#include "supervisor/instances.h"
#include "supervisor/record.h"

struct single;

/* Starts it; with `no_settings` instances that set something machine-wide are skipped. Returns NULL with `problem` in `arena`. End it with single_stop. */
struct single *single_start(const struct instances *instances, const struct conductor_options *options,
                            bool no_settings, struct arena *arena, const char **problem);

/* Runs the instance at `position` and waits for its record, whose strings are in `arena` or the instances'. */
void single_run(struct single *single, size_t position, struct arena *arena, struct record *record);

/* Ends the worker and everything below it. NULL is allowed. */
void single_stop(struct single *single);

#endif

/* The faults of a sweep: which there are, from the calls of the undisturbed run. */
#ifndef IPCDRILL_SWEEP_PLAN_H
#define IPCDRILL_SWEEP_PLAN_H

#include <jansson.h>

#include "sweep/faults.h"

struct sweep_plan {
    struct fault *faults; /* of malloc */
    size_t count, room;
};

/*
 * Every fault of every call; and for each name the call behind the last one, which must not come. `calls` are [name, text]
 * in their order. Names in `arena`.
 */
void sweep_plan_make(struct sweep_plan *plan, const json_t *calls, struct arena *arena);

#endif

#include "sweep/plan.h"

#include <signal.h>
#include <stdlib.h>
#include <string.h>

enum { PLAN_MAX = 200 * 1000 /* runs */ };

static void add(struct sweep_plan *plan, const struct fault *fault)
{
    if (plan->count == plan->room) {
        plan->room = plan->room * 2 + 256;
        struct fault *larger = realloc(plan->faults, plan->room * sizeof(*larger));

        if (!larger)
            abort();
        plan->faults = larger;
    }
    plan->faults[plan->count++] = *fault;
}

/* The how manieth of its name the call at `index` is. */
static unsigned occurrence_of(const json_t *calls, size_t index)
{
    const char *name = json_string_value(json_array_get(json_array_get(calls, index), 0));
    unsigned occurrence = 1;

    for (size_t i = 0; i < index; i++)
        occurrence += strcmp(json_string_value(json_array_get(json_array_get(calls, i), 0)), name) == 0;
    return occurrence;
}

static void add_call(struct sweep_plan *plan, const char *name, unsigned occurrence, const char *text)
{
    struct fault fault;

    for (size_t i = 0; plan->count < PLAN_MAX && fault_at(name, occurrence, text, i, &fault); i++)
        add(plan, &fault);
}

void sweep_plan_make(struct sweep_plan *plan, const json_t *calls, struct arena *arena)
{
    size_t index;
    const json_t *call;

    json_array_foreach(calls, index, call)
    {
        const char *name = json_string_value(json_array_get(call, 0));

        add_call(plan, arena_copy(arena, name, strlen(name)), occurrence_of(calls, index),
                 json_string_value(json_array_get(call, 1)));
    }
    json_array_foreach(calls, index, call)
    {
        const char *name = json_string_value(json_array_get(call, 0));
        bool last = true;

        for (size_t i = index + 1; i < json_array_size(calls) && last; i++)
            last = strcmp(json_string_value(json_array_get(json_array_get(calls, i), 0)), name) != 0;
        if (last)
            add(plan, &(struct fault){.kind = FAULT_SIGNAL,
                                      .signal = SIGTERM,
                                      .call = arena_copy(arena, name, strlen(name)),
                                      .occurrence = occurrence_of(calls, index) + 1,
                                      .past_the_end = true});
    }
}

#include "inject/injector.h"

/* Whether the thread is to be held; then it no longer is. */
static bool take_delayed(struct injector *injector, pid_t thread)
{
    for (size_t i = 0; i < injector->delayed_count; i++)
        if (injector->delayed[i] == thread) {
            injector->delayed[i] = injector->delayed[--injector->delayed_count];
            return true;
        }
    return false;
}

static void apply(const struct injection *injection, struct decision *decision)
{
    if (injection->signal)
        decision->signal = injection->signal;
    if (injection->error) {
        decision->kind = DECISION_FAIL;
        decision->error = injection->error;
    } else if (injection->gives_value) {
        decision->kind = DECISION_GIVE;
        decision->value = injection->value;
    }
}

struct decision injector_decide(struct injector *injector, const struct traced_call *call, bool *hold)
{
    struct decision decision = {.kind = DECISION_PERFORM};

    *hold = take_delayed(injector, call->thread);
    for (size_t i = 0; i < injector->count; i++) {
        const struct injection *injection = &injector->injections[i];

        if (!injection_applies(injection, call->call.name, call->occurrence))
            continue;
        injector->fired++;
        injector->fired_of[i]++;
        apply(injection, &decision);
        *hold = *hold || injection->delay_enter;
        if (injection->delay_exit && injector->delayed_count < INJECTOR_DELAYED_MAX)
            injector->delayed[injector->delayed_count++] = call->thread;
    }
    return decision;
}

void injector_add_names(const struct injection *injections, size_t count, struct filter_names *names)
{
    for (size_t i = 0; i < count; i++)
        for (int k = 0; k < injections[i].call_count; k++)
            filter_names_add(names, injections[i].calls[k]);
}

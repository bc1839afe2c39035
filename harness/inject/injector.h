/*
 * Injections performed: what becomes of each call of one program. It only decides; the tracer answers.
 * It keeps no memory but its own structure; the injections are the caller's.
 */
#ifndef IPCDRILL_INJECT_INJECTOR_H
#define IPCDRILL_INJECT_INJECTOR_H

#include "inject/filter.h"
#include "inject/tracer.h"
#include "notation/injection.h"

enum { INJECTOR_INJECTIONS_MAX = 64, INJECTOR_DELAYED_MAX = 64 };

struct injector {
    const struct injection *injections;
    size_t count;                               /* at most INJECTOR_INJECTIONS_MAX */
    unsigned fired;                             /* calls that an injection was about */
    unsigned fired_of[INJECTOR_INJECTIONS_MAX]; /* those of each */
    pid_t delayed[INJECTOR_DELAYED_MAX];        /* threads to be held at their next call: delay_exit */
    size_t delayed_count;
};

/* What becomes of the call. *hold: it is to wait until nobody else can move. */
struct decision injector_decide(struct injector *injector, const struct traced_call *call, bool *hold);

/* The calls that the filter must trap for it. */
void injector_add_names(const struct injection *injections, size_t count, struct filter_names *names);

#endif

/*
 * The tracer: takes the trapped calls of programs under test from their listeners (agent/trap.h) and answers them:
 * performed, failed, given a value, with a signal pending, or not for now. It follows children and threads: they are
 * under the same filter. It decides nothing and never waits: its owner polls the listeners.
 *
 * What a performed call gave is not told by the kernel.
 *
 * A call belongs to the tracer from tracer_take to tracer_answer; the tracer's memory is freed by tracer_free.
 */
#ifndef IPCDRILL_INJECT_TRACER_H
#define IPCDRILL_INJECT_TRACER_H

#include "inject/system_call.h"

struct tracer;

enum decision_kind {
    DECISION_PERFORM, /* as if nobody had looked */
    DECISION_FAIL,    /* with `error`, and not performed */
    DECISION_GIVE,    /* `value`, and not performed */
    DECISION_KILL,    /* the process, before the call is performed */
};

struct decision {
    enum decision_kind kind;
    int error;
    int signal; /* sent before the rest, so that a call that sleeps is interrupted; one that kills forestalls it; or 0 */
    int64_t value;
};

struct traced_call {
    int program;   /* as tracer_add named it */
    pid_t thread;  /* who makes it, as the host sees it */
    pid_t process; /* its thread group */
    pid_t pid;     /* of that, in the innermost PID namespace */
    struct system_call call;
    unsigned
        occurrence; /* the how manieth call of this name in this program, from 1; all its processes count */
    struct decision decision; /* for the owner, while it holds the call */
    struct traced_call *next; /* for the owner's lists */
    int listener;             /* the tracer's own: */
    uint64_t id;
};

struct tracer *tracer_new(void);

/* Takes over a listener; `program` is what its calls will be said to be of. False when there are too many. */
bool tracer_add(struct tracer *tracer, int listener, int program);

/* The listeners by index, to be polled for POLLIN; -1 past the end. */
enum { TRACER_LISTENERS_MAX = 16 };
int tracer_listener(const struct tracer *tracer, size_t index);

/* Closes a listener whose processes are all gone: poll says POLLHUP of it, for ever. */
void tracer_drop(struct tracer *tracer, int listener);

/* Takes a call from a listener that is readable. NULL: it is gone, its caller was killed. */
struct traced_call *tracer_take(struct tracer *tracer, int listener);

/* Answers it and frees it. False when the caller is gone, which is no fault of anybody. */
bool tracer_answer(struct tracer *tracer, struct traced_call *call, const struct decision *decision);

/* Whether its caller still waits for the answer. */
bool tracer_is_waiting(const struct traced_call *call);

/* Closes the listeners: calls that nobody has answered fail with ENOSYS. NULL is allowed. */
void tracer_free(struct tracer *tracer);

#endif

/*
 * What a sweep does to a program: at one call a failure, once or from then on, or a signal. The faults that a call may
 * meet are a table (errnos.def) and the signals of job control and termination.
 */
#ifndef IPCDRILL_SWEEP_FAULTS_H
#define IPCDRILL_SWEEP_FAULTS_H

#include "notation/arena.h"

#include <stdbool.h>
#include <stddef.h>

enum fault_kind {
    FAULT_ONCE,
    FAULT_FROM_THEN_ON,
    FAULT_SIGNAL,
    FAULT_DELAY, /* nothing fails: the call is held until nobody else can move */
};

struct fault {
    enum fault_kind kind;
    const char *call;    /* its name in the trace */
    unsigned occurrence; /* the how manieth of that name, from 1 */
    int error;           /* ONCE, FROM_THEN_ON */
    int signal;          /* SIGNAL */
    bool past_the_end;   /* at a call that the undisturbed run did not make: it should not fire */
};

/* What may go wrong at one call (no delay), by index; false past the end. `text` is the call in the notation. */
bool fault_at(const char *call, unsigned occurrence, const char *text, size_t index, struct fault *fault);

/* The fault as an injection: "semop:error=EINTR:when=2". In `arena`. */
const char *fault_injection(const struct fault *fault, struct arena *arena);

/*
 * The fault as part of a sentence, "semop fails" or "a signal comes at semop", and what tells it from others of which the
 * same may be said: "EINTR", "SIGINT". In `arena`.
 */
const char *fault_text(const struct fault *fault, struct arena *arena);
const char *fault_detail(const struct fault *fault, struct arena *arena);

#endif

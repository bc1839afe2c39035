/*
 * A trapped call as a line of the notation: `writer  semop(0, [{0, -1, SEM_UNDO}], 1)`. Structures that the call reads
 * are fetched from its caller while that waits for the answer; those that it fills are shown as _.
 */
#ifndef IPCDRILL_INJECT_DECODE_H
#define IPCDRILL_INJECT_DECODE_H

#include "inject/tracer.h"
#include "notation/notation.h"

/* The call as a line of `actor`, without an outcome. In `arena`. */
struct step *decode_call(const struct traced_call *call, const char *actor, struct arena *arena);

#endif

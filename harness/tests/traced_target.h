/* A target for sessions, and a filter for the usual calls: a fixture of the tests that run programs under the tracer. */
#ifndef IPCDRILL_TESTS_TRACED_TARGET_H
#define IPCDRILL_TESTS_TRACED_TARGET_H

#include "session/session.h"

extern struct target target;
extern int filter;

/* Starts the target and makes the filter; ends both. */
void open_target(void);
void close_target(void);

#endif

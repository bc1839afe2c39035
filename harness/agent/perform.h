/*
 * Performs one call of calls.def and answers with what came of it: a value, an errno, or a fault.
 */
#ifndef IPCDRILL_AGENT_PERFORM_H
#define IPCDRILL_AGENT_PERFORM_H

#include "agent/agent.h"

/* Performs `name` with the arguments in `rest` and answers; complains when that makes no sense. */
void perform_call(struct agent *agent, const char *name, const char *rest);

#endif

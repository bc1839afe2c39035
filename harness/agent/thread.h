/*
 * Further threads of an actor: each performs lines from a channel of its own, in the memory, the descriptors and the
 * undo list of its process. A request of wire.h.
 *
 * A thread is one of the C library's. It ends by exit(2), so that its status is the one asked for; its stack stays
 * until the process ends.
 */
#ifndef IPCDRILL_AGENT_THREAD_H
#define IPCDRILL_AGENT_THREAD_H

#include "agent/agent.h"

agent_request actor_thread;

/* Whether this process has, or had, more than one thread. */
bool thread_was_made(void);

/* Ends the calling thread and closes its channel; with the last thread the process ends. */
_Noreturn void thread_end(const struct agent *agent, int status);

#endif

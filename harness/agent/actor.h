/*
 * The calls that change who answers: an actor forks another, becomes a fresh image, or exits. Requests of
 * wire.h. Threads are thread.h's.
 */
#ifndef IPCDRILL_AGENT_ACTOR_H
#define IPCDRILL_AGENT_ACTOR_H

#include "agent/agent.h"

agent_request actor_fork;
agent_request actor_clone;
agent_request actor_vfork;
agent_request actor_exec;
agent_request actor_exit;       /* ends this thread, and with the last one the process */
agent_request actor_exit_group; /* ends the process */

/* The first argument of an image that actor_exec starts; the others are for actor_resume. */
#define ACTOR_RESUME_WORD "resume"

/* Takes up the channel and the state that actor_exec handed over. Returns false when they are not there. */
bool actor_resume(struct agent *agent, int argument_count, char **arguments);

#endif

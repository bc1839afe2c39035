/*
 * The processes that nursery and case make: cases in their namespaces, actors with their credentials,
 * programs under test; and the end of a case. Requests of wire.h.
 */
#ifndef IPCDRILL_AGENT_CASE_H
#define IPCDRILL_AGENT_CASE_H

#include "agent/agent.h"

agent_request case_begin;   /* case */
agent_request case_actor;   /* actor */
agent_request case_program; /* program */
agent_request case_reap;    /* reap */
agent_request case_end;     /* end */

/* What a case process does when its channel has ended: as "end", then exit. */
_Noreturn void case_abandoned(void);

#endif

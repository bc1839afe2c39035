/*
 * Processes begin here. A signal that comes between the fork and the new channel waits until it can be
 * reported on the right one.
 */
#ifndef IPCDRILL_AGENT_FORK_H
#define IPCDRILL_AGENT_FORK_H

#include <sys/types.h>

#include "agent/agent.h"

enum fork_way {
    FORK_LIBRARY, /* fork(3) */
    FORK_CLONE,   /* clone(2) */
    FORK_CLONE3,  /* clone3(2), or clone(2) on a kernel without it */
};

/*
 * Forks with CLONE_ flags. Returns the pid, or -1 with errno, to the parent; 0 to the child, whose `agent`
 * now has `role` and the descriptor that came with the request as its only channel, on WIRE_NURSERY_FD. The
 * child's signals stay blocked until fork_settle.
 */
pid_t fork_agent(struct agent *agent, struct request *request, enum role role, enum fork_way way,
                 unsigned long flags);

/*
 * Makes the descriptor that came with the request the channel of a new process; its parent's is closed there. With
 * `shares_descriptors` (a thread, CLONE_FILES) it keeps its number and the others stay.
 */
void fork_take_channel(struct agent *agent, struct request *request, bool shares_descriptors);

/* Blocks (SIG_BLOCK) or lets come (SIG_UNBLOCK) every signal of this thread; a new one inherits what holds. */
void fork_block_signals(int how);

/* Lets signals come, in the child, and says hello. */
void fork_settle(const struct agent *agent);

#endif

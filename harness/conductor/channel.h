/*
 * The conductor's end of an agent process's channel: requests go out, answers come in as text (agent/wire.h). A
 * channel belongs to one process of the target and knows its pid on the host.
 */
#ifndef IPCDRILL_CONDUCTOR_CHANNEL_H
#define IPCDRILL_CONDUCTOR_CHANNEL_H

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

enum channel_event {
    CHANNEL_MESSAGE,
    CHANNEL_TIMEOUT,
    CHANNEL_CLOSED, /* the process ended, or closed it */
};

struct channel {
    int descriptor; /* -1: closed */
    pid_t host_pid; /* of the last sender, as the kernel says */
    int received;   /* the descriptor that came last, or -1: whoever takes it sets it to -1 */
};

enum { CHANNEL_DESCRIPTORS_MAX = 4 };

/* Opens a channel and gives the end for the agent in *agent_end, which the caller hands on and closes. */
bool channel_open(struct channel *channel, int *agent_end);

/* Sends one message with `count` descriptors. False when the other side is gone. */
bool channel_send(struct channel *channel, const char *text, size_t length, const int *descriptors,
                  size_t count);

/*
 * Waits up to `timeout_ms` (-1: for ever, 0: not at all) for one message of at most `room` - 1 bytes, which gets a
 * NUL behind it.
 */
enum channel_event channel_receive(struct channel *channel, char *text, size_t room, int timeout_ms);

/* Closes it, and a descriptor that came and nobody took. */
void channel_close(struct channel *channel);

#endif

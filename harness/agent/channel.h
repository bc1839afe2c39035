/*
 * One end of a channel (wire.h): receives requests with the descriptors that come along, and sends answers.
 * Whoever receives a descriptor owns it.
 */
#ifndef IPCDRILL_AGENT_CHANNEL_H
#define IPCDRILL_AGENT_CHANNEL_H

#include <stdbool.h>
#include <stddef.h>

#include "agent/message.h"
#include "agent/wire.h"

enum { REQUEST_DESCRIPTORS_MAX = 4 };

struct request {
    size_t length;
    int descriptors[REQUEST_DESCRIPTORS_MAX]; /* -1 where none came */
    char text[WIRE_MESSAGE_MAX + 1];          /* ends with a NUL of our own */
};

/* Waits for the next request. Returns false at the end of the channel: there is no conductor any more. */
bool channel_receive(int channel, struct request *request);

/* Closes the descriptors of a request that nobody has taken (set to -1 by whoever took them). */
void channel_close_descriptors(struct request *request);

/* Sends one message. Returns false when nobody can read it. Safe in a signal handler. */
bool channel_send(int channel, const struct message *message);

/* As channel_send, with a descriptor that stays ours too. */
bool channel_send_descriptor(int channel, const struct message *message, int descriptor);

/* Sends "? WHAT DETAIL"; the detail may be NULL. */
void channel_complain(int channel, const char *what, const char *detail);

/* Sends "? CONTEXT: ERRNO". */
void channel_complain_errno(int channel, const char *context, int error);

#endif

#include "conductor/channel.h"

#include <errno.h>
#include <poll.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/uio.h>
#include <unistd.h>

bool channel_open(struct channel *channel, int *agent_end)
{
    const int on = 1;
    int ends[2];

    if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, ends) < 0)
        return false;
    setsockopt(ends[0], SOL_SOCKET, SO_PASSCRED, &on, sizeof(on));
    *channel = (struct channel){.descriptor = ends[0], .received = -1};
    *agent_end = ends[1];
    return true;
}

bool channel_send(struct channel *channel, const char *text, size_t length, const int *descriptors,
                  size_t count)
{
    union {
        struct cmsghdr aligned;
        char bytes[CMSG_SPACE(CHANNEL_DESCRIPTORS_MAX * sizeof(int))];
    } control = {0};
    struct iovec part = {(void *)text, length};
    struct msghdr message = {.msg_iov = &part, .msg_iovlen = 1};

    if (count) {
        message.msg_control = control.bytes;
        message.msg_controllen = CMSG_SPACE(count * sizeof(int));
        struct cmsghdr *header = CMSG_FIRSTHDR(&message);

        header->cmsg_level = SOL_SOCKET;
        header->cmsg_type = SCM_RIGHTS;
        header->cmsg_len = CMSG_LEN(count * sizeof(int));
        memcpy(CMSG_DATA(header), descriptors, count * sizeof(int));
    }
    ssize_t sent;

    do
        sent = sendmsg(channel->descriptor, &message, MSG_NOSIGNAL);
    while (sent < 0 && errno == EINTR);
    return sent == (ssize_t)length;
}

static void note_descriptor(struct channel *channel, int descriptor)
{
    if (channel->received >= 0)
        close(channel->received);
    channel->received = descriptor;
}

static void note_sender(struct channel *channel, struct msghdr *message)
{
    for (struct cmsghdr *header = CMSG_FIRSTHDR(message); header; header = CMSG_NXTHDR(message, header)) {
        struct ucred sender;
        int descriptor;

        if (header->cmsg_level != SOL_SOCKET)
            continue;
        if (header->cmsg_type == SCM_CREDENTIALS) {
            memcpy(&sender, CMSG_DATA(header), sizeof(sender));
            channel->host_pid = sender.pid;
        } else if (header->cmsg_type == SCM_RIGHTS) {
            memcpy(&descriptor, CMSG_DATA(header), sizeof(descriptor));
            note_descriptor(channel, descriptor);
        }
    }
}

enum channel_event channel_receive(struct channel *channel, char *text, size_t room, int timeout_ms)
{
    union {
        struct cmsghdr aligned;
        char bytes[CMSG_SPACE(sizeof(struct ucred)) + CMSG_SPACE(sizeof(int))];
    } control;
    struct pollfd ready = {.fd = channel->descriptor, .events = POLLIN};

    if (channel->descriptor < 0)
        return CHANNEL_CLOSED;
    for (;;) {
        int polled = poll(&ready, 1, timeout_ms);

        if (polled == 0)
            return CHANNEL_TIMEOUT;
        if (polled < 0) {
            if (errno == EINTR)
                continue;
            return CHANNEL_CLOSED;
        }
        struct iovec part = {text, room - 1};
        struct msghdr message = {.msg_iov = &part,
                                 .msg_iovlen = 1,
                                 .msg_control = control.bytes,
                                 .msg_controllen = sizeof(control.bytes)};
        ssize_t received = recvmsg(channel->descriptor, &message, MSG_DONTWAIT | MSG_CMSG_CLOEXEC);

        if (received > 0) {
            text[received] = '\0';
            if (message.msg_flags & MSG_TRUNC)
                snprintf(text, room, "? it sends more than %zu bytes at once", room - 1);
            else if (strlen(text) != (size_t)received)
                snprintf(text, room, "? it sends a NUL byte");
            note_sender(channel, &message);
            return CHANNEL_MESSAGE;
        }
        if (received == 0 || (errno != EINTR && errno != EAGAIN))
            return CHANNEL_CLOSED;
    }
}

void channel_close(struct channel *channel)
{
    if (channel->descriptor >= 0) {
        close(channel->descriptor);
        note_descriptor(channel, -1);
    }
    channel->descriptor = -1;
}

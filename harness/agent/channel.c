/* Requests in, answers out. */
#include "agent/channel.h"

#include <errno.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "agent/constants.h"

enum { COMPLAINT_MAX = 1024 }; /* bytes; what does not fit is cut off */

/* Keeps the first descriptors of a control message and closes any others. */
static void take_descriptors(const struct cmsghdr *control, struct request *request)
{
    size_t count = (control->cmsg_len - CMSG_LEN(0)) / sizeof(int);
    for (size_t i = 0; i < count; i++) {
        int descriptor;
        memcpy(&descriptor, CMSG_DATA(control) + i * sizeof(int), sizeof(int));
        if (i < REQUEST_DESCRIPTORS_MAX)
            request->descriptors[i] = descriptor;
        else
            close(descriptor);
    }
}

bool channel_receive(int channel, struct request *request)
{
    union {
        struct cmsghdr alignment;
        char bytes[CMSG_SPACE(sizeof(int) * (REQUEST_DESCRIPTORS_MAX + 2))];
    } control;
    struct iovec text = {request->text, WIRE_MESSAGE_MAX};
    struct msghdr header = {.msg_iov = &text, .msg_iovlen = 1, .msg_control = &control};
    ssize_t length;
    do {
        header.msg_controllen = sizeof(control);
        length = recvmsg(channel, &header, MSG_CMSG_CLOEXEC);
    } while (length < 0 && errno == EINTR);
    for (int i = 0; i < REQUEST_DESCRIPTORS_MAX; i++)
        request->descriptors[i] = -1;
    if (length <= 0)
        return false;
    request->length = (size_t)length;
    request->text[length] = '\0';
    for (struct cmsghdr *part = CMSG_FIRSTHDR(&header); part; part = CMSG_NXTHDR(&header, part))
        if (part->cmsg_level == SOL_SOCKET && part->cmsg_type == SCM_RIGHTS)
            take_descriptors(part, request);
    return true;
}

void channel_close_descriptors(struct request *request)
{
    for (int i = 0; i < REQUEST_DESCRIPTORS_MAX; i++) {
        if (request->descriptors[i] >= 0)
            close(request->descriptors[i]);
        request->descriptors[i] = -1;
    }
}

bool channel_send_descriptor(int channel, const struct message *message, int descriptor)
{
    union {
        struct cmsghdr alignment;
        char bytes[CMSG_SPACE(sizeof(int))];
    } control = {
        .alignment = {.cmsg_len = CMSG_LEN(sizeof(int)), .cmsg_level = SOL_SOCKET, .cmsg_type = SCM_RIGHTS}};
    struct iovec text = {message->text, message->length};
    struct msghdr header = {
        .msg_iov = &text, .msg_iovlen = 1, .msg_control = &control, .msg_controllen = sizeof(control)};
    memcpy(CMSG_DATA(&control.alignment), &descriptor, sizeof(descriptor));
    ssize_t sent;
    do
        sent = sendmsg(channel, &header, MSG_NOSIGNAL);
    while (sent < 0 && errno == EINTR);
    return sent >= 0;
}

bool channel_send(int channel, const struct message *message)
{
    ssize_t sent;
    do
        sent = send(channel, message->text, message->length, MSG_NOSIGNAL);
    while (sent < 0 && errno == EINTR);
    return sent >= 0;
}

void channel_complain(int channel, const char *what, const char *detail)
{
    char text[COMPLAINT_MAX];
    struct message message = message_in(text, sizeof(text));
    message_word(&message, "? ");
    message_word(&message, what);
    if (detail) {
        message_character(&message, ' ');
        message_word(&message, detail);
    }
    channel_send(channel, &message);
}

void channel_complain_errno(int channel, const char *context, int error)
{
    char text[COMPLAINT_MAX];
    struct message message = message_in(text, sizeof(text));
    message_word(&message, "? ");
    message_word(&message, context);
    message_word(&message, ": ");
    constants_write_errno(&message, error);
    channel_send(channel, &message);
}

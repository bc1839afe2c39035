/*
 * An agent that misbehaves, for the tests of what the conductor makes of it. It speaks as much of agent/wire.h as a
 * case of one actor needs, answers every call with 0, and misbehaves as FAKE_AGENT says. Where FAKE_AGENT_ONCE names
 * a file that exists it becomes the real agent, IPCDRILL_AGENT, instead; else it makes that file: so the agent that
 * is started after it behaves.
 */
#include <fcntl.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <unistd.h>

#include "agent/wire.h"

enum { REQUEST_BYTES_MAX = WIRE_MESSAGE_MAX + 1, NESTING = 100000, HUGE_BYTES = WIRE_MESSAGE_MAX + 4096 };

/* When a misbehaviour comes. */
enum stage { AT_START, AT_ROUTE, AT_CONSTANTS, AT_FIRST_CASE, AT_LATER_CASE, AT_ACTOR, AT_CALL, NEVER };

static void say_bytes(int channel, const void *bytes, size_t length)
{
    if (send(channel, bytes, length, MSG_NOSIGNAL) < 0)
        _exit(0); /* nobody listens any more */
}

static void say(int channel, const char *text)
{
    say_bytes(channel, text, strlen(text));
}

static void die(int channel)
{
    (void)channel;
    _exit(3);
}

static void crash(int channel)
{
    (void)channel;
    raise(SIGSEGV);
}

static void hang(int channel)
{
    (void)channel;
    for (;;)
        pause();
}

static void spin(int channel)
{
    (void)channel;
    for (;;)
        continue;
}

static void close_channel(int channel)
{
    close(channel);
    hang(channel);
}

static void talk_nonsense(int channel)
{
    say(channel, "good morning");
}

static void say_hello_again(int channel)
{
    say(channel, "hello pid=1 tid=1 uid=0 gid=0");
}

static void complain(int channel)
{
    say(channel, "? not today");
}

static void refuse(int channel)
{
    say(channel, "= -1 EPERM");
}

static void tear(int channel)
{
    say(channel, "= 0 0={shm_nattch=1,shm_seg");
}

static void say_nothing_at_all(int channel)
{
    say(channel, "");
}

static void say_nul(int channel)
{
    static const char text[] = "= 0\0 and more";

    say_bytes(channel, text, sizeof(text) - 1);
}

/* Sensible as far as it fits, and longer than a message may be. */
static void say_too_much(int channel)
{
    static char text[HUGE_BYTES];
    const int room = 4 * HUGE_BYTES;

    setsockopt(channel, SOL_SOCKET, SO_SNDBUF, &room, sizeof(room));
    memset(text, ' ', sizeof(text));
    memcpy(text, "= \"", 3);
    memset(text + 3, 'x', sizeof(text) - 4);
    text[sizeof(text) - 1] = '"';
    say_bytes(channel, text, sizeof(text));
}

static void nest(int channel)
{
    static char text[NESTING + 2];

    memset(text, '[', sizeof(text));
    memcpy(text, "= ", 2);
    say_bytes(channel, text, sizeof(text));
}

static void signal_for_ever(int channel)
{
    for (;;)
        say(channel, "~ SIGUSR1 si_code=0 si_pid=1 si_uid=0");
}

static void say_text(int channel)
{
    say(channel, "= \"seven\"");
}

static void fail_by_itself(int channel)
{
    say(channel, "= -1 ENOMEM fired=0");
}

static void fail_for_ever(int channel)
{
    say(channel, "= -1 ENOMEM fired=1");
}

static void let_nothing_fail(int channel)
{
    say(channel, "= 0 fired=0");
}

static void fail_twice(int channel)
{
    static int calls = 0;

    if (++calls <= 2)
        fail_for_ever(channel);
    else
        let_nothing_fail(channel);
}

static void tell_constants_for_ever(int channel)
{
    for (;;)
        say(channel, "constants EINVAL=22");
}

static void tell_torn_constants(int channel)
{
    say(channel, "constants EINVAL=22 EPERM=");
}

static const struct {
    const char *name;
    enum stage stage;
    void (*perform)(int channel);
} misbehaviours[] = {
    {"behaves", NEVER, hang},
    {"dies at start", AT_START, die},
    {"crashes at start", AT_START, crash},
    {"says nothing at start", AT_START, hang},
    {"talks nonsense at start", AT_START, talk_nonsense},
    {"complains at start", AT_START, complain},
    {"refuses its route", AT_ROUTE, complain},
    {"tears its constants", AT_CONSTANTS, tell_torn_constants},
    {"tells no constants", AT_CONSTANTS, hang},
    {"tells constants for ever", AT_CONSTANTS, tell_constants_for_ever},
    {"refuses every case", AT_FIRST_CASE, refuse},
    {"dies at a case", AT_LATER_CASE, die},
    {"hangs at a case", AT_LATER_CASE, hang},
    {"talks nonsense at a case", AT_LATER_CASE, talk_nonsense},
    {"dies as an actor", AT_ACTOR, die},
    {"says nothing as an actor", AT_ACTOR, hang},
    {"talks nonsense as an actor", AT_ACTOR, talk_nonsense},
    {"dies in a call", AT_CALL, die},
    {"crashes in a call", AT_CALL, crash},
    {"hangs in a call", AT_CALL, hang},
    {"spins in a call", AT_CALL, spin},
    {"closes its channel", AT_CALL, close_channel},
    {"talks nonsense", AT_CALL, talk_nonsense},
    {"says hello again", AT_CALL, say_hello_again},
    {"complains", AT_CALL, complain},
    {"tears its answer", AT_CALL, tear},
    {"answers with nothing", AT_CALL, say_nothing_at_all},
    {"answers with a NUL", AT_CALL, say_nul},
    {"answers too much", AT_CALL, say_too_much},
    {"answers with lists in lists", AT_CALL, nest},
    {"signals for ever", AT_CALL, signal_for_ever},
    {"answers with a text", AT_CALL, say_text},
    {"fails twice", AT_CALL, fail_twice},
    {"fails for ever", AT_CALL, fail_for_ever},
    {"fails by itself", AT_CALL, fail_by_itself},
    {"lets nothing fail", AT_CALL, let_nothing_fail},
};

enum { MISBEHAVIOUR_COUNT = sizeof(misbehaviours) / sizeof(*misbehaviours) };

/* Misbehaves, if this is the stage for it. */
static bool misbehaves(enum stage stage, int channel)
{
    const char *name = getenv("FAKE_AGENT");

    for (size_t i = 0; name && i < MISBEHAVIOUR_COUNT; i++)
        if (misbehaviours[i].stage == stage && strcmp(misbehaviours[i].name, name) == 0) {
            misbehaviours[i].perform(channel);
            return true;
        }
    return false;
}

/* The next request, and the descriptor that came with it or -1. Ends the process when there is none. */
static const char *hear(int channel, int *descriptor)
{
    static char request[REQUEST_BYTES_MAX];
    union {
        struct cmsghdr aligned;
        char bytes[CMSG_SPACE(2 * sizeof(int))];
    } control;
    struct iovec part = {request, sizeof(request) - 1};
    struct msghdr message = {
        .msg_iov = &part, .msg_iovlen = 1, .msg_control = &control, .msg_controllen = sizeof(control)};
    ssize_t length = recvmsg(channel, &message, MSG_CMSG_CLOEXEC);
    const struct cmsghdr *header = CMSG_FIRSTHDR(&message);

    if (length <= 0)
        _exit(0);
    request[length] = '\0';
    *descriptor = -1;
    if (header && header->cmsg_type == SCM_RIGHTS)
        memcpy(descriptor, CMSG_DATA(header), sizeof(*descriptor));
    return request;
}

static bool starts_with(const char *text, const char *prefix)
{
    return strncmp(text, prefix, strlen(prefix)) == 0;
}

static void say_hello(int channel)
{
    char hello[64];

    snprintf(hello, sizeof(hello), "hello pid=%d tid=%d uid=%u gid=%u", (int)getpid(), (int)getpid(), geteuid(),
             getegid());
    say(channel, hello);
}

/* In the parent its pid; in the child 0, with the old channel closed. */
static pid_t fork_with(int old_channel)
{
    pid_t child = fork();

    if (child == 0) {
        prctl(PR_SET_PDEATHSIG, SIGKILL);
        close(old_channel);
    }
    return child;
}

static void be_actor(int channel)
{
    int descriptor;

    if (!misbehaves(AT_ACTOR, channel))
        say_hello(channel);
    for (;;) {
        hear(channel, &descriptor);
        if (!misbehaves(AT_CALL, channel))
            say(channel, "= 0");
    }
}

static void be_case(int channel)
{
    int descriptor;

    signal(SIGCHLD, SIG_DFL); /* how an actor ended is read from what is left of it */
    say_hello(channel);
    for (;;) {
        const char *request = hear(channel, &descriptor);

        if (!starts_with(request, "actor"))
            say(channel, "= 0");
        else if (fork_with(channel) == 0)
            be_actor(descriptor);
        if (descriptor >= 0)
            close(descriptor);
    }
}

static void begin_case(int channel, int descriptor, int count)
{
    if (misbehaves(AT_FIRST_CASE, channel) || (count > 0 && misbehaves(AT_LATER_CASE, channel)))
        return;
    pid_t child = fork_with(channel);
    char answer[32];

    if (child == 0)
        be_case(descriptor);
    snprintf(answer, sizeof(answer), "= %d", (int)child);
    say(channel, answer);
}

static void be_nursery(int channel)
{
    int descriptor;

    if (!misbehaves(AT_START, channel))
        say_hello(channel);
    for (int cases = 0;;) {
        const char *request = hear(channel, &descriptor);

        if (starts_with(request, "constants")) {
            if (!misbehaves(AT_CONSTANTS, channel)) {
                say(channel, "constants ENOMEM=12");
                say(channel, "constants end");
            }
        } else if (starts_with(request, "case")) {
            begin_case(channel, descriptor, cases++);
        } else if (!misbehaves(AT_ROUTE, channel)) {
            say(channel, "= 0");
        }
        if (descriptor >= 0)
            close(descriptor);
    }
}

static void behave_from_now_on(void)
{
    const char *once = getenv("FAKE_AGENT_ONCE"), *agent = getenv("IPCDRILL_AGENT");
    int made = once ? open(once, O_CREAT | O_EXCL | O_WRONLY | O_CLOEXEC, 0600) : 0;

    if (made < 0 && agent) {
        execl(agent, agent, (char *)NULL);
        _exit(126);
    }
}

int main(void)
{
    behave_from_now_on();
    signal(SIGCHLD, SIG_IGN);
    be_nursery(WIRE_NURSERY_FD);
}

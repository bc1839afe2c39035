#include "conductor/target.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "agent/wire.h"
#include "conductor/subordinate_ids.h"
#include "vocabulary/vocabulary.h"

enum { CONSTANT_MESSAGES_MAX = 64 };

/* In the child: nothing of the host's but the channel and standard error goes to the agent. */
static void become_agent(const struct conductor_options *options, int channel, pid_t parent)
{
    sigset_t none;
    int null = open("/dev/null", O_RDWR);

    sigemptyset(&none);
    sigprocmask(SIG_SETMASK, &none, NULL);
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    if (getppid() != parent)
        _exit(127);
    if (channel == WIRE_NURSERY_FD)
        fcntl(channel, F_SETFD, 0);
    else if (dup2(channel, WIRE_NURSERY_FD) < 0)
        _exit(127);
    dup2(null, STDIN_FILENO);
    dup2(null, STDOUT_FILENO);
#ifdef SYS_close_range
    syscall(SYS_close_range, WIRE_NURSERY_FD + 1, ~0U, 0); /* what whoever started us has left open, too */
#endif
    if (options->deviant) {
        setenv("LD_PRELOAD", options->deviants, 1);
        setenv("IPCDRILL_DEVIANT", options->deviant, 1);
    }
    execl(options->agent, options->agent, (char *)NULL);
    _exit(126);
}

static void add_constant(struct target *target, const char *name, const struct value *value)
{
    int place = vocabulary_constant(name);

    if (strcmp(name, "LIBC") == 0 && value->kind == VALUE_TEXT)
        target->libc = value->bytes;
    else if (strcmp(name, "MACHINE") == 0 && value->kind == VALUE_TEXT)
        target->machine = value->bytes;
    else if (place >= 0)
        target->constants[place] = (struct constant){true, *value};
}

/* NAME=VALUE NAME=VALUE ... */
static bool add_constants(struct target *target, const char *text)
{
    while (*text == ' ') {
        size_t length = strcspn(++text, "= ");
        const char *name = arena_copy(&target->arena, text, length);
        struct value value;

        text += length + 1;
        if (text[-1] != '=' || !value_read(&text, &value, &target->arena))
            return false;
        add_constant(target, name, &value);
    }
    return *text == '\0';
}

static bool learn_constants(struct target *target, const char **problem)
{
    static const char prefix[] = "constants";
    size_t count = 0;
    char *message = arena_take(&target->arena, WIRE_MESSAGE_MAX + 1);

    while (vocabulary_constant_at((int)count))
        count++;
    target->constants = arena_take(&target->arena, count * sizeof(*target->constants));
    channel_send(&target->nursery, prefix, sizeof(prefix) - 1, NULL, 0);
    for (int messages = 0; messages < CONSTANT_MESSAGES_MAX; messages++) {
        if (channel_receive(&target->nursery, message, WIRE_MESSAGE_MAX + 1, target->options->timeout_ms) !=
            CHANNEL_MESSAGE) {
            *problem = "the agent does not tell its constants";
            return false;
        }
        if (strcmp(message, "constants end") == 0)
            return true;
        if (strncmp(message, prefix, sizeof(prefix) - 1) != 0 ||
            !add_constants(target, message + sizeof(prefix) - 1)) {
            *problem = arena_print(&target->arena, "the agent talks nonsense: '%.120s'", message);
            return false;
        }
    }
    *problem = "the agent does not stop telling constants";
    return false;
}

struct answer *target_ask(const struct target *target, struct channel *channel, struct arena *arena,
                          int descriptor, const char *request)
{
    char message[WIRE_MESSAGE_MAX / 16];
    struct answer *trouble = arena_take(arena, sizeof(*trouble));

    trouble->kind = ANSWER_TROUBLE;
    if (!channel_send(channel, request, strlen(request), &descriptor, descriptor >= 0)) {
        trouble->trouble = "the agent is gone";
        return trouble;
    }
    switch (channel_receive(channel, message, sizeof(message), target->options->timeout_ms)) {
    case CHANNEL_MESSAGE:
        return answer_read(message, arena);
    case CHANNEL_TIMEOUT:
        trouble->trouble = arena_print(arena, "the agent does not answer '%.60s'", request);
        break;
    case CHANNEL_CLOSED:
        trouble->trouble = arena_print(arena, "the agent ended at '%.60s'", request);
        break;
    }
    return trouble;
}

static const char *case_request(enum isolation isolation)
{
    static const char *const requests[] = {
        [ISOLATION_FULL] = "case ipc,pid", [ISOLATION_IPC] = "case ipc", [ISOLATION_NONE] = "case none"};

    return requests[isolation];
}

bool target_open_case(struct target *target, struct channel *first, struct arena *arena, const char **problem)
{
    int agent_end;

    if (!channel_open(first, &agent_end)) {
        *problem = arena_print(arena, "socketpair: %s", strerror(errno));
        return false;
    }
    const struct answer *answer =
        target_ask(target, &target->nursery, arena, agent_end, case_request(target->isolation));

    close(agent_end);
    if (answer->kind == ANSWER_RETURNED) {
        char hello[256];

        if (channel_receive(first, hello, sizeof(hello), target->options->timeout_ms) == CHANNEL_MESSAGE &&
            answer_read(hello, arena)->kind == ANSWER_HELLO)
            return true;
        *problem = "the first process of the case does not speak";
    } else {
        *problem = answer->kind == ANSWER_FAILED
                       ? arena_print(arena, "%s: %s", case_request(target->isolation), answer->name)
                       : answer->trouble;
    }
    channel_close(first);
    return false;
}

const char *target_why_no_hello(struct channel *first, struct arena *arena)
{
    char message[512];

    switch (channel_receive(first, message, sizeof(message), 0)) {
    case CHANNEL_MESSAGE: {
        const char *trouble = answer_read(message, arena)->trouble;

        return trouble ? trouble : arena_print(arena, "%s", message);
    }
    case CHANNEL_CLOSED:
        return "the case's first process is gone";
    case CHANNEL_TIMEOUT:
        break;
    }
    return "it ended before it spoke";
}

/*
 * An ordinary user is root in a user namespace, and its subordinate ids are the others; where it has none it is alone.
 * Returns NULL, or what was refused.
 */
static const char *enter_user_namespace(struct target *target)
{
    struct arena *arena = &target->arena;
    const struct answer *answer = target_ask(target, &target->nursery, arena, -1, "user");

    if (answer->kind == ANSWER_RETURNED && !subordinate_ids_map(target->nursery_pid))
        answer = target_ask(target, &target->nursery, arena, -1,
                            arena_print(arena, "map %u %u", (unsigned)geteuid(), (unsigned)getegid()));
    target->user_namespace = answer->kind == ANSWER_RETURNED;
    return target->user_namespace ? NULL : answer->name ? answer->name : answer->trouble;
}

/* Tries what was asked for, then less, until a case opens. */
static bool settle_isolation(struct target *target, const char **problem)
{
    struct channel first;

    if (geteuid() != 0 && target->options->isolation != ISOLATION_NONE) {
        const char *refused = enter_user_namespace(target);

        if (refused)
            target->why_lowered =
                arena_print(&target->arena, "user namespaces are refused here (%s)", refused);
    }
    for (target->isolation = target->options->isolation;; target->isolation++) {
        if (target_open_case(target, &first, &target->arena, problem)) {
            channel_close(&first);
            return true;
        }
        if (target->isolation == ISOLATION_NONE)
            return false;
        if (!target->why_lowered)
            target->why_lowered = arena_print(&target->arena, "namespaces are refused here (%s)", *problem);
    }
}

bool target_start(struct target *target, const struct conductor_options *options, const char **problem)
{
    pid_t parent = getpid();
    int agent_end;

    *target = (struct target){.options = options, .libc = "unknown", .nursery = {.descriptor = -1}};
    if (access(options->agent, X_OK) < 0 || !channel_open(&target->nursery, &agent_end)) {
        *problem = arena_print(&target->arena, "the agent %s cannot be started: %s", options->agent,
                               strerror(errno));
        return false;
    }
    target->nursery_pid = fork();
    if (target->nursery_pid == 0)
        become_agent(options, agent_end, parent);
    close(agent_end);
    char hello[256];
    struct answer *route;

    if (channel_receive(&target->nursery, hello, sizeof(hello), options->timeout_ms) != CHANNEL_MESSAGE ||
        answer_read(hello, &target->arena)->kind != ANSWER_HELLO) {
        *problem = arena_print(&target->arena, "the agent %s does not speak", options->agent);
    } else if ((route = target_ask(target, &target->nursery, &target->arena, -1,
                                   options->calls == CALLS_RAW ? "calls raw" : "calls libc"))
                   ->kind != ANSWER_RETURNED) {
        *problem = arena_print(&target->arena, "the agent refuses its route: %s",
                               route->trouble ? route->trouble : route->name);
    } else if (learn_constants(target, problem) && settle_isolation(target, problem)) {
        if (options->deviant)
            target->libc = arena_print(&target->arena, "%s, deviant %s", target->libc, options->deviant);
        return true;
    }
    return false;
}

bool target_start_shortly(struct target *target, const struct conductor_options *options, struct arena *arena,
                          const char **problem)
{
    if (target_start(target, options, problem))
        return true;
    *problem = arena_print(arena, "%s", *problem);
    target_stop(target);
    return false;
}

void target_stop(struct target *target)
{
    channel_close(&target->nursery);
    if (target->nursery_pid > 0) {
        /* Its cases have PDEATHSIG: with it goes everything below. */
        kill(target->nursery_pid, SIGKILL);
        while (waitpid(target->nursery_pid, NULL, 0) < 0 && errno == EINTR)
            ;
    }
    arena_free(&target->arena);
    target->nursery_pid = 0;
}

const struct value *target_constant(const struct target *target, const char *name)
{
    int place = vocabulary_constant(name);

    return place >= 0 && target->constants[place].defined ? &target->constants[place].value : NULL;
}

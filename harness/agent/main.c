/*
 * The agent: performs what the conductor asks for, on the target. It starts as the nursery, or, after the
 * call exec, as the actor that it was; wire.h tells the rest.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "agent/actor.h"
#include "agent/agent.h"
#include "agent/barrier.h"
#include "agent/buffers.h"
#include "agent/case.h"
#include "agent/constants.h"
#include "agent/credentials.h"
#include "agent/faults.h"
#include "agent/perform.h"
#include "agent/thread.h"
#include "vocabulary/vocabulary.h"

enum {
    EXIT_USAGE = 2,
    ANSWER_MAX = 64, /* bytes of an answer without buffers, and of a hello */
};

void agent_write_fired(const struct agent *agent, struct message *answer)
{
    if (agent->fail_nth.nth)
        message_word(answer, agent->fail_nth.fired ? " fired=1" : " fired=0");
}

void agent_answer(const struct agent *agent, long long result)
{
    int error = errno;
    char text[ANSWER_MAX];
    struct message answer = message_in(text, sizeof(text));
    message_word(&answer, "= ");
    message_number(&answer, result);
    if (result == -1) {
        message_character(&answer, ' ');
        constants_write_errno(&answer, error);
    }
    agent_write_fired(agent, &answer);
    channel_send(agent->channel, &answer);
}

void agent_say_hello(const struct agent *agent)
{
    char text[ANSWER_MAX];
    struct message hello = message_in(text, sizeof(text));
    message_word(&hello, "hello pid=");
    message_number(&hello, getpid());
    message_word(&hello, " tid=");
    message_number(&hello, syscall(SYS_gettid));
    message_word(&hello, " uid=");
    message_unsigned(&hello, geteuid());
    message_word(&hello, " gid=");
    message_unsigned(&hello, getegid());
    channel_send(agent->channel, &hello);
}

static void send_constants(struct agent *agent, struct request *request, char *rest)
{
    (void)request, (void)rest;
    constants_send(agent->channel);
}

static void choose_route(struct agent *agent, struct request *request, char *rest)
{
    (void)request;
    bool raw = strcmp(rest, " raw") == 0;
    if (!raw && strcmp(rest, " libc") != 0) {
        channel_complain(agent->channel, "calls wants libc or raw", NULL);
        return;
    }
    agent->raw = raw;
    agent_answer(agent, 0);
}

static void enter_user_namespace(struct agent *agent, struct request *request, char *rest)
{
    (void)request, (void)rest;
    if (credentials_enter_user_namespace())
        agent_answer(agent, 0);
    else
        channel_complain_errno(agent->channel, "unshare", errno);
}

static void map_to_root(struct agent *agent, struct request *request, char *rest)
{
    (void)request;
    unsigned uid = (unsigned)strtoul(rest, &rest, 10), gid = (unsigned)strtoul(rest, &rest, 10);
    const char *failed = credentials_map_to_root(uid, gid);
    if (failed)
        channel_complain_errno(agent->channel, failed, errno);
    else
        agent_answer(agent, 0);
}

static const struct {
    const char *verb;
    int roles;
    agent_request *perform;
} requests[] = {
    {"constants", ROLE_NURSERY, send_constants},
    {"user", ROLE_NURSERY, enter_user_namespace},
    {"map", ROLE_NURSERY, map_to_root},
    {"case", ROLE_NURSERY, case_begin},
    {"calls", ROLE_ANY, choose_route},
    {"actor", ROLE_CASE, case_actor},
    {"program", ROLE_CASE, case_program},
    {"reap", ROLE_CASE, case_reap},
    {"end", ROLE_CASE, case_end},
    {"fork", ROLE_ACTOR, actor_fork},
    {"clone", ROLE_ACTOR, actor_clone},
    {"vfork", ROLE_ACTOR, actor_vfork},
    {"thread", ROLE_ACTOR, actor_thread},
    {"exec", ROLE_ACTOR, actor_exec},
    {"exit", ROLE_ACTOR, actor_exit},
    {"exit_group", ROLE_ACTOR, actor_exit_group},
};

enum { REQUEST_COUNT = sizeof(requests) / sizeof(requests[0]) };

/* Performs a request of the table above, or else a call. */
static void perform_request(struct agent *agent, struct request *request, char *text)
{
    char verb[32];
    size_t length = strcspn(text, " ");
    if (length >= sizeof(verb)) {
        channel_complain(agent->channel, "a verb that long is unknown", NULL);
        return;
    }
    memcpy(verb, text, length);
    verb[length] = '\0';
    char *rest = text + length;
    for (size_t i = 0; i < REQUEST_COUNT; i++) {
        if (strcmp(requests[i].verb, verb) != 0)
            continue;
        if (requests[i].roles & (int)agent->role)
            requests[i].perform(agent, request, rest);
        else
            channel_complain(agent->channel, "not a request for this process:", verb);
        return;
    }
    perform_call(agent, verb, rest);
}

/* "fail_nth 3 shmat 0 0 0": the request behind it, with its third allocation failing. */
static void perform_failing(struct agent *agent, struct request *request, char *rest)
{
    unsigned long nth = strtoul(rest, &rest, 10);
    if (nth == 0 || *rest != ' ') {
        channel_complain(agent->channel, "fail_nth wants a number from 1 and a call", NULL);
        return;
    }
    if (!fail_nth_prepare(&agent->fail_nth, nth)) {
        channel_complain_errno(agent->channel, "/proc/thread-self/fail-nth", errno);
        return;
    }
    perform_request(agent, request, rest + 1);
    fail_nth_finish(&agent->fail_nth);
}

/* Cases that have ended, without waiting for one that has not. */
static void reap_cases(void)
{
    while (waitpid(-1, NULL, WNOHANG) > 0)
        continue;
}

void agent_run(struct agent *agent)
{
    static _Thread_local struct request request;
    static const char failing[] = "fail_nth ";
    while (channel_receive(agent->channel, &request)) {
        if (agent->role == ROLE_NURSERY)
            reap_cases();
        if (strncmp(request.text, failing, sizeof(failing) - 1) == 0)
            perform_failing(agent, &request, request.text + sizeof(failing) - 1);
        else
            perform_request(agent, &request, request.text);
        channel_close_descriptors(&request);
    }
    if (agent->role == ROLE_CASE)
        case_abandoned();
}

static bool is_channel(int descriptor)
{
    int type;
    socklen_t size = sizeof(type);
    return getsockopt(descriptor, SOL_SOCKET, SO_TYPE, &type, &size) == 0 && type == SOCK_SEQPACKET;
}

static int refuse(void)
{
    static const char text[] = "ipcdrill-agent: this program is started by ipcdrill, with a socket.\n";
    ssize_t written = write(STDERR_FILENO, text, sizeof(text) - 1);

    (void)written; /* there is nobody else to tell */
    return EXIT_USAGE;
}

int main(int argument_count, char **arguments)
{
    struct agent agent = {.role = ROLE_NURSERY, .channel = WIRE_NURSERY_FD};
    bool resumes = argument_count > 1 && strcmp(arguments[1], ACTOR_RESUME_WORD) == 0;
    constants_initialise();
    if (!resumes) {
        if (argument_count > 1 || !is_channel(agent.channel))
            return refuse();
        faults_reset_signals();
        fcntl(agent.channel, F_SETFD, FD_CLOEXEC);
    }
    faults_initialise();
    vocabulary_call_at(0); /* makes its tables, so that a fork need not */
    if (!buffers_initialise() || (!resumes && !barrier_initialise())) {
        channel_complain_errno(agent.channel, "memory", errno);
        return 1;
    }
    if (resumes && !actor_resume(&agent, argument_count, arguments))
        return refuse();
    faults_report_to(agent.channel);
    if (!resumes)
        agent_say_hello(&agent);
    agent_run(&agent);
    _exit(0);
}

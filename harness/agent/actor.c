/* fork, clone, vfork, exec and exit. */
#include "agent/actor.h"

#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "agent/credentials.h"
#include "agent/faults.h"
#include "agent/fork.h"
#include "agent/ledger.h"
#include "agent/thread.h"

enum {
    NUMBER_TEXT_MAX = 24,
    RESUME_ARGUMENTS = 6, /* name, ACTOR_RESUME_WORD, channel, ledger, raw, dies with its parent */
};

static void fork_actor(struct agent *agent, struct request *request, enum fork_way way, unsigned long flags)
{
    if (request->descriptors[0] < 0) {
        channel_complain(agent->channel, "a new actor needs a descriptor", NULL);
        return;
    }
    pid_t pid = fork_agent(agent, request, ROLE_ACTOR, way, flags);
    if (pid == 0)
        fork_settle(agent);
    else
        agent_answer(agent, pid);
}

void actor_fork(struct agent *agent, struct request *request, char *rest)
{
    (void)rest;
    fork_actor(agent, request, agent->raw ? FORK_CLONE : FORK_LIBRARY, 0);
}

void actor_clone(struct agent *agent, struct request *request, char *rest)
{
    unsigned long flags = strtoul(rest, NULL, 0);
    if (flags & (CLONE_VM | CLONE_VFORK | CLONE_SETTLS)) {
        channel_complain(agent->channel, "clone: actors do not share their memory", NULL);
        return;
    }
    fork_actor(agent, request, FORK_CLONE, flags);
}

/*
 * The child of vfork runs here, on the parent's stack and in its memory, until it execs or ends: what it changes of
 * the parent's state is put back by the parent.
 */
static _Noreturn void live_in_the_parent(struct agent agent, struct request *request)
{
    agent.borrowed = true;
    agent.fail_nth = (struct fail_nth){0};
    fork_take_channel(&agent, request, false);
    credentials_die_with_parent(false);
    fork_settle(&agent);
    agent_run(&agent);
    _exit(0);
}

void actor_vfork(struct agent *agent, struct request *request, char *rest)
{
    (void)rest;
    bool dies = credentials_dies_with_parent();
    int descriptor = request->descriptors[0];
    if (descriptor < 0) {
        channel_complain(agent->channel, "a new actor needs a descriptor", NULL);
        return;
    }
    fork_block_signals(SIG_BLOCK);
    pid_t pid = vfork();
    if (pid == 0)
        live_in_the_parent(*agent, request);
    int error = errno;
    for (int i = 0; i < REQUEST_DESCRIPTORS_MAX; i++)
        request->descriptors[i] = -1;
    close(descriptor);
    faults_report_to(agent->channel);
    credentials_die_with_parent(dies);
    fork_block_signals(SIG_UNBLOCK);
    errno = error;
    agent_answer(agent, pid);
}

static void keep_through_exec(int descriptor, bool keep)
{
    if (descriptor >= 0)
        fcntl(descriptor, F_SETFD, keep ? 0 : FD_CLOEXEC);
}

static char *write_number(char text[NUMBER_TEXT_MAX], long long number)
{
    struct message message = message_in(text, NUMBER_TEXT_MAX - 1);
    message_number(&message, number);
    text[message.length] = '\0';
    return text;
}

void actor_exec(struct agent *agent, struct request *request, char *rest)
{
    (void)request, (void)rest;
    static char name[] = "ipcdrill-agent", word[] = ACTOR_RESUME_WORD;
    static const char path[] = "/proc/self/exe";
    char numbers[4][NUMBER_TEXT_MAX];
    char *arguments[RESUME_ARGUMENTS + 1] = {name,
                                             word,
                                             write_number(numbers[0], agent->channel),
                                             write_number(numbers[1], ledger_descriptor()),
                                             write_number(numbers[2], agent->raw),
                                             write_number(numbers[3], credentials_dies_with_parent())};
    keep_through_exec(agent->channel, true);
    keep_through_exec(ledger_descriptor(), true);
    if (agent->raw)
        syscall(SYS_execve, path, arguments, environ);
    else
        execve(path, arguments, environ);
    int error = errno;
    keep_through_exec(agent->channel, false);
    keep_through_exec(ledger_descriptor(), false);
    errno = error;
    agent_answer(agent, -1);
}

bool actor_resume(struct agent *agent, int argument_count, char **arguments)
{
    if (argument_count != RESUME_ARGUMENTS)
        return false;
    agent->role = ROLE_ACTOR;
    agent->channel = atoi(arguments[2]);
    int ledger = atoi(arguments[3]);
    agent->raw = atoi(arguments[4]) != 0;
    keep_through_exec(agent->channel, false);
    keep_through_exec(ledger, false);
    credentials_die_with_parent(atoi(arguments[5]) != 0);
    if (!ledger_adopt(ledger)) {
        channel_complain_errno(agent->channel, "ledger", errno);
        return false;
    }
    agent_answer(agent, 0);
    return true;
}

void actor_exit_group(struct agent *agent, struct request *request, char *rest)
{
    (void)request;
    int status = (int)strtol(rest, NULL, 0);
    if (agent->raw)
        syscall(SYS_exit_group, status);
    _exit(status);
}

/* Of a process that has one thread this is the end, and the C library's way there the usual one. */
void actor_exit(struct agent *agent, struct request *request, char *rest)
{
    if (!thread_was_made() || agent->borrowed)
        actor_exit_group(agent, request, rest);
    thread_end(agent, (int)strtol(rest, NULL, 0));
}

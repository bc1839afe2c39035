/* fork, clone and clone3. */
#include "agent/fork.h"

#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <signal.h>
#include <stdint.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "agent/credentials.h"
#include "agent/faults.h"
#include "agent/orphans.h"

/* The first version of clone3(2)'s structure. */
struct clone3_arguments {
    uint64_t flags, pidfd, child_tid, parent_tid, exit_signal, stack, stack_size, tls;
};

static long call_clone(unsigned long flags)
{
#if defined(__s390__)
    return syscall(SYS_clone, 0, flags | SIGCHLD, NULL, NULL, 0);
#else
    return syscall(SYS_clone, flags | SIGCHLD, 0, NULL, NULL, 0);
#endif
}

static long call_clone3(unsigned long flags)
{
#ifdef SYS_clone3
    struct clone3_arguments arguments = {.flags = flags, .exit_signal = SIGCHLD};
    long pid = syscall(SYS_clone3, &arguments, sizeof(arguments));
    if (pid >= 0 || errno != ENOSYS)
        return pid;
#endif
    return call_clone(flags);
}

static long call_fork(unsigned long flags)
{
    (void)flags;
    return fork();
}

static long (*const ways[])(unsigned long flags) = {
    [FORK_LIBRARY] = call_fork, [FORK_CLONE] = call_clone, [FORK_CLONE3] = call_clone3};

void fork_take_channel(struct agent *agent, struct request *request, bool shares_descriptors)
{
    if (!shares_descriptors) {
        dup3(request->descriptors[0], WIRE_NURSERY_FD, O_CLOEXEC);
        close(request->descriptors[0]);
        if (agent->channel != WIRE_NURSERY_FD)
            close(agent->channel);
        agent->channel = WIRE_NURSERY_FD;
    } else {
        agent->channel = request->descriptors[0];
    }
    request->descriptors[0] = -1;
    faults_report_to(agent->channel);
}

void fork_block_signals(int how)
{
    sigset_t all;
    sigfillset(&all);
    sigprocmask(how, &all, NULL);
}

pid_t fork_agent(struct agent *agent, struct request *request, enum role role, enum fork_way way,
                 unsigned long flags)
{
    bool shares_descriptors = (flags & CLONE_FILES) != 0;
    fork_block_signals(SIG_BLOCK);
    fail_nth_arm(&agent->fail_nth);
    pid_t pid = (pid_t)ways[way](flags);
    if (pid == 0) {
        fail_nth_finish(&agent->fail_nth); /* the kernel lets nothing fail in the child */
        agent->role = role;
        agent->borrowed = false;
        fork_take_channel(agent, request, shares_descriptors);
        credentials_die_with_parent(false);
        return 0;
    }
    fail_nth_disarm(&agent->fail_nth);
    if (pid > 0 && role == ROLE_ACTOR)
        orphans_keep(pid); /* before it may be told that it has ended */
    if (pid > 0 && shares_descriptors)
        request->descriptors[0] = -1;
    int error = errno;
    fork_block_signals(SIG_UNBLOCK);
    errno = error;
    return pid;
}

void fork_settle(const struct agent *agent)
{
    fork_block_signals(SIG_UNBLOCK);
    agent_say_hello(agent);
}

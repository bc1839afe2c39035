/* Cases, actors and programs under test. */
#include "agent/case.h"

#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <signal.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/prctl.h>
#include <unistd.h>

#include "agent/arguments.h"
#include "agent/barrier.h"
#include "agent/credentials.h"
#include "agent/descendants.h"
#include "agent/fork.h"
#include "agent/ledger.h"

enum { PROGRAM_WORDS_MAX = 64 }; /* the path and the arguments of a program */

static const struct {
    const char *word;
    unsigned long flag;
} isolations[] = {{"ipc", CLONE_NEWIPC}, {"pid", CLONE_NEWPID}, {"none", 0}};

enum { ISOLATION_COUNT = sizeof(isolations) / sizeof(isolations[0]) };

/* Reads " ipc,pid". Returns false when a word is unknown. */
static bool read_isolation(const char *text, unsigned long *flags)
{
    *flags = 0;
    do {
        text++;
        size_t length = strcspn(text, ",");
        size_t i = 0;
        while (i < ISOLATION_COUNT &&
               (strlen(isolations[i].word) != length || strncmp(text, isolations[i].word, length) != 0))
            i++;
        if (i == ISOLATION_COUNT)
            return false;
        *flags |= isolations[i].flag;
        text += length;
    } while (*text);
    return true;
}

/*
 * The first process of a case. With a PID namespace its death is the end of all; without one it must live to
 * kill what is below it, and only the end of its channel ends it.
 */
static void become_case(struct agent *agent, unsigned long flags)
{
    prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0);
    credentials_die_with_parent((flags & CLONE_NEWPID) != 0);
    if (!(flags & CLONE_NEWIPC) && !ledger_create()) {
        channel_complain_errno(agent->channel, "ledger", errno);
        _exit(1);
    }
    fork_settle(agent);
}

void case_begin(struct agent *agent, struct request *request, char *rest)
{
    unsigned long flags;
    if (*rest != ' ' || request->descriptors[0] < 0 || !read_isolation(rest, &flags)) {
        channel_complain(agent->channel, "case wants ipc, pid or none, and a descriptor", NULL);
        return;
    }
    barrier_choose();
    pid_t pid = fork_agent(agent, request, ROLE_CASE, flags ? FORK_CLONE3 : FORK_LIBRARY, flags);
    if (pid == 0)
        become_case(agent, flags);
    else
        agent_answer(agent, pid);
}

/* Forks a child that dies with the case. Returns true in the child; complains in the parent when there is
 * none. */
static bool fork_child(struct agent *agent, struct request *request)
{
    pid_t parent = getpid();
    pid_t pid = fork_agent(agent, request, ROLE_ACTOR, FORK_LIBRARY, 0);
    if (pid < 0)
        channel_complain_errno(agent->channel, "fork", errno);
    if (pid != 0)
        return false;
    credentials_die_with_parent(true);
    if (getppid() != parent)
        _exit(0);
    return true;
}

void case_actor(struct agent *agent, struct request *request, char *rest)
{
    struct credentials credentials;
    if (request->descriptors[0] < 0 || !credentials_read(&credentials, rest)) {
        channel_complain(agent->channel, "actor wants uid= gid= groups= caps=, and a descriptor", NULL);
        return;
    }
    if (!fork_child(agent, request))
        return;
    const char *failed = credentials_apply(&credentials);
    if (failed) {
        channel_complain_errno(agent->channel, failed, errno);
        _exit(1);
    }
    credentials_rearm();
    fork_settle(agent);
}

static const char *take_terminal(int terminal)
{
    if (setsid() < 0)
        return "setsid";
    if (ioctl(terminal, TIOCSCTTY, 0) != 0)
        return "TIOCSCTTY";
    for (int standard = STDIN_FILENO; standard <= STDERR_FILENO; standard++)
        if (dup2(terminal, standard) < 0)
            return "dup2";
    return NULL;
}

/* Another user may have no way to the file through the folders above it: the runner opens it. */
static void execute_as(const struct credentials *credentials, char **words)
{
    int file = open(words[0], O_PATH | O_CLOEXEC);
    if (file >= 0 && !credentials_apply(credentials)) {
        credentials_rearm();
        fexecve(file, words, environ);
    }
}

static _Noreturn void become_program(const struct agent *agent, int terminal,
                                     const struct credentials *credentials, char **words)
{
    fork_settle(agent);
    const char *failed = take_terminal(terminal);
    if (failed) {
        channel_complain_errno(agent->channel, failed, errno);
        _exit(1);
    }
    if (credentials->has_uid || credentials->has_gid || credentials->has_groups)
        execute_as(credentials, words);
    else
        execv(words[0], words);
    int error = errno;
    char text[WIRE_MESSAGE_MAX];
    struct message what = message_in(text, sizeof(text) - 1);
    message_word(&what, "execv ");
    message_word(&what, words[0]);
    text[what.length] = '\0';
    channel_complain_errno(agent->channel, text, error);
    _exit(1);
}

/* Reads the credentials in front of the first quote, and the words from there on. */
static bool read_program(char *rest, struct credentials *credentials, char **words)
{
    char *path = strstr(rest, " \"");
    if (!path)
        return false;
    *path = '\0';
    bool is_read = credentials_read(credentials, rest);
    *path = ' ';
    return is_read && arguments_read_words(path, words, PROGRAM_WORDS_MAX) > 0;
}

void case_program(struct agent *agent, struct request *request, char *rest)
{
    char *words[PROGRAM_WORDS_MAX + 1];
    struct credentials credentials;
    int terminal = request->descriptors[1];
    if (request->descriptors[0] < 0 || terminal < 0 || !read_program(rest, &credentials, words)) {
        channel_complain(agent->channel, "program wants uid= gid= groups=, a path, a channel and a terminal",
                         NULL);
        return;
    }
    if (fork_child(agent, request))
        become_program(agent, terminal, &credentials, words);
}

static void end_everything(void)
{
    ledger_close();
    descendants_end();
    ledger_remove_objects();
}

void case_end(struct agent *agent, struct request *request, char *rest)
{
    (void)request, (void)rest;
    end_everything();
    agent_answer(agent, 0);
}

_Noreturn void case_abandoned(void)
{
    end_everything();
    _exit(0);
}

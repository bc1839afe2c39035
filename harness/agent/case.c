/* Cases, actors and programs under test. */
#include "agent/case.h"

#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <signal.h>
#include <stdlib.h>
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
#include "agent/orphans.h"
#include "agent/trap.h"

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

/* What a program is started with: wire.h. The descriptors are those of its request. */
struct program {
    bool pipes, trapped;
    int input, output; /* the terminal twice, unless there are pipes */
    int filter;        /* TRAPPED */
    struct credentials credentials;
    char *words[PROGRAM_WORDS_MAX + 1];
};

static const char *take_input_and_output(const struct program *program)
{
    if (setsid() < 0)
        return "setsid";
    if (!program->pipes && ioctl(program->input, TIOCSCTTY, 0) != 0)
        return "TIOCSCTTY";
    if (dup2(program->input, STDIN_FILENO) < 0 || dup2(program->output, STDOUT_FILENO) < 0 ||
        dup2(program->output, STDERR_FILENO) < 0)
        return "dup2";
    return NULL;
}

/*
 * Another user may have no way to the file through the folders above it: the runner opens it. The interpreter of a
 * script opens it once more by that descriptor (execveat(2), BUGS).
 */
static void execute_as(const struct credentials *credentials, char **words)
{
    int file = open(words[0], O_PATH | O_CLOEXEC);
    if (file >= 0 && !credentials_apply(credentials)) {
        credentials_rearm();
        fexecve(file, words, environ);
        if (errno == ENOENT && fcntl(file, F_SETFD, 0) == 0)
            fexecve(file, words, environ);
    }
}

/* Hands the listener to the host, which from then on answers this process's trapped calls. */
static const char *give_listener(const struct agent *agent, int filter)
{
    static char text[] = "listener";
    struct message message = {.text = text, .length = sizeof(text) - 1};
    const char *failed;
    int listener = trap_install(filter, &failed);
    if (listener < 0)
        return failed;
    if (!channel_send_descriptor(agent->channel, &message, listener))
        return "sendmsg";
    close(listener);
    return NULL;
}

static _Noreturn void become_program(const struct agent *agent, struct program *program)
{
    char **words = program->words;
    const struct credentials *credentials = &program->credentials;
    fork_settle(agent);
    const char *failed = take_input_and_output(program);
    if (!failed && program->trapped)
        failed = give_listener(agent, program->filter);
    if (failed) {
        channel_complain_errno(agent->channel, failed, errno);
        _exit(1);
    }
    /* A deviant is what the agent's system is; the program under test runs on the true one. */
    if (getenv("IPCDRILL_DEVIANT"))
        unsetenv("LD_PRELOAD");
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

/* Moves *text behind the word, when it begins with it. */
static bool skip_word(char **text, const char *word)
{
    size_t length = strlen(word);
    if (strncmp(*text, word, length) != 0 || (*text)[length] != ' ')
        return false;
    *text += length;
    return true;
}

/* Reads the words in front of the first quote, and the path and the arguments from there on. */
static bool read_program(char *rest, struct program *program)
{
    program->pipes = skip_word(&rest, " pipes");
    program->trapped = skip_word(&rest, " trapped");
    char *path = strstr(rest, " \"");
    if (!path)
        return false;
    *path = '\0';
    bool is_read = credentials_read(&program->credentials, rest);
    *path = ' ';
    return is_read && arguments_read_words(path, program->words, PROGRAM_WORDS_MAX) > 0;
}

static bool take_descriptors(struct program *program, const int *next)
{
    program->input = *next++;
    program->output = program->pipes ? *next++ : program->input;
    program->filter = program->trapped ? *next : -1;
    return program->output >= 0 && (!program->trapped || program->filter >= 0);
}

void case_program(struct agent *agent, struct request *request, char *rest)
{
    struct program program = {0};
    if (request->descriptors[0] < 0 || !read_program(rest, &program) ||
        !take_descriptors(&program, request->descriptors + 1)) {
        channel_complain(agent->channel, "program wants a path, and the descriptors that wire.h names", NULL);
        return;
    }
    if (fork_child(agent, request))
        become_program(agent, &program);
}

void case_reap(struct agent *agent, struct request *request, char *rest)
{
    (void)request;
    if (*rest)
        orphans_release((pid_t)strtol(rest, NULL, 10));
    else
        orphans_reap();
    agent_answer(agent, 0);
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

#include "tests/tool.h"

#include <check.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "tests/surroundings.h"

enum { COMMAND_BYTES_MAX = 4096 };

static void become_tool(char *command, int out, int error)
{
    char *words[TOOL_WORDS_MAX + 2] = {(char *)tool_path()}, *rest = command, *word;
    int count = 1, null = open("/dev/null", O_RDONLY);
    sigset_t none;

    /* Check's own handlers would end the test; under nohup SIGHUP would be ignored. */
    signal(SIGHUP, SIG_DFL);
    signal(SIGINT, SIG_DFL);
    signal(SIGTERM, SIG_DFL);
    signal(SIGALRM, SIG_DFL);
    sigemptyset(&none);
    sigprocmask(SIG_SETMASK, &none, NULL);
    while ((word = strsep(&rest, " ")) && count <= TOOL_WORDS_MAX)
        if (*word)
            words[count++] = word;
    unsetenv("NO_COLOR");
    dup2(null, STDIN_FILENO);
    dup2(out, STDOUT_FILENO);
    dup2(error, STDERR_FILENO);
    execv(words[0], words);
    _exit(127);
}

__attribute__((format(printf, 1, 0))) static pid_t start(const char *format, va_list arguments, int out,
                                                         int error)
{
    char command[COMMAND_BYTES_MAX];
    int length = vsnprintf(command, sizeof(command), format, arguments);

    ck_assert_int_lt(length, COMMAND_BYTES_MAX);
    sigset_t all, before;

    sigfillset(&all);
    sigprocmask(SIG_SETMASK, &all, &before);
    pid_t child = fork();

    if (child == 0)
        become_tool(command, out, error);
    sigprocmask(SIG_SETMASK, &before, NULL);
    ck_assert_int_gt(child, 0);
    return child;
}

static int scratch_file(void)
{
    FILE *file = tmpfile();

    ck_assert_ptr_nonnull(file);
    return fcntl(fileno(file), F_DUPFD_CLOEXEC, 3);
}

static char *take_file(int descriptor)
{
    char path[64];

    snprintf(path, sizeof(path), "/proc/self/fd/%d", descriptor);
    char *text = read_whole(path);

    close(descriptor);
    return text;
}

__attribute__((format(printf, 1, 0))) static struct tool_result run(const char *format, va_list arguments)
{
    struct tool_result result;
    int out = scratch_file(), error = scratch_file();
    pid_t child = start(format, arguments, out, error);

    while (waitpid(child, &result.status, 0) < 0)
        ck_assert_int_eq(errno, EINTR);
    result.out = take_file(out);
    result.error = take_file(error);
    return result;
}

struct tool_result tool_run(const char *command, ...)
{
    va_list arguments;

    va_start(arguments, command);
    struct tool_result result = run(command, arguments);

    va_end(arguments);
    return result;
}

struct tool_result tool_expect(int code, const char *command, ...)
{
    va_list arguments;

    va_start(arguments, command);
    struct tool_result result = run(command, arguments);

    va_end(arguments);
    ck_assert_msg(WIFEXITED(result.status) && WEXITSTATUS(result.status) == code,
                  "'%s' ends with status %#x instead of exit code %d; it says\n%s%s", command, result.status,
                  code, result.out, result.error);
    return result;
}

void tool_free(struct tool_result *result)
{
    free(result->out);
    free(result->error);
}

pid_t tool_start(const char *command, ...)
{
    va_list arguments;
    int null = open("/dev/null", O_WRONLY | O_CLOEXEC);

    va_start(arguments, command);
    pid_t child = start(command, arguments, null, null);

    va_end(arguments);
    close(null);
    return child;
}

bool tool_has_ended(pid_t tool)
{
    siginfo_t info = {0};

    ck_assert_int_eq(waitid(P_PID, (id_t)tool, &info, WEXITED | WNOHANG | WNOWAIT), 0);
    return info.si_pid == tool;
}

void tool_adopt_orphans(void)
{
    ck_assert_int_eq(prctl(PR_SET_CHILD_SUBREAPER, 1), 0);
}

static long long now_ms(void)
{
    struct timespec now;

    clock_gettime(CLOCK_MONOTONIC, &now);
    return now.tv_sec * 1000LL + now.tv_nsec / 1000000;
}

/* Kills every child and says what it is. */
static void kill_children(void)
{
    FILE *list = fopen("/proc/thread-self/children", "re");
    int pid;

    while (list && fscanf(list, "%d", &pid) == 1) {
        char path[64], name[64] = "";

        snprintf(path, sizeof(path), "/proc/%d/comm", pid);
        FILE *in = fopen(path, "re");

        if (in && fgets(name, sizeof(name), in))
            name[strcspn(name, "\n")] = '\0';
        if (in)
            fclose(in);
        fprintf(stderr, "still there: process %d, %s\n", pid, name);
        kill(pid, SIGKILL);
    }
    if (list)
        fclose(list);
}

bool tool_wait_for_all(int limit_ms)
{
    sigset_t child_signal;
    bool all = true;

    sigemptyset(&child_signal);
    sigaddset(&child_signal, SIGCHLD);
    sigprocmask(SIG_BLOCK, &child_signal, NULL);
    for (long long deadline = now_ms() + limit_ms;;) {
        pid_t ended = waitpid(-1, NULL, WNOHANG);

        if (ended < 0 && errno == ECHILD)
            break;
        if (ended != 0)
            continue;
        long long left_ms = deadline - now_ms();

        if (left_ms <= 0) {
            kill_children();
            all = false;
            left_ms = 1;
        }
        sigtimedwait(&child_signal, NULL, &(struct timespec){left_ms / 1000, left_ms % 1000 * 1000000});
    }
    return all;
}

/*
 * make bench: what supervising a program costs: runs of one that makes a handful of System V calls, each in fresh
 * namespaces with its output read to the end, once bare and once in a session with every call trapped.
 *
 *     bench-session AGENT PROGRAM [ARGUMENT]...
 *
 * Exit codes: 0, 2 usage, 3 trouble.
 */
#include <linux/sched.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "conductor/process.h"
#include "session/session.h"
#include "supervisor/processors.h"

enum { EXIT_USAGE = 2, EXIT_TROUBLE = 3, ROUNDS = 9, RUNS = 40 /* of each kind in a round */ };

static _Noreturn void trouble(const char *what)
{
    fprintf(stderr, "bench-session: %s\n", what);
    exit(EXIT_TROUBLE);
}

/* One run without anything beside it: new namespaces, a pipe, exec. */
static void run_bare(char **words)
{
    struct clone_args arguments = {.flags = CLONE_NEWIPC | CLONE_NEWPID, .exit_signal = SIGCHLD};
    char text[4096];
    int output[2], status;

    if (pipe(output) != 0)
        trouble("no pipe");
    pid_t pid = (pid_t)syscall(SYS_clone3, &arguments, sizeof(arguments));

    if (pid < 0)
        trouble("no namespaces (run as root)");
    if (pid == 0) {
        dup2(output[1], STDOUT_FILENO);
        dup2(output[1], STDERR_FILENO);
        close(output[0]);
        close(output[1]);
        execv(words[0], words);
        _exit(127);
    }
    close(output[1]);
    while (read(output[0], text, sizeof(text)) > 0)
        ;
    close(output[0]);
    if (waitpid(pid, &status, 0) != pid || status != 0)
        trouble("the program fails");
}

static unsigned run_supervised(struct target *target, int filter, char **words)
{
    struct arena arena = {0};
    struct session_record record;
    const char *problem;
    const struct session_program program = {
        .name = "p", .words = (const char *const *)words, .input_at_once = true};
    const struct session_settings settings = {.programs = &program, .program_count = 1, .filter = filter};

    if (!session_run(target, &settings, &arena, &record, &problem))
        trouble(problem);
    if (record.end != SESSION_ENDED || record.programs[0].status != 0)
        trouble(record.reason ? record.reason : "the program fails under supervision");
    unsigned calls = record.calls;

    arena_free(&arena);
    return calls;
}

static int64_t least(const int64_t *times)
{
    int64_t least = times[0];

    for (int i = 1; i < ROUNDS; i++)
        least = times[i] < least ? times[i] : least;
    return least;
}

int main(int argc, char **argv)
{
    struct conductor_options options = {.timeout_ms = 10000, .processor = processors_at(0)};
    struct target target;
    int64_t bare[ROUNDS], supervised[ROUNDS];
    const char *problem;
    unsigned calls = 0;

    if (argc < 3) {
        fputs("usage: bench-session AGENT PROGRAM [ARGUMENT]...\n", stderr);
        return EXIT_USAGE;
    }
    options.agent = argv[1];
    process_run_on(options.processor);
    if (!target_start(&target, &options, &problem))
        trouble(problem);
    int filter = session_filter(NULL, &problem);

    if (filter < 0)
        trouble(problem);
    for (int round = 0; round < ROUNDS; round++) {
        int64_t start_ns = monotonic_ns();

        for (int i = 0; i < RUNS; i++)
            run_bare(argv + 2);
        bare[round] = monotonic_ns() - start_ns;
        for (int i = 0; i < RUNS; i++)
            calls = run_supervised(&target, filter, argv + 2);
        supervised[round] = monotonic_ns() - start_ns - bare[round];
    }
    close(filter);
    target_stop(&target);
    double bare_ms = (double)least(bare) / 1e6 / RUNS, supervised_ms = (double)least(supervised) / 1e6 / RUNS;

    printf("\nruns of a program   calls  bare ms  supervised ms   ratio  runs/s and processor\n");
    printf("%-17s %7u %8.2f %14.2f %7.2f %21.0f\n", "in namespaces", calls, bare_ms, supervised_ms,
           supervised_ms / bare_ms, 1000 / supervised_ms);
    return 0;
}

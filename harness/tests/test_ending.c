/*
 * The tool ended by a signal at any moment: nothing of it lives on, and nothing is left on the machine. A moment is a
 * number of polls after the start, drawn from a seed (IPCDRILL_SEED), so that it falls anywhere from the first steps
 * of the program to the middle of a case.
 */
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "tests/surroundings.h"
#include "tests/tests.h"
#include "tests/tool.h"

enum {
    MOMENTS = 102, /* a multiple of all combinations below */
    SEED = 20240817,
    DEATH_LIMIT_MS = 10 * 1000, /* for killed processes to be gone: far more than it takes */
    TEST_LIMIT_S = 60,
};

/* Everything that a case can be in the middle of. */
static const char busy[] = "case \"objects, a child and a sleeper <n>\"\n"
                           "  writer  shmget(KEY, 4096, IPC_CREAT|0600) = id\n"
                           "  writer  shmat(id, NULL, 0) = _\n"
                           "  reader  semget(KEY, 1, IPC_CREAT|0600) = sem\n"
                           "  writer  semget(IPC_PRIVATE, 1, 0600) = _\n"
                           "  writer  fork() = child\n"
                           "  child  semop(sem, [{0, -1, 0}], 1 <unfinished ...>\n"
                           "  reader  semop(sem, [{0, 1, SEM_UNDO}], 1) = 0\n"
                           "  child  <... semop resumed>) = 0\n"
                           "  child  semop(sem, [{0, -1, 0}], 1 <unfinished ...>\n"
                           "  where\n"
                           "    n\n"
                           "    1..5\n";

static const int signals[] = {SIGINT, SIGTERM, SIGKILL};
static const char *const isolations[] = {"none", "ipc", "full"};

static void make_scratch(void)
{
    scratch_make();
    tool_adopt_orphans();
    if (unshare(CLONE_NEWIPC) < 0)
        ck_assert_msg(geteuid() != 0, "no IPC namespace");
}

static bool has_ended(pid_t tool)
{
    siginfo_t info = {0};

    ck_assert_int_eq(waitid(P_PID, (id_t)tool, &info, WEXITED | WNOHANG | WNOWAIT), 0);
    return info.si_pid == tool;
}

/* Polls until the tool has ended or was polled `limit` times. Returns how often. */
static int poll_tool(pid_t tool, int limit)
{
    int polls = 0;

    while (polls < limit && !has_ended(tool)) {
        sched_yield();
        polls++;
    }
    return polls;
}

static pid_t start_busy(const char *isolation, const char *repeat)
{
    return tool_start("run --isolation %s --repeat %s --agent %s --output %s %s", isolation, repeat,
                      agent_path(), scratch_path("reports"), scratch_path("busy.drill"));
}

static void expect_nothing_left(const char *what, int moment, const char *before)
{
    ck_assert_msg(tool_wait_for_all(DEATH_LIMIT_MS), "processes live on after %s at poll %d", what, moment);
    char *after = objects_here();

    ck_assert_msg(strcmp(before, after) == 0, "left after %s at poll %d:\n%s", what, moment, after);
    free(after);
}

/* How many polls a short run takes from beginning to end. */
static int polls_of_a_run(const char *isolation)
{
    pid_t tool = start_busy(isolation, "4");
    int polls = poll_tool(tool, 1 << 30), status;

    ck_assert_int_eq(waitpid(tool, &status, 0), tool);
    ck_assert_msg(WIFEXITED(status) && WEXITSTATUS(status) == 0, "the run without a signal ends with %#x",
                  status);
    return polls;
}

/* Odd moments end a run that would go on and on, even ones a short run that may just be writing its reports. */
START_TEST(a_signal_at_any_moment_leaves_no_process_and_no_object)
{
    const char *seed = getenv("IPCDRILL_SEED"), *isolation = isolations[_i];
    char *before = objects_here();

    srandom((unsigned)(seed ? atoi(seed) : SEED) + (unsigned)_i);
    scratch_write("busy.drill", busy);
    int polls = polls_of_a_run(isolation);

    for (int i = 0; i < MOMENTS / 3; i++) {
        int number = signals[i % 3], moment = (int)(random() % (polls + 1));
        pid_t tool = start_busy(isolation, i % 2 ? "1000000" : "4");
        char what[64];

        snprintf(what, sizeof(what), "%s with --isolation=%s", strsignal(number), isolation);
        poll_tool(tool, moment);
        kill(tool, number);
        expect_nothing_left(what, moment, before);
    }
    free(before);
}
END_TEST

/* It has begun to run once it has a worker. */
static bool has_children(pid_t tool)
{
    char path[64];

    snprintf(path, sizeof(path), "/proc/%d/task/%d/children", tool, tool);
    char *children = read_whole(path);
    bool any = *children != '\0';

    free(children);
    return any;
}

START_TEST(a_run_that_a_signal_ended_says_so_by_its_exit_code)
{
    static const int ends[] = {SIGINT, SIGTERM, SIGHUP};
    int status;

    scratch_write("busy.drill", busy);
    pid_t tool = start_busy("full", "1000000");

    while (!has_ended(tool) && !has_children(tool))
        sched_yield();
    kill(tool, ends[_i]);
    ck_assert_int_eq(waitpid(tool, &status, 0), tool);
    ck_assert_msg(WIFEXITED(status) && WEXITSTATUS(status) == 128 + ends[_i], "%#x", status);
    ck_assert(tool_wait_for_all(DEATH_LIMIT_MS));
}
END_TEST

/* A worker, a nursery, an actor: whichever is killed, the run goes on and ends in order. */
START_TEST(a_killed_worker_costs_one_instance)
{
    scratch_write("busy.drill",
                  "case \"one\"\n  writer  getpid() = _\n"
                  "case \"two\"\n  writer  kill(reader.pid, SIGKILL) = 0\n  reader  getpid() = _\n"
                  "case \"three\"\n  writer  getpid() = _\n");
    struct tool_result result = tool_expect(1, "run -j 1 --agent %s --output %s %s", agent_path(),
                                            scratch_path("reports"), scratch_path("busy.drill"));

    ck_assert_ptr_nonnull(strstr(result.out, "3 instances: 2 pass, 0 fail, 0 skip, 1 error"));
    tool_free(&result);
    ck_assert(tool_wait_for_all(DEATH_LIMIT_MS));
}
END_TEST

Suite *ending_suite(void)
{
    Suite *suite = suite_create("ending");
    TCase *ends = tcase_create("ends");

    tcase_set_timeout(ends, TEST_LIMIT_S);
    tcase_add_checked_fixture(ends, make_scratch, scratch_remove);
    tcase_add_loop_test(ends, a_signal_at_any_moment_leaves_no_process_and_no_object, 0, 3);
    tcase_add_loop_test(ends, a_run_that_a_signal_ended_says_so_by_its_exit_code, 0, 3);
    tcase_add_test(ends, a_killed_worker_costs_one_instance);
    suite_add_tcase(suite, ends);
    return suite;
}

/*
 * The tool ended by a signal at any moment: nothing of it lives on, and nothing is left on the machine. A moment is a
 * state of the tool (how often it was switched to), drawn from a seed (IPCDRILL_SEED), anywhere from the first steps
 * of the program to its last.
 */
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "tests/moment.h"
#include "tests/surroundings.h"
#include "tests/tests.h"
#include "tests/tool.h"

enum {
    MOMENTS = 102, /* a multiple of all combinations below */
    SWEEP_MOMENTS = 12,
    SWEEP_TURN = 100,           /* other moments than those of runs */
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

static pid_t start_busy(const char *isolation, const char *repeat)
{
    return tool_start("run --isolation %s --repeat %s --agent %s --output %s %s", isolation, repeat,
                      agent_path(), scratch_path("reports"), scratch_path("busy.drill"));
}

/* Of a program without a finding: a sweep that ends well. */
static pid_t start_sweep(void)
{
    return tool_start(
        "sweep --agent %s -- %s block-signals clean-at-exit make-set post take-patiently make-segment",
        agent_path(), specimen_path());
}

static void expect_nothing_left(const char *what, struct moment moment, const char *before)
{
    ck_assert_msg(tool_wait_for_all(DEATH_LIMIT_MS), "processes live on after %s at %ld + %d", what,
                  moment.switches, moment.polls);
    char *after = objects_here();

    ck_assert_msg(strcmp(before, after) == 0, "left after %s at %ld + %d:\n%s", what, moment.switches,
                  moment.polls, after);
    free(after);
}

/* Odd moments end a run that would go on and on, even ones a short run that may just be writing its reports. */
START_TEST(a_signal_at_any_moment_leaves_no_process_and_no_object)
{
    const char *isolation = isolations[_i];
    char *before = objects_here();

    moment_seed((unsigned)_i);
    scratch_write("busy.drill", busy);
    long last = moment_last(start_busy(isolation, "4"));

    for (int i = 0; i < MOMENTS / 3; i++) {
        const struct moment moment = moment_draw(last);
        int number = signals[i % 3];
        pid_t tool = start_busy(isolation, i % 2 ? "1000000" : "4");
        char what[64];

        snprintf(what, sizeof(what), "%s with --isolation=%s", strsignal(number), isolation);
        moment_await(tool, moment);
        kill(tool, number);
        expect_nothing_left(what, moment, before);
    }
    free(before);
}
END_TEST

START_TEST(a_sweep_that_is_ended_leaves_no_process_and_no_object)
{
    char *before = objects_here();

    moment_seed(SWEEP_TURN);
    long last = moment_last(start_sweep());

    for (int i = 0; i < SWEEP_MOMENTS; i++) {
        const struct moment moment = moment_draw(last);
        int number = signals[i % 3];
        pid_t tool = start_sweep();

        moment_await(tool, moment);
        kill(tool, number);
        expect_nothing_left(strsignal(number), moment, before);
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

    while (!tool_has_ended(tool) && !has_children(tool))
        sched_yield();
    kill(tool, ends[_i]);
    ck_assert_int_eq(waitpid(tool, &status, 0), tool);
    ck_assert_msg(WIFEXITED(status) && WEXITSTATUS(status) == 128 + ends[_i], "%#x", status);
    ck_assert(tool_wait_for_all(DEATH_LIMIT_MS));
}
END_TEST

START_TEST(a_tool_killed_while_a_case_sleeps_for_an_hour_leaves_no_process)
{
    char text[1024];

    snprintf(text, sizeof(text),
             "case \"sleeps\"\n  writer  open(\"%s\", O_CREAT|O_WRONLY, 0600) = _\n"
             "  writer  clock_nanosleep(CLOCK_MONOTONIC, 0, {tv_sec=3600, tv_nsec=0}) = 0\n",
             scratch_path("begun"));
    scratch_write("busy.drill", text);
    pid_t tool = tool_start("run --timeout 3600s --isolation %s --agent %s --output %s %s", isolations[_i],
                            agent_path(), scratch_path("reports"), scratch_path("busy.drill"));

    while (!tool_has_ended(tool) && access(scratch_path("begun"), F_OK) < 0)
        sched_yield();
    ck_assert(!tool_has_ended(tool));
    kill(tool, SIGKILL);
    ck_assert(tool_wait_for_all(DEATH_LIMIT_MS));
}
END_TEST

START_TEST(an_actor_that_was_killed_costs_one_instance)
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
    tcase_add_test(ends, a_sweep_that_is_ended_leaves_no_process_and_no_object);
    tcase_add_loop_test(ends, a_signal_at_any_moment_leaves_no_process_and_no_object, 0, 3);
    tcase_add_loop_test(ends, a_run_that_a_signal_ended_says_so_by_its_exit_code, 0, 3);
    tcase_add_loop_test(ends, a_tool_killed_while_a_case_sleeps_for_an_hour_leaves_no_process, 0, 3);
    tcase_add_test(ends, an_actor_that_was_killed_costs_one_instance);
    suite_add_tcase(suite, ends);
    return suite;
}

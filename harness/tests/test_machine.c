/*
 * supervisor/machine.h: what a run sets of the whole machine is put back, whatever ends the run or its
 * guardian. The tests that set something for real need root; each has a /run of its own, so that it waits for nobody,
 * and holds the lock of the true one, so that nobody's cases run beside it.
 */
#include <errno.h>
#include <fcntl.h>
#include <glob.h>
#include <sched.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "conductor/memory_cgroup.h"
#include "supervisor/machine.h"
#include "tests/moment.h"
#include "tests/surroundings.h"
#include "tests/tests.h"
#include "tests/tool.h"

enum {
    MOMENTS = 36, /* a multiple of the signals */
    END_LIMIT_MS = 10 * 1000,
    TEST_LIMIT_S = 120, /* waits for other runs on the machine */
    LOOKS = 100 * 1000, /* whether something has happened that must not */
};

static const int signals[] = {SIGINT, SIGTERM, SIGKILL};

/* A harmless setting: how many huge pages may be made beyond the reserved ones. */
static const char setting[] = "/proc/sys/vm/nr_overcommit_hugepages";
static const char cases[] = "case \"sets and limits <n>\"\n"
                            "  linux\n"
                            "  sets sysctl vm.nr_overcommit_hugepages <n>\n"
                            "  actor small memory=8<<20\n"
                            "  small  shmget(KEY, 4096, IPC_CREAT|0600) = id\n"
                            "  small  shmat(id, NULL, 0) = _\n"
                            "  reader  sysctl(\"vm.nr_overcommit_hugepages\") = <n>\n"
                            "  where\n"
                            "    n\n"
                            "    61..63\n";

static struct arena arena;

static void make_scratch(void)
{
    scratch_make();
    tool_adopt_orphans();
}

static void remove_scratch(void)
{
    arena_free(&arena);
    scratch_remove();
}

/* Where the tool keeps its lock and its records here. */
static const char *run_folder(void)
{
    char *boot = read_whole("/proc/sys/kernel/random/boot_id");
    const char *folder = arena_print(&arena, "/run/ipcdrill/%.*s", (int)strcspn(boot, "\n"), boot);

    free(boot);
    return folder;
}

/* A /run of its own, and the lock of the true one. False: not for this user, or the machine has no such setting. */
static bool have_the_machine(void)
{
    if (geteuid() != 0 || access(setting, W_OK) < 0)
        return false;
    mkdir("/run/ipcdrill", 0755);
    mkdir(run_folder(), 0755);
    int lock = open(arena_print(&arena, "%s/lock", run_folder()), O_RDONLY | O_CREAT | O_CLOEXEC, 0644);

    if (lock < 0 || flock(lock, LOCK_EX) < 0 || unshare(CLONE_NEWNS) < 0 ||
        mount("none", "/", NULL, MS_REC | MS_PRIVATE, NULL) < 0)
        return false;
    return mount("none", "/run", "tmpfs", 0, NULL) == 0;
}

static pid_t start_setting(int repeat)
{
    return tool_start("run --repeat %d --agent %s --output %s %s", repeat, agent_path(),
                      scratch_path("reports"), scratch_path("sets.drill"));
}

static size_t count_cgroups(void)
{
    const char *why, *parent = memory_cgroup_parent(&why, &arena);
    glob_t found = {0};

    if (parent)
        glob(arena_print(&arena, "%s/ipcdrill-*", parent), 0, NULL, &found);
    size_t count = found.gl_pathc;

    globfree(&found);
    return count;
}

/* What a run may change of the machine. */
struct state {
    char *value; /* of the setting */
    size_t cgroups;
};

static struct state state_now(void)
{
    return (struct state){read_whole(setting), count_cgroups()};
}

static void expect_as_before(const struct state *before, const char *what, struct moment moment)
{
    struct state after = state_now();

    ck_assert_msg(strcmp(before->value, after.value) == 0, "%s is %s after %s at %ld + %d", setting,
                  after.value, what, moment.switches, moment.polls);
    ck_assert_msg(access(arena_print(&arena, "%s/settings", run_folder()), F_OK) != 0,
                  "on record after %s at %ld + %d", what, moment.switches, moment.polls);
    ck_assert_msg(before->cgroups == after.cgroups, "cgroups after %s at %ld + %d", what, moment.switches,
                  moment.polls);
    free(after.value);
}

/* Odd moments end a run that would go on and on, even ones a short run that may just be ending. */
START_TEST(a_signal_at_any_moment_leaves_the_machine_as_it_was)
{
    if (!have_the_machine())
        return;
    struct state before = state_now();

    moment_seed(0);
    scratch_write("sets.drill", cases);
    long last = moment_last(start_setting(3));

    expect_as_before(&before, "a whole run", (struct moment){0});
    for (int i = 0; i < MOMENTS; i++) {
        const struct moment moment = moment_draw(last);
        int number = signals[i % 3];
        pid_t tool = start_setting(i % 2 ? 1000000 : 3);

        moment_await(tool, moment);
        kill(tool, number);
        ck_assert(tool_wait_for_all(END_LIMIT_MS));
        expect_as_before(&before, strsignal(number), moment);
    }
    free(before.value);
}
END_TEST

/* `settings`: lines of the case, which begins to sleep when the file `begun` is there. */
static pid_t start_sleeper(const char *settings)
{
    const char *begun = scratch_path("begun");

    scratch_write(
        "sleeps.drill",
        arena_print(&arena,
                    "case \"sleeps\"\n  linux\n%s  writer  open(\"%s\", O_CREAT|O_WRONLY, 0600) = _\n"
                    "  writer  clock_nanosleep(CLOCK_MONOTONIC, 0, {tv_sec=3600, tv_nsec=0}) = 0\n",
                    settings, begun));
    pid_t sleeper = tool_start("run --timeout 3600s --agent %s --output %s %s", agent_path(),
                               scratch_path("sleeper"), scratch_path("sleeps.drill"));

    while (!tool_has_ended(sleeper) && access(begun, F_OK) < 0)
        sched_yield();
    ck_assert(!tool_has_ended(sleeper));
    return sleeper;
}

static bool has_lock_open(pid_t tool)
{
    const char *wanted = arena_print(&arena, "%s/lock", run_folder());
    glob_t found = {0};
    bool has = false;

    glob(arena_print(&arena, "/proc/%d/fd/*", (int)tool), 0, NULL, &found);
    for (size_t i = 0; i < found.gl_pathc && !has; i++) {
        char target[256];
        ssize_t length = readlink(found.gl_pathv[i], target, sizeof(target) - 1);

        has = length > 0 && (size_t)length == strlen(wanted) && memcmp(target, wanted, (size_t)length) == 0;
    }
    globfree(&found);
    return has;
}

/* A run that sets something waits while the other one, with these settings, lives: it would take the other's value for
 * the machine's and put that back in the end, or change the machine under instances that rely on nothing set. */
START_TEST(a_run_that_sets_something_waits_for_the_end_of_any_other)
{
    static const char *const settings[] = {"  sets sysctl vm.nr_overcommit_hugepages 63\n", ""};

    if (!have_the_machine())
        return;
    struct state before = state_now();
    pid_t sleeper = start_sleeper(settings[_i]);

    scratch_write("sets.drill", cases);
    pid_t second = start_setting(1);

    while (!tool_has_ended(second) && !has_lock_open(second))
        sched_yield();
    for (int looks = 0; looks < LOOKS && !tool_has_ended(second); looks++)
        sched_yield();
    ck_assert(!tool_has_ended(second));
    kill(sleeper, SIGKILL);
    int status;

    ck_assert_int_eq(waitpid(second, &status, 0), second);
    ck_assert_msg(WIFEXITED(status) && WEXITSTATUS(status) == 0, "%#x", status);
    ck_assert(tool_wait_for_all(END_LIMIT_MS));
    expect_as_before(&before, "two tools", (struct moment){0});
    free(before.value);
}
END_TEST

/* As any run of root does that came before. */
static void make_lock(void)
{
    struct machine machine;

    machine_enter(&machine, true);
    machine_leave(&machine);
}

/* As overcommit mostly is as a case wants it: two ordinary users would each wait for the other for nothing. */
START_TEST(nobody_is_waited_for_when_all_is_as_the_case_wants_it)
{
    if (!have_the_machine())
        return;
    make_lock();
    int lock = open(arena_print(&arena, "%s/lock", run_folder()), O_RDONLY | O_CLOEXEC);
    char *now = read_whole(setting);

    ck_assert_int_eq(flock(lock, LOCK_SH), 0);
    scratch_write("so.drill",
                  arena_print(&arena,
                              "case \"so\"\n  linux\n  sets sysctl vm.nr_overcommit_hugepages %d\n"
                              "  writer  getpid() = _\n",
                              atoi(now)));
    struct tool_result result = tool_expect(0, "run --agent %s --output %s %s", agent_path(),
                                            scratch_path("reports"), scratch_path("so.drill"));

    ck_assert_msg(strstr(result.out, "1 pass") != NULL, "%s", result.out);
    tool_free(&result);
    free(now);
}
END_TEST

/* Whose own folder, where it has one, root knows nothing of. */
START_TEST(an_ordinary_user_shares_the_machine_with_root)
{
    if (!have_the_machine())
        return;
    struct machine users;
    int status;

    make_lock();
    pid_t user = fork();

    if (user == 0) {
        int lock = open(arena_print(&arena, "%s/lock", run_folder()), O_RDONLY | O_CLOEXEC);

        if (setresuid(ORDINARY, ORDINARY, ORDINARY) < 0)
            _exit(2);
        machine_enter(&users, true);
        _exit(flock(lock, LOCK_EX | LOCK_NB) < 0 && errno == EWOULDBLOCK ? 0 : 1);
    }
    ck_assert_int_eq(waitpid(user, &status, 0), user);
    ck_assert_msg(WIFEXITED(status) && WEXITSTATUS(status) == 0, "%#x", status);
}
END_TEST

/* Their namespaces die late, and let go of the pages when the pool has been made small again. */
START_TEST(huge_pages_that_a_case_leaves_behind_are_given_back)
{
    static const char pool[] = "/sys/kernel/mm/hugepages/hugepages-2048kB/nr_hugepages";

    if (!have_the_machine() || access(pool, W_OK) < 0)
        return;
    char *before = read_whole(pool);

    scratch_write("sets.drill",
                  "case \"leaves huge pages behind\"\n  linux\n  sets hugepages 2M 4\n"
                  "  writer  shmget(KEY, 8 << 20, IPC_CREAT|SHM_HUGETLB|SHM_HUGE_2MB|0600) = id\n"
                  "  writer  shmat(id, NULL, 0) = w\n"
                  "  writer  poke(w, \"x\")\n  writer  poke(w + (4 << 20), \"x\")\n");
    struct tool_result result = tool_expect(0, "run --repeat 60 --agent %s --output %s %s", agent_path(),
                                            scratch_path("reports"), scratch_path("sets.drill"));
    char *after = read_whole(pool);

    ck_assert_str_eq(before, after);
    free(before);
    free(after);
    tool_free(&result);
}
END_TEST

START_TEST(instances_that_set_something_run_behind_all_others_and_one_at_a_time)
{
    scratch_write("a.drill", cases);
    scratch_write("b.drill", "case \"plain <n>\"\n  writer  getpid() = _\n  where\n    n\n    1..20\n"
                             "case \"by the clock\"\n"
                             "  writer  clock_nanosleep(CLOCK_MONOTONIC, 0, {tv_sec=0, tv_nsec=1}) = 0\n");
    struct tool_result result = tool_expect(0, "run --repeat 2 --no-settings -j 4 --agent %s --output %s %s",
                                            agent_path(), scratch_path("reports"), scratch_path("."));
    char *results = read_whole(scratch_path("reports/results.jsonl"));
    const char *first = strstr(results, "sets and limits"), *last_plain = NULL;

    for (const char *at = results; (at = strstr(at, "\"case\":\"")); at++)
        if (strncmp(at + 8, "plain", 5) == 0 || strncmp(at + 8, "by the", 6) == 0)
            last_plain = at;
    ck_assert_ptr_nonnull(first);
    ck_assert_ptr_nonnull(last_plain);
    ck_assert(first > last_plain);
    ck_assert_ptr_nonnull(
        strstr(result.out, "skipped 2: sets sysctl vm.nr_overcommit_hugepages 63: --no-settings"));
    ck_assert_ptr_nonnull(strstr(result.out, "48 instances: 42 pass, 0 fail, 6 skip, 0 error"));
    free(results);
    tool_free(&result);
}
END_TEST

Suite *machine_suite(void)
{
    Suite *suite = suite_create("machine");
    TCase *machine = tcase_create("machine");

    tcase_set_timeout(machine, TEST_LIMIT_S);
    tcase_add_checked_fixture(machine, make_scratch, remove_scratch);
    tcase_add_test(machine, a_signal_at_any_moment_leaves_the_machine_as_it_was);
    tcase_add_loop_test(machine, a_run_that_sets_something_waits_for_the_end_of_any_other, 0, 2);
    tcase_add_test(machine, nobody_is_waited_for_when_all_is_as_the_case_wants_it);
    tcase_add_test(machine, an_ordinary_user_shares_the_machine_with_root);
    tcase_add_test(machine, huge_pages_that_a_case_leaves_behind_are_given_back);
    tcase_add_test(machine, instances_that_set_something_run_behind_all_others_and_one_at_a_time);
    suite_add_tcase(suite, machine);
    return suite;
}

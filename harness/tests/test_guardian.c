/* supervisor/guardian.h: what a guardian has set or made is put back, whatever ends it or its tool. */
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "conductor/memory_cgroup.h"
#include "supervisor/guardian.h"
#include "tests/surroundings.h"
#include "tests/tests.h"
#include "tests/tool.h"

enum { END_LIMIT_MS = 10 * 1000, TEST_LIMIT_S = 120 };

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

static const char *numbers_path(void)
{
    return scratch_path("number");
}

static void expect_number(const char *expected)
{
    char *now = read_whole(numbers_path());

    ck_assert_str_eq(now, expected);
    free(now);
}

static bool is_on_record(void)
{
    return access(scratch_path("settings"), F_OK) == 0;
}

static void start(struct guardian *guardian)
{
    const char *problem = guardian_start(guardian, scratch_path("."), -1, &arena);

    ck_assert_msg(!problem, "%s", problem);
}

static void set(struct guardian *guardian, long long value, long long old)
{
    const char *problem = guardian_set(guardian, numbers_path(), value, old, &arena);

    ck_assert_msg(!problem, "%s", problem);
}

START_TEST(what_was_set_is_put_back_the_last_first)
{
    struct guardian guardian;

    scratch_write("number", "1\n");
    start(&guardian);
    set(&guardian, 22, 1);
    expect_number("22\n");
    ck_assert(is_on_record());
    set(&guardian, 33, 22);
    expect_number("33\n");
    ck_assert_ptr_null(guardian_put_back(&guardian, &arena));
    expect_number("1\n\n"); /* a file of the kernel would not keep the rest of the line */
    ck_assert(!is_on_record());
    set(&guardian, 44, 1);
    guardian_end(&guardian);
    expect_number("1\n\n");
    ck_assert(!is_on_record());
}
END_TEST

START_TEST(a_guardian_is_in_a_session_of_its_own_and_does_not_heed_signals)
{
    static const int heeded_by_others[] = {SIGINT, SIGTERM, SIGHUP, SIGQUIT, SIGPIPE};
    struct guardian guardian;

    scratch_write("number", "1\n");
    start(&guardian);
    set(&guardian, 2, 1);
    ck_assert_int_eq(getsid(guardian.pid), guardian.pid);
    for (size_t i = 0; i < sizeof(heeded_by_others) / sizeof(*heeded_by_others); i++)
        kill(guardian.pid, heeded_by_others[i]);
    ck_assert_ptr_null(guardian_put_back(&guardian, &arena));
    expect_number("1\n");
    guardian_end(&guardian);
}
END_TEST

START_TEST(what_cannot_be_written_is_told_and_not_on_record)
{
    struct guardian guardian;

    start(&guardian);
    const char *problem = guardian_set(&guardian, scratch_path("none/number"), 2, 1, &arena);

    ck_assert_ptr_nonnull(problem);
    ck_assert_ptr_nonnull(strstr(problem, "No such file or directory"));
    ck_assert(!is_on_record());
    guardian_end(&guardian);
}
END_TEST

START_TEST(a_guardian_puts_back_when_its_tool_is_killed)
{
    int ready[2];
    char byte;

    scratch_write("number", "1\n");
    ck_assert_int_eq(pipe(ready), 0);
    pid_t tool = fork();

    if (tool == 0) {
        struct guardian guardian;

        start(&guardian);
        set(&guardian, 2, 1);
        if (write(ready[1], "", 1) == 1)
            for (;;)
                pause();
        _exit(1);
    }
    close(ready[1]);
    ck_assert_int_eq(read(ready[0], &byte, 1), 1);
    expect_number("2\n");
    kill(tool, SIGKILL);
    ck_assert(tool_wait_for_all(END_LIMIT_MS));
    expect_number("1\n");
    ck_assert(!is_on_record());
}
END_TEST

START_TEST(what_a_killed_guardian_left_is_put_back_by_the_next_run)
{
    struct guardian guardian;

    scratch_write("number", "1\n");
    start(&guardian);
    set(&guardian, 2, 1);
    kill(guardian.pid, SIGKILL);
    ck_assert_ptr_nonnull(guardian_put_back(&guardian, &arena));
    guardian_end(&guardian);
    expect_number("2\n");
    ck_assert(is_on_record());
    guardian_recover(scratch_path("."));
    expect_number("1\n");
    ck_assert(!is_on_record());
}
END_TEST

/* Makes a folder of cgroups with one in it. NULL: this machine has none, or not for this user. */
static const char *make_cgroups(struct guardian *guardian)
{
    const char *why, *folder = NULL, *parent = memory_cgroup_parent(&why, &arena);

    start(guardian);
    if (!parent || guardian_make_cgroup(guardian, parent, &folder, &arena))
        return NULL;
    memory_cgroup_make(folder, "one", 8 << 20, MEMORY_EXCESS_KILLS, &why, &arena);
    return folder;
}

START_TEST(cgroups_go_with_their_guardian_and_all_processes_in_them)
{
    struct guardian guardian;
    const char *folder = make_cgroups(&guardian);
    int status;

    if (folder) {
        pid_t inside = fork();

        if (inside == 0)
            for (;;)
                pause();
        const char *one = arena_print(&arena, "%s/one", folder);

        ck_assert_ptr_null(memory_cgroup_enter(one, inside, MEMORY_EXCESS_KILLS, &arena));
        guardian_end(&guardian);
        ck_assert_int_ne(access(folder, F_OK), 0);
        ck_assert_int_eq(waitpid(inside, &status, 0), inside);
        ck_assert(WIFSIGNALED(status) && WTERMSIG(status) == SIGKILL);
    }
    guardian_end(&guardian);
}
END_TEST

START_TEST(cgroups_that_appear_while_their_folder_is_removed_go_too)
{
    struct guardian guardian;
    const char *folder = make_cgroups(&guardian);

    if (folder) {
        const char *one = arena_print(&arena, "%s/one", folder);
        pid_t maker = fork();

        if (maker == 0)
            for (int number = 0;; number++)
                mkdir(arena_print(&arena, "%s/more-%d", folder, number % 64), 0755);
        ck_assert_ptr_null(memory_cgroup_enter(one, maker, MEMORY_EXCESS_KILLS, &arena));
        guardian_end(&guardian);
        ck_assert_int_ne(access(folder, F_OK), 0);
        ck_assert_int_eq(waitpid(maker, NULL, 0), maker);
    }
    guardian_end(&guardian);
}
END_TEST

START_TEST(cgroups_of_a_killed_guardian_go_with_the_next_run_and_those_of_a_living_one_stay)
{
    struct guardian killed, living;
    const char *folder = make_cgroups(&killed), *other = make_cgroups(&living);

    if (folder && other) {
        kill(killed.pid, SIGKILL);
        guardian_end(&killed);
        ck_assert_int_eq(access(folder, F_OK), 0);
        guardian_recover(scratch_path("."));
        ck_assert_int_ne(access(folder, F_OK), 0);
        ck_assert_int_eq(access(other, F_OK), 0);
    }
    guardian_end(&killed);
    guardian_end(&living);
    ck_assert(!other || access(other, F_OK) != 0);
}
END_TEST

Suite *guardian_suite(void)
{
    Suite *suite = suite_create("guardian");
    TCase *guardians = tcase_create("guardians");

    tcase_set_timeout(guardians, TEST_LIMIT_S);
    tcase_add_checked_fixture(guardians, make_scratch, remove_scratch);
    tcase_add_test(guardians, what_was_set_is_put_back_the_last_first);
    tcase_add_test(guardians, a_guardian_is_in_a_session_of_its_own_and_does_not_heed_signals);
    tcase_add_test(guardians, what_cannot_be_written_is_told_and_not_on_record);
    tcase_add_test(guardians, a_guardian_puts_back_when_its_tool_is_killed);
    tcase_add_test(guardians, what_a_killed_guardian_left_is_put_back_by_the_next_run);
    tcase_add_test(guardians, cgroups_go_with_their_guardian_and_all_processes_in_them);
    tcase_add_test(guardians, cgroups_that_appear_while_their_folder_is_removed_go_too);
    tcase_add_test(guardians,
                   cgroups_of_a_killed_guardian_go_with_the_next_run_and_those_of_a_living_one_stay);
    suite_add_tcase(suite, guardians);
    return suite;
}

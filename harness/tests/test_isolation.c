/* conductor/: the same case under each isolation, and nothing left on the machine behind it. */
#include <grp.h>
#include <linux/capability.h>
#include <sched.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include "supervisor/record.h"
#include "tests/drill.h"
#include "tests/surroundings.h"
#include "tests/tests.h"

#define CASE "case \"t\"\n"

/* Cases that leave as much behind as a case can, and how they come out. */
static const struct expectation litter[] = {
    {"objects that nobody removes",
     CASE "  writer  shmget(KEY, 4096, IPC_CREAT|0600) = id\n  writer  shmget(IPC_PRIVATE, 4096, 0600) = _\n"
          "  reader  shmget(IPC_PRIVATE, 4096, 0600) = _\n  reader  semget(KEY, 2, IPC_CREAT|0600) = _\n"
          "  reader  semget(IPC_PRIVATE, 1, 0600) = _\n  writer  shmat(id, NULL, 0) = _\n",
     .kind = VERDICT_PASS},
    {"a segment that is marked and still attached",
     CASE "  writer  shmget(KEY, 4096, IPC_CREAT|0600) = id\n  reader  shmat(id, NULL, 0) = _\n"
          "  writer  shmctl(id, IPC_RMID, NULL) = 0\n",
     .kind = VERDICT_PASS},
    {"objects of a child, and of a process that is gone",
     CASE "  writer  fork() = child\n  child  shmget(IPC_PRIVATE, 1, 0600) = _\n  child  exit(0) = ?\n"
          "  child  +++ exited with 0 +++\n  writer  kill(reader.pid, SIGKILL) = 0\n",
     .kind = VERDICT_PASS},
    {"a sleeper",
     CASE "  writer  semget(KEY, 1, IPC_CREAT|0600) = sem\n"
          "  reader  semop(sem, [{0, -1, 0}], 1 <unfinished ...>\n",
     .kind = VERDICT_PASS},
    {"a failure in the middle",
     CASE "  writer  shmget(KEY, 4096, IPC_CREAT|0600) = _\n  writer  shmget(KEY, 1, 0) = -1 EIDRM\n"
          "  writer  semget(KEY, 1, IPC_CREAT|0600) = _\n",
     .kind = VERDICT_FAIL},
    {"a process that dies in a call, with its objects",
     CASE "  writer  shmget(KEY, 4096, IPC_CREAT|0600) = _\n  writer  kill(writer.pid, SIGKILL) = 0\n",
     .kind = VERDICT_ERROR},
    {"an object without permissions",
     CASE "  writer  shmget(KEY, 4096, IPC_CREAT) = _\n"
          "  writer  semget(KEY, 1, IPC_CREAT) = _\n",
     .kind = VERDICT_PASS},
};

static const enum isolation isolations[] = {ISOLATION_FULL, ISOLATION_IPC, ISOLATION_NONE};

enum { LITTERS = sizeof(litter) / sizeof(*litter), ISOLATIONS = sizeof(isolations) / sizeof(*isolations) };

/* A namespace that only this test uses, so that what others do meanwhile is not taken for litter. */
static void enter_own_namespace(void)
{
    if (unshare(CLONE_NEWIPC) == 0)
        return;
    ck_assert_msg(geteuid() != 0, "no IPC namespace");
}

START_TEST(nothing_is_left_on_the_machine_whatever_a_case_leaves)
{
    enter_own_namespace();
    struct bench bench;
    struct conductor_options options = bench_options();
    char *before = objects_here();

    options.isolation = isolations[_i / LITTERS];
    bench_open(&bench, &options);
    bench_expect(&bench, &litter[_i % LITTERS]);
    char *between = objects_here();

    /* Not only at the end of the run: the next case must not meet them. */
    ck_assert_msg(strcmp(before, between) == 0, "%s leaves to the next case\n%s",
                  litter[_i % LITTERS].sentence, between);
    free(between);
    bench_close(&bench);
    char *after = objects_here();

    ck_assert_msg(strcmp(before, after) == 0, "%s leaves\n%s", litter[_i % LITTERS].sentence, after);
    free(before);
    free(after);
}
END_TEST

/* Root in a container has neither. */
START_TEST(root_without_privilege_leaves_no_object_of_its_users)
{
    if (geteuid() != 0)
        return;
    enter_own_namespace();
    ck_assert_int_eq(prctl(PR_CAPBSET_DROP, CAP_IPC_OWNER), 0);
    ck_assert_int_eq(prctl(PR_CAPBSET_DROP, CAP_SYS_ADMIN), 0);
    struct conductor_options options = bench_options();
    struct bench bench;
    char *before = objects_here();

    options.isolation = ISOLATION_NONE;
    bench_open(&bench, &options);
    bench_expect(&bench, &(struct expectation){"a user's objects",
                                               CASE "  actor user uid=1001 gid=1001\n"
                                                    "  user  shmget(KEY, 1, IPC_CREAT|0600) = _\n"
                                                    "  user  semget(KEY, 1, IPC_CREAT|0000) = _\n",
                                               .kind = VERDICT_PASS});
    bench_close(&bench);
    char *after = objects_here();

    ck_assert_str_eq(before, after);
    free(before);
    free(after);
}
END_TEST

START_TEST(without_namespaces_keys_are_private_and_free)
{
    enter_own_namespace();
    struct conductor_options options = bench_options();
    struct bench one, other;

    options.isolation = ISOLATION_NONE;
    bench_open(&one, &options);
    bench_open(&other, &options);
    static const char text[] = CASE "  writer  shmget(KEY, 1, IPC_CREAT|IPC_EXCL|0600) = _\n"
                                    "  writer  semget(KEY2, 1, IPC_CREAT|IPC_EXCL|0600) = _\n"
                                    "  require KEY != KEY2 && KEY != IPC_PRIVATE && KEY != 0x5eed0001\n";

    for (int i = 0; i < 3; i++) {
        ck_assert_int_eq(bench_run(&one, text, 0).kind, VERDICT_PASS);
        ck_assert_int_eq(bench_run(&other, text, 0).kind, VERDICT_PASS);
    }
    bench_close(&one);
    bench_close(&other);
}
END_TEST

START_TEST(without_namespaces_nothing_is_started_or_counted_that_is_not_ours)
{
    struct conductor_options options = bench_options();
    struct bench bench;

    options.isolation = ISOLATION_NONE;
    bench_open(&bench, &options);
    bench_expect(&bench, &(struct expectation){"its keys are not ours to choose",
                                               CASE "  program p \"/bin/true\"\n  p  +++ exited with 0 +++\n",
                                               .kind = VERDICT_SKIP});
    bench_expect(&bench, &(struct expectation){"others' objects would be counted too",
                                               CASE "  require segments == 0\n", .kind = VERDICT_SKIP});
    bench_close(&bench);
}
END_TEST

START_TEST(the_isolation_in_force_is_told)
{
    for (size_t i = 0; i < ISOLATIONS; i++) {
        struct conductor_options options = bench_options();
        struct bench bench;
        const char *why;

        options.isolation = isolations[i];
        bench_open(&bench, &options);
        enum isolation in_force = conductor_isolation(bench.conductor, &why);

        ck_assert(in_force >= isolations[i]);
        ck_assert((in_force == isolations[i]) == (why == NULL));
        bench_close(&bench);
    }
}
END_TEST

/* What subuid(5) and subgid(5) say, for this process and its children only. False where that cannot be had. */
static bool set_subordinate_ids(const char *text)
{
    const char *file = scratch_write("subordinate", text);

    return geteuid() == 0 && unshare(CLONE_NEWNS) == 0 &&
           mount("none", "/", NULL, MS_REC | MS_PRIVATE, NULL) == 0 &&
           mount(file, "/etc/subuid", NULL, MS_BIND, NULL) == 0 &&
           mount(file, "/etc/subgid", NULL, MS_BIND, NULL) == 0;
}

/* The verdict of a case that has an actor of another user, run by an ordinary user. */
static enum verdict_kind run_as_ordinary_user(void)
{
    struct arena arena = {0};
    const char *agent = scratch_path("agent");
    int status;

    ck_assert_int_eq(system(arena_print(&arena, "cp %s %s", agent_path(), agent)), 0);
    arena_free(&arena);
    pid_t user = fork();

    if (user == 0) {
        struct conductor_options options = bench_options();
        struct bench bench;

        if (setgroups(0, NULL) < 0 || setresgid(ORDINARY, ORDINARY, ORDINARY) < 0 ||
            setresuid(ORDINARY, ORDINARY, ORDINARY) < 0)
            _exit(VERDICT_ERROR);
        options.agent = agent;
        bench_open(&bench, &options);
        enum verdict_kind kind = bench_run(&bench,
                                           CASE "  actor a uid=1001 gid=2001 groups=[5, 6]\n"
                                                "  a  getuid() = 1001\n  a  getgid() = 2001\n"
                                                "  a  shmget(KEY, 1, IPC_CREAT|0600) = id\n"
                                                "  writer  shmctl(id, IPC_STAT, {shm_perm={uid=1001}}) = 0\n",
                                           0)
                                     .kind;

        bench_close(&bench);
        _exit((int)kind);
    }
    ck_assert_int_eq(waitpid(user, &status, 0), user);
    ck_assert_msg(WIFEXITED(status), "%#x", status);
    return (enum verdict_kind)WEXITSTATUS(status);
}

START_TEST(an_ordinary_user_without_subordinate_ids_is_alone)
{
    scratch_make();
    if (set_subordinate_ids(""))
        ck_assert_str_eq(verdict_name(run_as_ordinary_user()), "skip");
    scratch_remove();
}
END_TEST

START_TEST(an_ordinary_user_with_subordinate_ids_has_actors_of_other_users)
{
    scratch_make();
    if (set_subordinate_ids("65534:300000:65536\n") && system("command -v newuidmap >/dev/null") == 0)
        ck_assert_str_eq(verdict_name(run_as_ordinary_user()), "pass");
    scratch_remove();
}
END_TEST

Suite *isolation_suite(void)
{
    Suite *suite = suite_create("isolation");
    TCase *machine = tcase_create("machine");

    tcase_add_loop_test(machine, nothing_is_left_on_the_machine_whatever_a_case_leaves, 0,
                        LITTERS * ISOLATIONS);
    tcase_add_test(machine, root_without_privilege_leaves_no_object_of_its_users);
    tcase_add_test(machine, without_namespaces_keys_are_private_and_free);
    tcase_add_test(machine, without_namespaces_nothing_is_started_or_counted_that_is_not_ours);
    tcase_add_test(machine, the_isolation_in_force_is_told);
    tcase_add_test(machine, an_ordinary_user_without_subordinate_ids_is_alone);
    tcase_add_test(machine, an_ordinary_user_with_subordinate_ids_has_actors_of_other_users);
    suite_add_tcase(suite, machine);
    return suite;
}

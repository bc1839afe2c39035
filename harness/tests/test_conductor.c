/* conductor/: processes, their faults, signals and ends, and what a case needs. */
#include <stdlib.h>
#include <string.h>

#include "tests/drill.h"
#include "tests/tests.h"

#define CASE    "case \"t\"\n"
#define SEGMENT CASE "  writer  shmget(KEY, 4096, IPC_CREAT|0600) = id\n"
#define AT_ZERO "si_code=SEGV_MAPERR, si_addr=0"

static const struct expectation rows[] = {
    /* Faults. */
    {"a fault that the next line expects passes, and the actor lives on",
     SEGMENT "  reader  shmat(id, NULL, SHM_RDONLY) = r\n  reader  poke(r, \"x\")\n"
             "  reader  --- SIGSEGV {si_code=SEGV_ACCERR, si_addr=r} ---\n  reader  shmdt(r) = 0\n",
     .kind = VERDICT_PASS},
    {"a fault that no line expects fails", CASE "  writer  poke(0, \"x\")\n  writer  getpid() = _\n",
     .kind = VERDICT_FAIL, 2, NULL, "writer  poke(0, \"x\")",
     "writer  poke(0, \"x\")  --- SIGSEGV {" AT_ZERO "} ---"},
    {"a fault where bytes should be read fails", CASE "  writer  peek(0, 1) = \"x\"\n", .kind = VERDICT_FAIL,
     2, NULL, "writer  peek(0, 1) = \"x\"", "writer  peek(0, 1)  --- SIGSEGV {" AT_ZERO "} ---"},
    {"a fault that another actor expects fails", CASE "  writer  poke(0, \"x\")\n  reader  --- SIGSEGV ---\n",
     .kind = VERDICT_FAIL, 2},
    {"a fault that does not come fails at once",
     SEGMENT "  reader  shmat(id, NULL, 0) = r\n  reader  poke(r, \"x\")\n  reader  --- SIGSEGV ---\n",
     .kind = VERDICT_FAIL, 5, "no signal came", "reader  --- SIGSEGV ---", "reader  no signal"},
    {"bytes where a fault should be fail",
     SEGMENT "  reader  shmat(id, NULL, 0) = r\n  reader  peek(r, 1) = ?\n  reader  --- SIGSEGV ---\n",
     .kind = VERDICT_FAIL, 4},
    {"another signal fails", CASE "  writer  poke(0, \"x\")\n  writer  --- SIGBUS ---\n",
     .kind = VERDICT_FAIL, 3, "another signal came", "writer  --- SIGBUS ---",
     "writer  --- SIGSEGV {" AT_ZERO "} ---"},
    {"another si_code fails",
     CASE "  writer  poke(0, \"x\")\n  writer  --- SIGSEGV {si_code=SEGV_ACCERR} ---\n", .kind = VERDICT_FAIL,
     3, NULL, "writer  --- SIGSEGV {si_code=SEGV_ACCERR} ---", "writer  --- SIGSEGV {" AT_ZERO "} ---"},
    {"executing where nothing is faults", CASE "  writer  jump(0)\n  writer  --- SIGSEGV {si_addr=0} ---\n",
     .kind = VERDICT_PASS},
    /* A fork that may fail. */
    {"lines of an actor that a fork did not make are passed over",
     CASE "  needs uids\n  actor stranger uid=54321\n  stranger  setrlimit(RLIMIT_NPROC, {rlim_cur=0, "
          "rlim_max=0}) = 0\n"
          "  stranger  fork() = child or -1 EAGAIN\n  child  exit(0) = ?\n  child  +++ exited with 0 +++\n"
          "  require child.pid == -1\n",
     .kind = VERDICT_PASS},
    /* Signals. */
    {"a signal that a handler caught is told with its sender",
     CASE "  writer  sigaction(SIGUSR1, {sa_handler=SIG_HANDLER}) = 0\n"
          "  reader  kill(writer.pid, SIGUSR1) = 0\n  writer  --- SIGUSR1 {si_pid=reader.pid} ---\n",
     .kind = VERDICT_PASS},
    {"a signal from another sender fails",
     CASE "  writer  sigaction(SIGUSR1, {sa_handler=SIG_HANDLER}) = 0\n"
          "  reader  kill(writer.pid, SIGUSR1) = 0\n  writer  --- SIGUSR1 {si_pid=writer.pid} ---\n",
     .kind = VERDICT_FAIL, 4, "another signal came"},
    {"two signals are matched in the order they came",
     CASE "  writer  sigaction(SIGUSR1, {sa_handler=SIG_HANDLER}) = 0\n"
          "  writer  sigaction(SIGUSR2, {sa_handler=SIG_HANDLER}) = 0\n"
          "  writer  kill(writer.pid, SIGUSR1) = 0\n  writer  kill(writer.pid, SIGUSR2) = 0\n"
          "  writer  --- SIGUSR1 ---\n  writer  --- SIGUSR2 ---\n",
     .kind = VERDICT_PASS},
    /* Ends. */
    {"an exit with the status that is said passes",
     CASE "  writer  exit(3) = ?\n  writer  +++ exited with 3 +++\n", .kind = VERDICT_PASS},
    {"an exit with another status fails", CASE "  writer  exit(3) = ?\n  writer  +++ exited with 4 +++\n",
     .kind = VERDICT_FAIL, 3, NULL, "writer  +++ exited with 4 +++", "writer  +++ exited with 3 +++"},
    {"an exit where a killing should be fails",
     CASE "  writer  exit(9) = ?\n  writer  +++ killed by SIGKILL +++\n", .kind = VERDICT_FAIL, 3, NULL,
     "writer  +++ killed by SIGKILL +++", "writer  +++ exited with 9 +++"},
    {"a killing by the signal that is said passes",
     CASE "  writer  kill(reader.pid, SIGKILL) = 0\n  reader  +++ killed by SIGKILL +++\n",
     .kind = VERDICT_PASS},
    {"a killing by another signal fails",
     CASE "  writer  kill(reader.pid, SIGKILL) = 0\n  reader  +++ killed by SIGTERM +++\n",
     .kind = VERDICT_FAIL, 3, NULL, "reader  +++ killed by SIGTERM +++", "reader  +++ killed by SIGKILL +++"},
    {"a killing where an exit should be fails",
     CASE "  writer  kill(reader.pid, SIGKILL) = 0\n  reader  +++ exited with 9 +++\n", .kind = VERDICT_FAIL,
     3},
    {"an actor that was killed performs nothing any more",
     CASE "  writer  kill(reader.pid, SIGKILL) = 0\n  reader  getpid() = _\n", .kind = VERDICT_ERROR, 0,
     "the agent died: reader killed by SIGKILL"},
    /* Families. */
    {"a child is an actor with all that a fork inherits",
     SEGMENT "  writer  shmat(id, NULL, 0) = w\n  writer  fork() = child\n  child  poke(w, \"x\")\n"
             "  writer  peek(w, 1) = \"x\"\n  child  shmdt(w) = 0\n  writer  peek(w, 1) = \"x\"\n",
     .kind = VERDICT_PASS},
    {"a child that was waited for is known to have ended so",
     CASE "  writer  fork() = child\n  child  exit(2) = ?\n"
          "  writer  wait4(child.pid, {status=0x200}) = child.pid\n  child  +++ exited with 2 +++\n",
     .kind = VERDICT_PASS},
    {"a fresh image is the same process and has no memory of the old one",
     SEGMENT "  writer  shmat(id, NULL, 0) = w\n  writer  getpid() = pid\n  writer  exec() = 0\n"
             "  writer  getpid() = pid\n  writer  shmctl(id, IPC_STAT, {shm_nattch=0}) = 0\n",
     .kind = VERDICT_PASS},
    {"actors have pids of their own", CASE "  require writer.pid != reader.pid\n", .kind = VERDICT_PASS},
    /* Needs. */
    {"a kernel that is too old skips", CASE "  needs linux 99.0\n  writer  shmget(0, 0, 0) = 77\n",
     .kind = VERDICT_SKIP},
    {"a kernel that is new enough does not", CASE "  needs linux 2.6\n  writer  getpid() = _\n",
     .kind = VERDICT_PASS},
    {"another machine skips", CASE "  needs machine pdp11\n  writer  getpid() = _\n", .kind = VERDICT_SKIP},
    {"calls past the C library skip where they are not chosen",
     CASE "  needs calls raw\n  writer  getpid() = _\n", .kind = VERDICT_SKIP},
};

START_TEST(processes_behave_as_the_case_says_or_it_fails)
{
    bench_expect(&plain_bench, &rows[_i]);
}
END_TEST

START_TEST(a_skip_says_what_is_missing)
{
    struct verdict verdict = bench_run(&plain_bench, CASE "  needs linux 99.0\n  writer  getpid() = _\n", 0);

    ck_assert_int_eq(verdict.kind, VERDICT_SKIP);
    ck_assert_msg(strncmp(verdict.reason, "needs linux 99.0: the kernel is ", 32) == 0, "%s", verdict.reason);
    ck_assert_ptr_null(verdict.transcript);
}
END_TEST

START_TEST(an_actor_that_no_line_uses_is_not_started)
{
    struct verdict verdict =
        bench_run(&plain_bench,
                  CASE "  actor extra\n  writer  fork() = child\n  require child.pid == writer.pid + 1\n", 0);

    ck_assert_msg(verdict.kind == VERDICT_PASS, "%s", verdict.reason);
}
END_TEST

START_TEST(a_case_knows_nothing_of_the_one_before_it)
{
    for (int i = 0; i < 3; i++) {
        struct verdict verdict = bench_run(&plain_bench,
                                           CASE "  writer  shmget(KEY, 4096, IPC_CREAT|IPC_EXCL|0600) = 0\n"
                                                "  reader  semget(KEY, 1, IPC_CREAT|IPC_EXCL|0600) = 0\n"
                                                "  require segments == 1 && semaphores == 1\n",
                                           0);

        ck_assert_msg(verdict.kind == VERDICT_PASS, "%s", verdict.reason);
    }
}
END_TEST

START_TEST(an_actor_has_the_ids_groups_and_capabilities_that_it_declares)
{
    struct verdict verdict = bench_run(&plain_bench,
                                       CASE "  actor stranger uid=1001 gid=1002 groups=[1003]\n"
                                            "  actor weak caps=none\n"
                                            "  actor strong uid=1001 caps=CAP_IPC_OWNER\n"
                                            "  writer  shmget(KEY, 4096, IPC_CREAT|0600) = id\n"
                                            "  stranger  geteuid() = 1001\n"
                                            "  stranger  getegid() = 1002\n"
                                            "  stranger  shmat(id, NULL, 0) = -1 EACCES\n"
                                            "  strong  shmat(id, NULL, 0) = _\n"
                                            "  strong  geteuid() = 1001\n"
                                            "  weak  geteuid() = writer.uid\n"
                                            "  require stranger.uid == 1001 && stranger.gid == 1002\n",
                                       0);

    ck_assert_msg(verdict.kind == VERDICT_PASS || verdict.kind == VERDICT_SKIP, "%s", verdict.reason);
}
END_TEST

START_TEST(calls_are_performed_past_the_c_library_when_chosen)
{
    struct conductor_options options = bench_options();

    options.calls = CALLS_RAW;
    bench_open(&plain_bench, &options);
    static const struct expectation raw[] = {
        {"all calls of a case work raw",
         CASE "  needs calls raw\n"
              "  writer  shmget(KEY, 4096, IPC_CREAT|0600) = id\n  writer  shmat(id, NULL, 0) = w\n"
              "  writer  shmctl(id, IPC_STAT, {shm_nattch=1, unwritten=0}) = 0\n  writer  shmdt(w) = 0\n"
              "  writer  semget(KEY, 1, IPC_CREAT|0600) = sem\n  writer  semctl(sem, 0, SETVAL, 1) = 0\n"
              "  writer  semctl(sem, 0, GETALL, [1]) = 0\n"
              "  reader  semop(sem, [{0, -2, 0}], 1 <unfinished ...>\n"
              "  writer  semop(sem, [{0, 1, 0}], 1) = 0\n  reader  <... semop resumed>) = 0\n",
         .kind = VERDICT_PASS},
        {"calls through the C library skip where they are not chosen",
         CASE "  needs calls libc\n  writer  getpid() = _\n", .kind = VERDICT_SKIP},
    };

    for (size_t i = 0; i < sizeof(raw) / sizeof(*raw); i++)
        bench_expect(&plain_bench, &raw[i]);
    bench_close(&plain_bench);
}
END_TEST

Suite *conductor_suite(void)
{
    Suite *suite = suite_create("conductor");
    TCase *processes = tcase_create("processes"), *routes = tcase_create("routes");

    tcase_add_checked_fixture(processes, plain_bench_open, plain_bench_close);
    tcase_add_loop_test(processes, processes_behave_as_the_case_says_or_it_fails, 0,
                        sizeof(rows) / sizeof(*rows));
    tcase_add_test(processes, a_skip_says_what_is_missing);
    tcase_add_test(processes, an_actor_that_no_line_uses_is_not_started);
    tcase_add_test(processes, a_case_knows_nothing_of_the_one_before_it);
    tcase_add_test(processes, an_actor_has_the_ids_groups_and_capabilities_that_it_declares);
    tcase_add_test(routes, calls_are_performed_past_the_c_library_when_chosen);
    suite_add_tcase(suite, processes);
    suite_add_tcase(suite, routes);
    return suite;
}

/* conductor/: threads and children of vfork are actors like others, and it shows when one of them behaves otherwise. */
#include "tests/drill.h"
#include "tests/tests.h"

#define SET    "case \"t\"\n  writer  semget(KEY, 2, IPC_CREAT|0600) = sem\n  writer  thread() = t\n"
#define SLEEPS "  t  semop(sem, [{0, -1, 0}], 1 <unfinished ...>\n"
#define VFORK  "case \"t\"\n  writer  vfork() = child <unfinished ...>\n"

static const struct expectation rows[] = {
    {"a thread has its process's pid and an id of its own",
     "case \"t\"\n  writer  thread() = t\n  t  getpid() = writer.pid\n  t  gettid() = t.tid\n"
     "  writer  gettid() = writer.pid\n  require t.pid == writer.pid && t.tid != writer.tid\n",
     .kind = VERDICT_PASS},
    {"a thread and its maker have one memory",
     "case \"t\"\n  writer  shmget(KEY, 1, IPC_CREAT|0600) = id\n  writer  thread() = t\n"
     "  writer  thread() = u\n  t  shmat(id, NULL, 0) = w\n  u  poke(w, \"u\")\n  writer  peek(w, 1) = "
     "\"u\"\n",
     .kind = VERDICT_PASS},
    {"exit in a thread ends that thread alone",
     "case \"t\"\n  writer  thread() = t\n  t  exit(3) = ?\n  t  +++ exited with 3 +++\n  writer  getpid() = "
     "_\n",
     .kind = VERDICT_PASS},
    {"another status of a thread is a failure",
     "case \"t\"\n  writer  thread() = t\n  t  exit(3) = ?\n  t  +++ exited with 4 +++\n",
     .kind = VERDICT_FAIL, 4, NULL, "t       +++ exited with 4 +++", "t       +++ exited with 3 +++"},
    {"exit in the first thread leaves the others",
     "case \"t\"\n  writer  thread() = t\n  writer  exit(7) = ?\n  writer  +++ exited with 7 +++\n"
     "  t  getpid() = writer.pid\n  t  thread() = u\n  u  exit_group(1) = ?\n  t  +++ exited with 1 +++\n",
     .kind = VERDICT_PASS},
    {"exit_group ends every thread with its status, as a signal does",
     "case \"t\"\n  writer  thread() = t\n  t  exit_group(5) = ?\n  writer  +++ exited with 5 +++\n"
     "  t  +++ exited with 5 +++\n  reader  thread() = u\n  writer  +++ exited with 5 +++\n",
     .kind = VERDICT_PASS},
    {"a thread that was killed did not exit",
     "case \"t\"\n  writer  thread() = t\n  reader  kill(writer.pid, SIGKILL) = 0\n  t  +++ exited with 0 "
     "+++\n",
     .kind = VERDICT_FAIL, 4, NULL, NULL, "t       +++ killed by SIGKILL +++"},
    {"a thread that sleeps is proved asleep, and not its process",
     SET SLEEPS "  writer  getpid() = _\n  writer  semctl(sem, 0, GETNCNT) = 1\n"
                "  reader  semop(sem, [{0, 1, 0}], 1) = 0\n  t  <... semop resumed>) = 0\n",
     .kind = VERDICT_PASS},
    {"a thread that does not sleep where it should is a failure",
     SET "  writer  semctl(sem, 0, SETVAL, 1) = 0\n" SLEEPS "  t  <... semop resumed>) = 0\n",
     .kind = VERDICT_FAIL, 5, NULL, NULL, "t       semop(0, [{0, -1, 0}], 1) = 0"},
    {"a thread that sleeps where it should not is a failure", SET "  t  semop(sem, [{0, -1, 0}], 1) = 0\n",
     .kind = VERDICT_FAIL, 4, "semop does not come back", NULL, "t is asleep in semop"},
    {"a thread faults for itself",
     "case \"t\"\n  writer  thread() = t\n  t  poke(0, \"x\")\n  t  --- SIGSEGV {si_code=SEGV_MAPERR, "
     "si_addr=0} "
     "---\n  writer  peek(0, 1) = ?\n  writer  --- SIGSEGV {si_addr=0} ---\n  t  getpid() = _\n",
     .kind = VERDICT_PASS},
    {"a thread forks and execs, and is then its process",
     "case \"t\"\n  writer  thread() = t\n  t  fork() = c\n  c  getpid() = c.pid\n  c  exit(2) = ?\n"
     "  c  +++ exited with 2 +++\n  t  exec() = 0\n  require t.tid == writer.pid\n  t  exit(6) = ?\n"
     "  t  +++ exited with 6 +++\n",
     .kind = VERDICT_PASS},
    {"the caller of vfork is proved to wait, and goes on where it was",
     VFORK "  reader  getpid() = _\n  child  getpid() = child.pid\n  child  exit(4) = ?\n"
           "  child  +++ exited with 4 +++\n  writer  <... vfork resumed>) = child.pid\n"
           "  writer  wait4(child.pid, {status=4 << 8}) = child.pid\n",
     .kind = VERDICT_PASS},
    {"a caller of vfork whose child lives does not resume",
     VFORK "  writer  <... vfork resumed>) = child.pid\n", .kind = VERDICT_FAIL, 3,
     "vfork does not come back", "writer  <... vfork resumed>) = 3", "writer is asleep in vfork"},
    {"exec lets the caller of vfork go on, and both live",
     VFORK "  child  exec() = 0\n  writer  <... vfork resumed>) = child.pid\n  child  getpid() = child.pid\n"
           "  writer  fork() = other\n  other  getpid() = other.pid\n",
     .kind = VERDICT_PASS},
    {"threads come and go with the rounds",
     "case \"t\"\n  writer  semget(KEY, 1, IPC_CREAT|0600) = sem\n  rounds 50\n    writer  thread() = t\n"
     "    together\n      t  semop(sem, [{0, 1, 0}], 1) = 0\n      writer  semop(sem, [{0, -1, 0}], 1) = 0\n"
     "    end\n    t  exit(0) = ?\n    t  +++ exited with 0 +++\n  end\n  writer  semctl(sem, 0, GETVAL) = "
     "0\n",
     .kind = VERDICT_PASS},
};

START_TEST(threads_and_children_of_vfork_are_told_apart)
{
    bench_expect(&plain_bench, &rows[_i]);
}
END_TEST

Suite *threads_suite(void)
{
    Suite *suite = suite_create("threads");
    TCase *threads = tcase_create("threads");

    tcase_add_checked_fixture(threads, plain_bench_open, plain_bench_close);
    tcase_add_loop_test(threads, threads_and_children_of_vfork_are_told_apart, 0,
                        sizeof(rows) / sizeof(*rows));
    suite_add_tcase(suite, threads);
    return suite;
}

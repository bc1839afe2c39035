/*
 * conductor/: what sleeps is proved asleep, what should not sleep and does fails. The conductors of these tests would
 * wait a minute for a call: that they pass within Check's limit proves that nothing is found out by waiting.
 */
#include <stdio.h>
#include <stdlib.h>

#include "tests/drill.h"
#include "tests/tests.h"

#define SET   "case \"t\"\n  writer  semget(KEY, 2, IPC_CREAT|0600) = sem\n"
#define SLEEP "semop(sem, [{0, -1, 0}], 1 <unfinished ...>\n"

static const struct expectation rows[] = {
    {"a sleeper that is woken passes",
     SET "  reader  " SLEEP "  writer  semop(sem, [{0, 1, 0}], 1) = 0\n  reader  <... semop resumed>) = 0\n",
     .kind = VERDICT_PASS},
    {"a call that sleeps where it should return fails", SET "  reader  semop(sem, [{0, -1, 0}], 1) = 0\n",
     .kind = VERDICT_FAIL, 3, "semop does not come back", "reader  semop(0, [{0, -1, 0}], 1) = 0",
     "reader is asleep in semop"},
    {"a call that returns where it should sleep fails",
     SET "  reader  semop(sem, [{0, 1, 0}], 1 <unfinished ...>\n  reader  <... semop resumed>) = 0\n",
     .kind = VERDICT_FAIL, 3, NULL, "reader  semop(0, [{0, 1, 0}], 1 <unfinished ...>",
     "reader  semop(0, [{0, 1, 0}], 1) = 0"},
    {"a call that fails where it should sleep fails",
     SET
     "  reader  semop(sem, [{0, -1, IPC_NOWAIT}], 1 <unfinished ...>\n  reader  <... semop resumed>) = 0\n",
     .kind = VERDICT_FAIL, 3, NULL, NULL, "reader  semop(0, [{0, -1, IPC_NOWAIT}], 1) = -1 EAGAIN"},
    {"a sleeper that nobody woke does not resume",
     SET "  reader  " SLEEP "  reader  <... semop resumed>) = 0\n", .kind = VERDICT_FAIL, 4,
     "semop does not come back", "reader  <... semop resumed>) = 0", "reader is asleep in semop"},
    {"a sleeper that resumes with another result fails",
     SET "  reader  " SLEEP "  writer  semctl(sem, 0, IPC_RMID) = 0\n  reader  <... semop resumed>) = 0\n",
     .kind = VERDICT_FAIL, 5, NULL, "reader  <... semop resumed>) = 0",
     "reader  <... semop resumed>) = -1 EIDRM"},
    {"a sleeper may be left asleep at the end", SET "  reader  " SLEEP, .kind = VERDICT_PASS},
    {"several sleep at once and each resumes for itself",
     "case \"t\"\n  actor third\n  actor fourth\n  writer  semget(KEY, 2, IPC_CREAT|0600) = sem\n"
     "  reader  " SLEEP "  third  " SLEEP "  fourth  semop(sem, [{1, -1, 0}], 1 <unfinished ...>\n"
     "  writer  semctl(sem, 0, GETNCNT) = 2\n  writer  semctl(sem, 1, GETNCNT) = 1\n"
     "  writer  semop(sem, [{1, 1, 0}], 1) = 0\n  fourth  <... semop resumed>) = 0\n"
     "  writer  semctl(sem, 0, GETNCNT) = 2\n"
     "  writer  semctl(sem, 0, IPC_RMID) = 0\n"
     "  third  <... semop resumed>) = -1 EIDRM\n  reader  <... semop resumed>) = -1 EIDRM\n",
     .kind = VERDICT_PASS},
    {"a signal ends the sleep and is told before the result",
     SET "  reader  sigaction(SIGUSR1, {sa_handler=SIG_HANDLER}) = 0\n  reader  " SLEEP
         "  writer  kill(reader.pid, SIGUSR1) = 0\n  reader  --- SIGUSR1 ---\n"
         "  reader  <... semop resumed>) = -1 EINTR\n",
     .kind = VERDICT_PASS},
    {"a call that comes back where a signal should interrupt it fails",
     SET "  reader  sigaction(SIGUSR1, {sa_handler=SIG_HANDLER}) = 0\n  reader  " SLEEP
         "  writer  semop(sem, [{0, 1, 0}], 1) = 0\n  reader  --- SIGUSR1 ---\n",
     .kind = VERDICT_FAIL, 6, "the call came back before the signal", "reader  --- SIGUSR1 ---",
     "reader  semop(0, [{0, -1, 0}], 1) = 0"},
    {"a sleeper can be killed",
     SET "  reader  " SLEEP "  writer  kill(reader.pid, SIGKILL) = 0\n"
         "  reader  +++ killed by SIGKILL +++\n  writer  semctl(sem, 0, GETNCNT) = 0\n",
     .kind = VERDICT_PASS},
    {"a sleeper that did not end is shown asleep",
     SET "  writer  semctl(sem, 0, SETVAL, 0) = 0\n  reader  semop(sem, [{0, 0, 0}, {1, -1, 0}], 2) = 0\n",
     .kind = VERDICT_FAIL, 4, "semop does not come back"},
    {"a wait for a child that lives is a sleep",
     "case \"t\"\n  writer  fork() = child\n"
     "  writer  wait4(child.pid, _ <unfinished ...>\n"
     "  child  exit(0) = ?\n  writer  <... wait4 resumed>) = child.pid\n",
     .kind = VERDICT_PASS},
    {"a timeout that passes by itself is waited for",
     SET "  writer  semtimedop(sem, [{0, -1, 0}], 1, {tv_sec=0, tv_nsec=50000000}) = -1 EAGAIN\n",
     .kind = VERDICT_PASS},
};

START_TEST(sleeping_and_returning_are_told_apart_by_state)
{
    bench_expect(&plain_bench, &rows[_i]);
}
END_TEST

/* Sixty-four actors asleep in one set at once. */
START_TEST(very_many_sleep_at_once)
{
    enum { SLEEPERS = 64 };
    char *text;
    size_t length;
    FILE *out = open_memstream(&text, &length);

    fputs("case \"t\"\n", out);
    for (int i = 0; i < SLEEPERS; i++)
        fprintf(out, "  actor a%d\n", i);
    fputs("  writer  semget(KEY, 1, IPC_CREAT|0600) = sem\n", out);
    for (int i = 0; i < SLEEPERS; i++)
        fprintf(out, "  a%d  semop(sem, [{0, -1, 0}], 1 <unfinished ...>\n", i);
    fprintf(out, "  writer  semctl(sem, 0, GETNCNT) = %d\n", SLEEPERS);
    fprintf(out, "  writer  semop(sem, [{0, %d, 0}], 1) = 0\n", SLEEPERS);
    for (int i = 0; i < SLEEPERS; i++)
        fprintf(out, "  a%d  <... semop resumed>) = 0\n", SLEEPERS - 1 - i);
    fclose(out);
    bench_expect(&plain_bench,
                 &(struct expectation){"all sleep and all are woken", text, .kind = VERDICT_PASS});
    free(text);
}
END_TEST

Suite *blocking_suite(void)
{
    Suite *suite = suite_create("blocking");
    TCase *sleepers = tcase_create("sleepers");

    tcase_add_checked_fixture(sleepers, plain_bench_open, plain_bench_close);
    tcase_add_loop_test(sleepers, sleeping_and_returning_are_told_apart_by_state, 0,
                        sizeof(rows) / sizeof(*rows));
    tcase_add_test(sleepers, very_many_sleep_at_once);
    suite_add_tcase(suite, sleepers);
    return suite;
}

/* conductor/program.h: programs under test, what they are typed and what they print. */
#include <string.h>

#include "tests/drill.h"
#include "tests/tests.h"

#define PROGRAM(words) "case \"t\"\n  program p " words "\n"

static const struct expectation rows[] = {
    {"what is printed and said alike passes",
     PROGRAM("\"/bin/echo\" \"hello\" 42") "  p  -> \"hello 42\\n\"\n  p  +++ exited with 0 +++\n",
     .kind = VERDICT_PASS},
    {"other output fails and is shown", PROGRAM("\"/bin/echo\" \"hello\"") "  p  -> \"hallo\\n\"\n",
     .kind = VERDICT_FAIL, 3, "p prints something else", "p       -> \"hallo\\n\"",
     "p       -> \"hello\\n\""},
    {"more output than the case says fails at the program's end",
     PROGRAM("\"/bin/echo\" \"hello\"") "  p  -> \"hel\"\n  p  +++ exited with 0 +++\n", .kind = VERDICT_FAIL,
     4, "p printed more than the case says", "p       +++ exited with 0 +++", "p       -> \"lo\\n\""},
    {"less output than the case says fails when the program has ended",
     PROGRAM("\"/bin/echo\" \"hello\"") "  p  -> \"hello\\nmore\"\n", .kind = VERDICT_FAIL, 3, NULL,
     "p       -> \"hello\\nmore\"", "p       -> \"hello\\n\""},
    {"output may be taken in pieces",
     PROGRAM("\"/bin/echo\" \"hello\"") "  p  -> \"he\" \"l\"\n  p  -> \"lo\\n\"\n  p  +++ exited "
                                        "with 0 +++\n",
     .kind = VERDICT_PASS},
    {"anything stands for all up to what is behind it",
     PROGRAM("\"/bin/echo\" \"a1b2c\"") "  p  -> \"a\" _ \"b\" _ \"\\n\"\n  p  +++ exited with 0 +++\n",
     .kind = VERDICT_PASS},
    {"what is behind anything must come",
     PROGRAM("\"/bin/echo\" \"a1b2c\"") "  p  -> \"a\" _ \"x\"\n  p  +++ exited with 0 +++\n",
     .kind = VERDICT_FAIL, 3},
    {"what is typed arrives, and the end of input",
     PROGRAM("\"/bin/cat\"") "  p  <- \"abc\\n\"\n  p  -> \"abc\\n\"\n  p  <- \"d\" \"e\\n\"\n  p  "
                             "-> \"de\\n\"\n"
                             "  p  <- EOF\n  p  +++ exited with 0 +++\n",
     .kind = VERDICT_PASS},
    {"what is typed is not echoed and no byte of the output is changed",
     PROGRAM("\"/bin/cat\"") "  p  <- \"a\\tb\\r\\x01\\xff\\n\"\n  p  -> \"a\\tb\\r\\x01\\xff\\n\"\n "
                             " p  <- EOF\n"
                             "  p  +++ exited with 0 +++\n",
     .kind = VERDICT_PASS},
    {"errors are output too",
     PROGRAM("\"/bin/sh\" \"-c\" \"echo out; echo wrong >&2\"") "  p  -> \"out\\nwrong\\n\"\n"
                                                                "  p  +++ exited with 0 +++\n",
     .kind = VERDICT_PASS},
    {"another status fails", PROGRAM("\"/bin/false\"") "  p  +++ exited with 0 +++\n", .kind = VERDICT_FAIL,
     3, NULL, "p       +++ exited with 0 +++", "p       +++ exited with 1 +++"},
    {"a program can be killed",
     PROGRAM("\"/bin/cat\"") "  writer  kill(p.pid, SIGTERM) = 0\n  p  +++ killed by SIGTERM +++\n",
     .kind = VERDICT_PASS},
    {"output of many kilobytes is taken whole",
     PROGRAM("\"/bin/sh\" \"-c\" \"i=0; while [ $i -lt 2000 ]; do echo 0123456789; i=$((i+1)); "
             "done\"") "  p  -> \"0123456789\\n\" * 2000\n  p  +++ exited with 0 +++\n",
     .kind = VERDICT_PASS},
    {"a program that prints much does not stand still while the output of another is waited for",
     "case \"t\"\n"
     "  program q \"/bin/sh\" \"-c\" \"trap 'echo told; exit' TERM; echo ready; while :; do :; done\"\n"
     "  program p \"/bin/sh\" \"-c\" \"head -c 300000 /dev/zero | tr '\\\\0' x; kill $0\" q.pid\n"
     "  q  -> \"ready\\n\"\n"
     "  p  -> \"x\"\n"
     "  q  -> \"told\\n\"\n"
     "  p  -> \"x\" * 299999\n"
     "  p  +++ exited with 0 +++\n",
     .kind = VERDICT_PASS},
    {"a program may belong to another user, and need not reach its own folder",
     PROGRAM("\"/usr/bin/id\" \"-G\" uid=1001 gid=1002 groups=[5, 6]") "  p  -> \"1002 5 6\\n\"\n"
                                                                       "  p  +++ exited with 0 +++\n",
     .kind = VERDICT_PASS},
    {"a script may belong to another user too",
     PROGRAM("\"/usr/bin/ldd\" uid=1001 gid=1002") "  p  -> \"ldd: missing file arguments\\n\" _ \"\\n\"\n"
                                                   "  p  +++ exited with 1 +++\n",
     .kind = VERDICT_PASS},
    {"a raw terminal passes on every byte, and lines of any length",
     PROGRAM(
         "\"/bin/cat\" terminal=raw") "  p  <- \"\\0\\3\\4\" \"x\" * 200000 \"\\n\"\n"
                                      "  p  -> \"\\0\\3\\4\" \"x\" * 200000 \"\\n\"\n"
                                      "  writer  kill(p.pid, SIGKILL) = 0\n  p  +++ killed by SIGKILL +++\n",
     .kind = VERDICT_PASS},
    {"a program is proved asleep in a call of its own",
     PROGRAM("\"/bin/cat\"") "  p  read(_ <unfinished ...>\n  p  <- EOF\n  p  +++ exited with 0 +++\n",
     .kind = VERDICT_PASS},
    {"a program that has ended does not come to sleep",
     PROGRAM("\"/bin/true\"") "  p  semop(_ <unfinished ...>\n", .kind = VERDICT_FAIL, 3,
     "p does not come to sleep in semop", "p       semop(_ <unfinished ...>", NULL},
    {"a program that is not there is an error", PROGRAM("\"/no/such\"") "  p  +++ exited with 0 +++\n",
     .kind = VERDICT_ERROR, 0, "p cannot be started: execv /no/such: ENOENT"},
    {"a program that leaves a segment behind is found out by counting",
     PROGRAM("\"tutorial/reference/writer\"") "  p  -> \"Memory attached at 0x\" _ \"\\nEnter some text: \"\n"
                                              "  writer  kill(p.pid, SIGKILL) = 0\n  p  +++ killed by "
                                              "SIGKILL +++\n"
                                              "  require segments == 0\n",
     .kind = VERDICT_FAIL, 6, "require segments == 0: left is 1, right is 0"},
    {"a call of a program can be made to fail",
     PROGRAM(
         "\"../specimen\" \"make-set\" \"post\"") "  inject p semop:error=ENOSPC:when=1\n"
                                                  "  p  -> \"specimen: post: No space left on device\\n\"\n"
                                                  "  p  +++ exited with 1 +++\n",
     .kind = VERDICT_PASS},
    {"only the calls that are meant fail",
     PROGRAM("\"../specimen\" \"make-set\" \"post\" \"take-patiently\" \"remove-set\"") "  inject p "
                                                                                        "semop:error=EINTR:"
                                                                                        "when=2\n"
                                                                                        "  p  +++ exited "
                                                                                        "with 0 +++\n"
                                                                                        "  require "
                                                                                        "semaphores == 0\n",
     .kind = VERDICT_PASS},
    {"a fault that never comes fails the case",
     PROGRAM("\"/bin/true\"") "  inject p shmat:error=ENOMEM\n  p  +++ exited with 0 +++\n",
     .kind = VERDICT_FAIL, 3, "nothing was injected", "inject p shmat:error=ENOMEM", "p makes no such call"},
    {"a call is held while the case goes on",
     PROGRAM(
         "\"../specimen\" \"greet\" \"make-set\" \"post\" \"greet\"") "  inject p semop:delay_enter=1\n"
                                                                      "  p  -> \"hello\\n\"\n"
                                                                      "  writer  semget(77, 1, "
                                                                      "IPC_CREAT|0600) = id\n"
                                                                      "  writer  semctl(id, 0, GETVAL) = 0\n"
                                                                      "  p  -> \"hello\\n\"\n"
                                                                      "  writer  semctl(id, 0, GETVAL) = 1\n"
                                                                      "  p  +++ exited with 0 +++\n",
     .kind = VERDICT_PASS},
    {"a call that an injection holds has not begun",
     PROGRAM("\"../specimen\" \"greet\" \"make-set\" \"take\"") "  inject p semop:delay_enter=1\n"
                                                                "  p  semop(_ <unfinished ...>\n"
                                                                "  writer  semget(77, 1, 0) = id\n"
                                                                "  writer  semctl(id, 0, GETNCNT) = 1\n"
                                                                "  writer  semctl(id, 0, IPC_RMID) = 0\n"
                                                                "  p  -> \"hello\\nspecimen: take: "
                                                                "Identifier removed\\n\"\n"
                                                                "  p  +++ exited with 1 +++\n",
     .kind = VERDICT_PASS},
    {"what a program prints on its way to a sleep is read",
     PROGRAM("\"/bin/sh\" \"-c\" \"seq 3000; read end\"") "  p  read(_ <unfinished ...>\n"
                                                          "  p  -> \"1\\n2\\n\" _ \"3000\\n\"\n"
                                                          "  p  <- EOF\n"
                                                          "  p  +++ exited with 1 +++\n",
     .kind = VERDICT_PASS},
    {"a program is killed at a call",
     PROGRAM("\"../specimen\" \"make-set\" \"remove-set\"") "  inject p semctl:signal=SIGKILL\n  p  +++ "
                                                            "killed by SIGKILL +++\n"
                                                            "  require semaphores == 1\n",
     .kind = VERDICT_PASS},
    {"the tutorial's pair holds its conversation",
     "case \"t\"\n  program reader \"tutorial/reference/reader\"\n  program writer "
     "\"tutorial/reference/writer\"\n"
     "  reader  -> \"\\nMemory attached at 0x\" _ \"\\n\"\n"
     "  writer  -> \"Memory attached at 0x\" _ \"\\nEnter some text: \"\n"
     "  writer  <- \"embedfire\\n\"\n  reader  -> \"You wrote: embedfire\\n\"\n"
     "  writer  -> \"Enter some text: \"\n  writer  <- \"end\\n\"\n  reader  -> \"You wrote: "
     "end\\n\"\n"
     "  reader  +++ exited with 0 +++\n  writer  +++ exited with 0 +++\n"
     "  require segments == 0\n  require semaphores == 0\n",
     .kind = VERDICT_PASS},
};

START_TEST(a_program_does_what_the_case_says_or_it_fails)
{
    bench_expect(&plain_bench, &rows[_i]);
}
END_TEST

/* The one thing that only time tells: a program that prints nothing might still. */
START_TEST(a_program_that_prints_nothing_fails_within_its_time)
{
    struct conductor_options options = bench_options();

    options.timeout_ms = 50;
    bench_open(&plain_bench, &options);
    bench_expect(&plain_bench,
                 &(struct expectation){"silence", PROGRAM("\"/bin/cat\"") "  p  -> \"abc\\n\"\n",
                                       .kind = VERDICT_FAIL, 3, "p prints something else",
                                       "p       -> \"abc\\n\"", "p       -> nothing"});
    bench_expect(&plain_bench,
                 &(struct expectation){"no end", PROGRAM("\"/bin/cat\"") "  p  +++ exited with 0 +++\n",
                                       .kind = VERDICT_FAIL, 3, NULL, "p       +++ exited with 0 +++", NULL});
    bench_close(&plain_bench);
}
END_TEST

Suite *program_suite(void)
{
    Suite *suite = suite_create("program");
    TCase *programs = tcase_create("programs"), *silent = tcase_create("silent");

    tcase_add_checked_fixture(programs, plain_bench_open, plain_bench_close);
    tcase_add_loop_test(programs, a_program_does_what_the_case_says_or_it_fails, 0,
                        sizeof(rows) / sizeof(*rows));
    tcase_add_test(silent, a_program_that_prints_nothing_fails_within_its_time);
    suite_add_tcase(suite, programs);
    suite_add_tcase(suite, silent);
    return suite;
}

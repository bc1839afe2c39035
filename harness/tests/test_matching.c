/* conductor/: what a call gave against what the case says, on the machine's own kernel. */
#include <stdlib.h>
#include <string.h>

#include "tests/drill.h"
#include "tests/tests.h"

#define SEGMENT "case \"t\"\n  writer  shmget(KEY, 4096, IPC_CREAT|0600) = id\n"
#define SET     "case \"t\"\n  writer  semget(KEY, 2, IPC_CREAT|0600) = sem\n"

static const struct expectation rows[] = {
    {"a name learns a value and then requires it", SEGMENT "  reader  shmget(KEY, 0, 0) = id\n",
     .kind = VERDICT_PASS},
    {"another value than the learnt one fails", SEGMENT "  writer  shmget(KEY2, 1, IPC_CREAT|0600) = id\n",
     .kind = VERDICT_FAIL, 3, "writer  shmget(0x5eed0002, 1, IPC_CREAT|0600) = 1",
     "writer  shmget(0x5eed0002, 1, IPC_CREAT|0600) = 0",
     "writer  shmget(0x5eed0002, 1, IPC_CREAT|0600) = 1"},
    {"an error where a value should be fails", SEGMENT "  reader  shmget(KEY, 4097, 0) = id\n",
     .kind = VERDICT_FAIL, 3, NULL, "reader  shmget(0x5eed0001, 4097, 0) = 0",
     "reader  shmget(0x5eed0001, 4097, 0) = -1 EINVAL"},
    {"a value where an error should be fails", SEGMENT "  reader  shmget(KEY, 0, 0) = -1 EEXIST\n",
     .kind = VERDICT_FAIL, 3, NULL, "reader  shmget(0x5eed0001, 0, 0) = -1 EEXIST",
     "reader  shmget(0x5eed0001, 0, 0) = 0"},
    {"another errno fails", SEGMENT "  reader  shmget(KEY, 4097, 0) = -1 EACCES\n", .kind = VERDICT_FAIL, 3,
     NULL, "reader  shmget(0x5eed0001, 4097, 0) = -1 EACCES",
     "reader  shmget(0x5eed0001, 4097, 0) = -1 EINVAL"},
    {"any of several errnos is enough", SEGMENT "  reader  shmget(KEY, 4097, 0) = -1 EACCES|EINVAL|EIDRM\n",
     .kind = VERDICT_PASS},
    {"none of several errnos fails", SEGMENT "  reader  shmget(KEY, 4097, 0) = -1 EACCES|EIDRM\n",
     .kind = VERDICT_FAIL, 3, NULL, "reader  shmget(0x5eed0001, 4097, 0) = -1 EACCES|EIDRM",
     "reader  shmget(0x5eed0001, 4097, 0) = -1 EINVAL"},
    {"anything matches an error too", SEGMENT "  reader  shmget(KEY, 4097, 0) = _\n", .kind = VERDICT_PASS},
    {"a structure matches by the fields that are written",
     SEGMENT "  writer  shmctl(id, IPC_STAT, {shm_perm={mode=0600, key=KEY}, shm_segsz=4096}) = 0\n",
     .kind = VERDICT_PASS},
    {"one field with another value fails, and only the fields that are written are shown",
     SEGMENT "  writer  shmctl(id, IPC_STAT, {shm_perm={mode=0666}, shm_nattch=0}) = 0\n",
     .kind = VERDICT_FAIL, 3, NULL, "writer  shmctl(0, IPC_STAT, {shm_perm={mode=0666}, shm_nattch=0}) = 0",
     "writer  shmctl(0, IPC_STAT, {shm_perm={mode=0600}, shm_nattch=0}) = 0"},
    {"a field teaches a name",
     SEGMENT "  writer  shmctl(id, IPC_STAT, {shm_segsz=size, shm_cpid=who}) = 0\n"
             "  require size == 4096 && who == writer.pid\n",
     .kind = VERDICT_PASS},
    {"a field may be written by its last part",
     SEGMENT "  writer  shmctl(id, IPC_STAT, {mode=0600, uid=writer.uid}) = 0\n", .kind = VERDICT_PASS},
    {"what is written into a structure is what the call gets",
     SEGMENT "  writer  shmctl(id, IPC_SET, {shm_perm={mode=0640, uid=writer.uid, gid=writer.gid}}) = 0\n"
             "  writer  shmctl(id, IPC_STAT, {shm_perm={mode=0640}}) = 0\n",
     .kind = VERDICT_PASS},
    {"the kernel fills the whole structure and no padding",
     SEGMENT "  writer  shmctl(id, IPC_STAT, {unwritten=0, written=written}) = 0\n  require written > 0\n",
     .kind = VERDICT_PASS},
    {"an array matches element by element", SET "  writer  semctl(sem, 0, GETALL, [0, 0]) = 0\n",
     .kind = VERDICT_PASS},
    {"another element fails", SET "  writer  semctl(sem, 0, GETALL, [0, 1]) = 0\n", .kind = VERDICT_FAIL, 3,
     NULL, "writer  semctl(0, 0, GETALL, [0, 1]) = 0", "writer  semctl(0, 0, GETALL, [0, 0]) = 0"},
    {"more elements than the kernel filled fail", SET "  writer  semctl(sem, 0, GETALL, [0, 0, 0]) = 0\n",
     .kind = VERDICT_FAIL, 3},
    {"fewer elements than there are fail",
     "case \"t\"\n  writer  sysctl(\"kernel.sem\") = [_, _, _, _]\n  writer  sysctl(\"kernel.sem\") = [_, _, "
     "_]\n",
     .kind = VERDICT_FAIL, 3},
    {"an element teaches a name that the next one requires",
     SET "  writer  semctl(sem, 0, SETALL, [3, 3]) = 0\n  writer  semctl(sem, 0, GETALL, [a, a]) = 0\n"
         "  require a == 3\n",
     .kind = VERDICT_PASS},
    {"an element that is not as the one before it fails",
     SET "  writer  semctl(sem, 0, SETALL, [3, 4]) = 0\n  writer  semctl(sem, 0, GETALL, [a, a]) = 0\n",
     .kind = VERDICT_FAIL, 4, NULL, "writer  semctl(0, 0, GETALL, [3, 3]) = 0",
     "writer  semctl(0, 0, GETALL, [3, 4]) = 0"},
    {"bytes match byte by byte",
     SEGMENT "  writer  shmat(id, NULL, 0) = w\n  writer  poke(w, \"a\\0\\xff\")\n"
             "  writer  peek(w, 3) = \"a\\0\\xff\"\n",
     .kind = VERDICT_PASS},
    {"other bytes fail",
     SEGMENT
     "  writer  shmat(id, NULL, 0) = w\n  writer  poke(w, \"hello\")\n  writer  peek(w, 5) = \"hella\"\n",
     .kind = VERDICT_FAIL, 5},
    {"fewer bytes than were read fail",
     SEGMENT "  writer  shmat(id, NULL, 0) = w\n  writer  poke(w, \"ab\")\n  writer  peek(w, 2) = \"a\"\n",
     .kind = VERDICT_FAIL, 5},
    {"require that holds passes", SEGMENT "  require id == 0 && KEY != KEY2\n", .kind = VERDICT_PASS},
    {"require that does not hold shows both sides", SEGMENT "  require id + 1 == 5\n", .kind = VERDICT_FAIL,
     3, "require 0 + 1 == 5: left is 1, right is 5", "require 0 + 1 == 5", "left is 1, right is 5"},
    {"require of more than a comparison shows what it was", SEGMENT "  require id == 5 || id == 6\n",
     .kind = VERDICT_FAIL, 3, NULL, "require 0 == 5 || 0 == 6", "it does not hold"},
    {"a division by zero is the case's error", SEGMENT "  require 1/id\n", .kind = VERDICT_ERROR, 0,
     "division by zero"},
    {"bytes where the call takes a number are the case's error",
     SEGMENT "  writer  shmat(id, NULL, 0) = w\n  writer  peek(w, 1) = byte\n  writer  shmdt(byte) = _\n",
     .kind = VERDICT_ERROR},
    {"a number where the call takes bytes is the case's error",
     SEGMENT "  writer  shmat(id, NULL, 0) = w\n  writer  poke(w, id)\n", .kind = VERDICT_ERROR},
    {"the objects of the case are counted",
     SEGMENT "  require segments == 1 && semaphores == 0\n  writer  shmctl(id, IPC_RMID, NULL) = 0\n"
             "  require segments == 0\n",
     .kind = VERDICT_PASS},
};

START_TEST(an_answer_is_judged_by_what_the_case_says)
{
    bench_expect(&plain_bench, &rows[_i]);
}
END_TEST

static void run_in_profile(enum profile profile, const char *text, enum verdict_kind kind, bool deviates)
{
    struct conductor_options options = bench_options();

    options.profile = profile;
    bench_open(&plain_bench, &options);
    struct verdict verdict = bench_run(&plain_bench, text, 0);

    ck_assert_msg(verdict.kind == kind, "%s in\n%s", verdict.reason, text);
    ck_assert_int_eq(verdict.deviates, deviates);
    bench_close(&plain_bench);
}

START_TEST(each_profile_requires_its_own_answer)
{
    static const char linux_is_right[] =
        SEGMENT "  reader  shmget(KEY, 4097, 0) = -1 EINVAL (POSIX: ENOMEM)\n";
    static const char posix_is_right[] =
        SEGMENT "  reader  shmget(KEY, 4097, 0) = -1 ENOMEM (POSIX: EINVAL)\n";

    run_in_profile(PROFILE_LINUX, linux_is_right, VERDICT_PASS, true);
    run_in_profile(PROFILE_POSIX, linux_is_right, VERDICT_FAIL, false);
    run_in_profile(PROFILE_LINUX, posix_is_right, VERDICT_FAIL, false);
    run_in_profile(PROFILE_POSIX, posix_is_right, VERDICT_PASS, false);
}
END_TEST

START_TEST(what_only_linux_documents_is_not_asked_in_the_posix_profile)
{
    static const char text[] = "case \"t\"\n  linux\n  writer  getpid() = _\n";

    run_in_profile(PROFILE_LINUX, text, VERDICT_PASS, false);
    run_in_profile(PROFILE_POSIX, text, VERDICT_SKIP, false);
}
END_TEST

START_TEST(the_transcript_holds_the_lines_before_the_failure_with_their_values)
{
    struct verdict verdict = bench_run(
        &plain_bench, SEGMENT "  # why not\n  require id == 0\n  reader  shmget(KEY, 0, 0) = -1 EEXIST\n", 0);
    char *transcript = transcript_text(&verdict);

    ck_assert_int_eq(verdict.kind, VERDICT_FAIL);
    ck_assert_str_eq(transcript, "writer  shmget(0x5eed0001, 4096, IPC_CREAT|0600) = 0\n"
                                 "require 0 == 0\n");
    free(transcript);
}
END_TEST

START_TEST(each_row_of_a_table_is_judged_for_itself)
{
    static const char text[] = "case \"<size> <result>\"\n"
                               "  writer  shmget(KEY, 4096, IPC_CREAT|0600) = id\n"
                               "  reader  shmget(KEY, <size>, 0) = <result>\n"
                               "  where\n"
                               "    size  result\n"
                               "    4096  id\n"
                               "    4097  id\n"
                               "    4097  -1 EINVAL\n";
    static const enum verdict_kind kinds[] = {VERDICT_PASS, VERDICT_FAIL, VERDICT_PASS};
    static const int lines[] = {6, 3, 8};

    for (size_t i = 0; i < 3; i++) {
        struct verdict verdict = bench_run(&plain_bench, text, i);

        ck_assert_int_eq(verdict.kind, kinds[i]);
        ck_assert_int_eq(verdict.line, lines[i]);
    }
}
END_TEST

Suite *matching_suite(void)
{
    Suite *suite = suite_create("matching");
    TCase *answers = tcase_create("answers"), *profiles = tcase_create("profiles");

    tcase_add_checked_fixture(answers, plain_bench_open, plain_bench_close);
    tcase_add_loop_test(answers, an_answer_is_judged_by_what_the_case_says, 0, sizeof(rows) / sizeof(*rows));
    tcase_add_test(answers, the_transcript_holds_the_lines_before_the_failure_with_their_values);
    tcase_add_test(answers, each_row_of_a_table_is_judged_for_itself);
    tcase_add_test(profiles, each_profile_requires_its_own_answer);
    tcase_add_test(profiles, what_only_linux_documents_is_not_asked_in_the_posix_profile);
    suite_add_tcase(suite, answers);
    suite_add_tcase(suite, profiles);
    return suite;
}

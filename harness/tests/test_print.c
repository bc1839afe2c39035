/* notation/: what is parsed, printed and parsed again is the same. */
#include <stdlib.h>
#include <string.h>

#include "cli/drill_files.h"
#include "tests/drill.h"
#include "tests/surroundings.h"
#include "tests/tests.h"

/* Bodies of a case: every construct of the notation. */
static const char *const constructs[] = {
    "  writer  getpid() = _\n",
    "  writer  shmget(KEY, 4096, IPC_CREAT|0600) = id\n",
    "  writer  shmget(KEY2, 0x1000, 0) = -1 EINVAL\n",
    "  writer  shmget(KEY, 1, 0) = -1 ENOENT|EACCES|EINVAL\n",
    "  writer  shmget(KEY, 1, 0) = -1 ENOENT (No such file or directory)\n",
    "  writer  shmget(KEY, 1, 0) = -1 ENOENT (a remark (with brackets), even 'quotes' and @)\n",
    "  writer  shmget(KEY, 1, 0) = -1 ENOMEM (POSIX: EINVAL)\n",
    "  writer  shmget(KEY, 1, 0) = -1 ENOMEM (POSIX: EINVAL|EACCES)\n",
    "  writer  shmget(KEY, 1, 0) = 7 (POSIX: EINVAL)\n",
    "  writer  shmget(KEY, 1, 0) = -1 EINVAL (POSIX: id)\n",
    "  writer  shmget(KEY, 1, 0) = -1\n",
    "  writer  exit(3) = ?\n  writer  +++ exited with 3 +++\n",
    "  writer  peek(0, 1) = ?\n  writer  --- SIGSEGV {si_code=SEGV_MAPERR, si_addr=0} ---\n",
    "  writer  --- SIGUSR1 ---\n",
    "  writer  +++ killed by SIGKILL +++\n",
    "  writer  +++ killed by SIGSEGV (core dumped) +++\n",
    "  writer  +++ exited with _ +++\n",
    "  reader  semop(0, [{0, -1, 0}], 1 <unfinished ...>\n  reader  <... semop resumed>) = 0\n",
    "  reader  vfork() = child <unfinished ...>\n  child   exit(0) = ?\n  reader  <... vfork resumed>) = "
    "child.pid\n",
    "  reader  semop(0, [{0, -1, IPC_NOWAIT|SEM_UNDO}, {sem_num=1, sem_op=2, sem_flg=0}], 2) = 0\n",
    "  reader  semop(0, [{0, -1, 0}] * 500, 500) = 0\n",
    "  reader  shmctl(0, IPC_STAT, {shm_perm={mode=SHM_DEST|0600, key=IPC_PRIVATE}, shm_nattch=n}) = 0\n",
    "  reader  shmctl(0, IPC_STAT, {shm_nattch=2, written=112, unwritten=0, padding=0}) = 0\n",
    "  reader  shmctl(0, IPC_STAT, _) = -1 EINVAL|EIDRM\n",
    "  reader  semctl(0, 0, GETALL, [a, 2, _]) = 0\n",
    "  reader  semctl(0, 0, SETALL, []) = 0\n",
    "  reader  semctl(0, 0, GETVAL) = 1\n",
    "  writer  poke(4096, \"still here\")\n",
    "  writer  poke(4096, \"x\" * 4096)\n",
    "  writer  peek(4096, 9) = \"\\0\\1\\x7f\\xff\\n\\t\\r\\\\\\\"\"\n",
    "  writer  peek(4096, 3) = \"\\0001\"\n",
    "  writer  fork() = child\n  child  getpid() = child.pid\n",
    "  rounds 9\n    writer  fail_nth(round) shmget(KEY, 1, 0) = id or -1 ENOMEM\n  end\n",
    "  writer  sysctl(\"kernel.shmmax\") = n\n  writer  sysctl(\"kernel.sem\") = [_, _, _, 1]\n",
    "  writer  maps(4096) = {perms=\"r--s\"}\n",
    "  require 1 + 2*3 - 4 == 3\n",
    "  require (1 + 2)*(3 - 4) == -3\n",
    "  require 1 - (2 - 3) == 2 && 1 - 2 - 3 == -4\n",
    "  require 8/(4/2) == 4 && 7 % 4 % 2 == 1\n",
    "  require ~0 == -1 && !0 == 1 && -(1 + 2) == -3\n",
    "  require -(-1) == 1 && ~(~1) == 1 && !(!1) == 1\n",
    "  require -(-(-1)) == -1\n",
    "  require 1<<2 == 4 && 4>>1 == 2 && 1<<(1 + 1) == 4\n",
    "  require 1 < 2 && 2 > 1 && 1 <= 1 && 1 >= 1 && 1 != 2 || 0\n",
    "  require (1 < 2) == (2 > 1)\n",
    "  require (1 | 2) & 3 ^ 1 == 1\n",
    "  require 1 | 2 & 3\n",
    "  require writer.pid != reader.pid && writer.uid == 0 && writer.gid == 0\n",
    "  require segments == 0\n  require semaphores == 0\n",
    "  program p \"tutorial/reader\" \"one\" 2\n  p  -> \"Enter \" _ \"\\n\"\n  p  <- \"a\\n\" \"b\\n\"\n  p "
    " <- EOF\n",
    "  program p \"x\" \"y\" uid=1001 gid=1002 groups=[5] terminal=raw\n  p  read(_ <unfinished ...>\n",
    "  actor a\n  a  getpid() = _\n",
    "  actor a uid=1001 gid=1002 groups=[5, 6] caps=CAP_IPC_OWNER|CAP_IPC_LOCK\n  a  getpid() = _\n",
    "  actor a memory=8<<20 oom=ENOMEM\n  a  getpid() = _\n",
    "  sets hugepages 2M 4\n  sets sysctl vm.overcommit_memory 2\n  writer  getpid() = _\n",
    "  actor a groups=[] caps=none\n  a  getpid() = _\n",
    "  actor a caps=~CAP_IPC_LOCK\n  a  getpid() = _\n",
    "  needs root\n  needs CAP_IPC_LOCK\n  needs hugepages 2M\n  needs linux 4.17\n  writer  getpid() = _\n",
    "  clause SHMGET-07 SHMCTL-21\n  clause SEMOP-01\n  writer  getpid() = _\n",
    "  linux\n  writer  getpid() = _\n",
    "  inject reader semop:error=EINTR:when=2\n  writer  getpid() = _\n",
    "  program reader \"r\"\n  program writer \"w\" \"-v\"\n  scene \"burst\" end=\"bye\" set_key=0x1a0a\n"
    "  inject writer semop:error=EINTR:when=2\n",
    "  scene \"plain\"\n  schedule reader*3 writer\n",
    "  scene \"plain\"\n  schedule\n",
    "  # a remark between the lines\n  writer  getpid() = _\n  # and one behind\n",
    "  writer  shmget(<key>, 1, <flags>|0600) = <result>\n  where\n    key  flags  result\n    1    0  "
    "    -1 ENOENT\n    2    IPC_CREAT  id\n",
    "  writer  shmget(<a>, <b>, 0) = -1 <error>\n  where\n    a\n    1..3\n    0x10..0x1f\n  where\n"
    "    b  error\n    0000..0777  EINVAL|EACCES\n",
    "  writer  peek(0, 1) = <text>\n  where\n    text\n    \"two  blanks\"\n    \"a\\\"  b\"\n",
};

START_TEST(every_construct_printed_and_parsed_again_is_the_same)
{
    char *text;
    size_t length;
    FILE *out = open_memstream(&text, &length);

    fprintf(out, "case \"t\"\n%s", constructs[_i]);
    fclose(out);
    struct diagnostics diagnostics = {0};
    struct case_file *file = notation_parse("t.drill", text, length, &diagnostics);

    ck_assert_msg(file != NULL, "%s in\n%s", diagnostics.first ? diagnostics.first->text : "", text);
    char *printed = drill_print(file);
    struct case_file *again = notation_parse("t.drill", printed, strlen(printed), &diagnostics);

    ck_assert_msg(again != NULL, "%s in what was printed\n%s",
                  diagnostics.first ? diagnostics.first->text : "", printed);
    ck_assert_msg(notation_equal(file, again), "%s\nis printed as\n%s", text, printed);
    char *printed_again = drill_print(again);

    ck_assert_str_eq(printed, printed_again);
    notation_free(file);
    notation_free(again);
    free(text);
    free(printed);
    free(printed_again);
}
END_TEST

/* Two bodies that differ in one thing each: were they equal, the test above would prove nothing. */
static const char *const different[][2] = {
    {"  writer  shmget(1, 1, 0) = id\n", "  writer  shmget(1, 2, 0) = id\n"},
    {"  writer  shmget(1, 1, 0) = id\n", "  reader  shmget(1, 1, 0) = id\n"},
    {"  writer  shmget(1, 1, 0) = id\n", "  writer  semget(1, 1, 0) = id\n"},
    {"  writer  shmget(1, 1, 0) = id\n", "  writer  shmget(1, 1, 0) = other\n"},
    {"  writer  shmget(1, 1, 0) = id\n", "  writer  shmget(1, 1, 0) = -1 EINVAL\n"},
    {"  writer  shmget(1, 1, 0) = -1 EACCES\n", "  writer  shmget(1, 1, 0) = -1 EINVAL\n"},
    {"  writer  shmget(1, 1, 0) = -1 EACCES\n", "  writer  shmget(1, 1, 0) = -1 EACCES|EINVAL\n"},
    {"  writer  shmget(1, 1, 0) = -1 EACCES\n", "  writer  shmget(1, 1, 0) = -1 EACCES (POSIX: EINVAL)\n"},
    {"  writer  peek(1, 1) = \"a\"\n", "  writer  peek(1, 1) = \"b\"\n"},
    {"  writer  peek(1, 1) = \"a\"\n", "  writer  peek(1, 1) = \"a\\0\"\n"},
    {"  writer  peek(1, 1) = _\n", "  writer  peek(1, 1) = a\n"},
    {"  writer  exit(1) = ?\n  writer  +++ exited with 1 +++\n",
     "  writer  exit(1) = ?\n  writer  +++ killed by 1 +++\n"},
    {"  writer  --- SIGSEGV ---\n", "  writer  --- SIGBUS ---\n"},
    {"  writer  --- SIGSEGV ---\n", "  writer  --- SIGSEGV {si_addr=0} ---\n"},
    {"  require 1 + 2 == 3\n", "  require 1 - 2 == 3\n"},
    {"  require (1 - 2) - 3 == 0\n", "  require 1 - (2 - 3) == 0\n"},
    {"  require writer.pid == 1\n", "  require writer.uid == 1\n"},
    {"  require -1\n", "  require ~1\n"},
    {"  linux\n  require 1\n", "  require 1\n"},
    {"  needs root\n  require 1\n", "  require 1\n"},
    {"  clause A-1\n  require 1\n", "  clause A-2\n  require 1\n"},
    {"  actor a uid=1\n  require 1\n", "  actor a uid=2\n  require 1\n"},
    {"  actor a gid=1\n  require 1\n", "  actor a\n  require 1\n"},
    {"  sets hugepages 2M 4\n  require 1\n", "  require 1\n"},
    {"  sets hugepages 2M 4\n  require 1\n", "  sets hugepages 2M 5\n  require 1\n"},
    {"  actor a memory=1\n  require 1\n", "  actor a memory=2\n  require 1\n"},
    {"  actor a memory=1\n  require 1\n", "  actor a memory=1 oom=ENOMEM\n  require 1\n"},
    {"  actor a groups=[1]\n  require 1\n", "  actor a groups=[1, 2]\n  require 1\n"},
    {"  actor a caps=none\n  require 1\n", "  actor a caps=CAP_IPC_LOCK\n  require 1\n"},
    {"  program p \"x\"\n  p  <- \"y\"\n", "  program p \"x\"\n  p  -> \"y\"\n"},
    {"  program p \"x\"\n  p  <- \"y\"\n", "  program p \"x\"\n  p  <- EOF\n"},
    {"  program p \"x\" \"y\"\n  p  <- EOF\n", "  program p \"x\"\n  p  <- EOF\n"},
    {"  reader  semop(0, [{0, 1, 0}], 1) = 0\n", "  reader  semop(0, [{0, 1, 0}], 1 <unfinished ...>\n"},
    {"  reader  semop(0, [{0, 1, 0}], 1) = 0\n", "  reader  semop(0, [{0, 1, 0}, {0, 1, 0}], 1) = 0\n"},
    {"  reader  shmctl(0, IPC_STAT, {shm_nattch=1}) = 0\n",
     "  reader  shmctl(0, IPC_STAT, {shm_cpid=1}) = 0\n"},
    {"  require <a>\n  where\n    a\n    1\n", "  require <a>\n  where\n    a\n    2\n"},
    {"  require <a>\n  where\n    a\n    1\n", "  require <a>\n  where\n    a\n    1\n    2\n"},
    {"  require 1\n  where\n    a\n    1\n", "  require 1\n  where\n    b\n    1\n"},
    {"  require 1\n", "  require 1\n  # a remark\n"},
    {"  inject a b:c\n  require 1\n", "  inject a b:d\n  require 1\n"},
    {"  scene \"a\"\n", "  scene \"b\"\n"},
    {"  scene \"a\" end=\"b\"\n", "  scene \"a\" end=\"c\"\n"},
    {"  scene \"a\"\n  schedule a\n", "  scene \"a\"\n  schedule b\n"},
};

static struct case_file *parse_body(const char *body)
{
    char *text;
    size_t length;
    FILE *out = open_memstream(&text, &length);
    struct diagnostics diagnostics = {0};

    fprintf(out, "case \"t\"\n%s", body);
    fclose(out);
    struct case_file *file = notation_parse("t.drill", text, length, &diagnostics);

    ck_assert_msg(file != NULL, "%s in\n%s", diagnostics.first ? diagnostics.first->text : "", text);
    free(text);
    return file;
}

START_TEST(cases_that_say_different_things_are_not_equal)
{
    struct case_file *one = parse_body(different[_i][0]), *other = parse_body(different[_i][1]);

    ck_assert_msg(!notation_equal(one, other), "taken for equal:\n%s%s", different[_i][0], different[_i][1]);
    ck_assert(notation_equal(one, one));
    notation_free(one);
    notation_free(other);
}
END_TEST

START_TEST(layout_is_not_part_of_what_a_case_says)
{
    struct case_file *one = drill_read(
        "case \"t\"\n  writer  shmget( KEY ,4096,\n     IPC_CREAT | 0600 ) =id # why\n\n\n  reader "
        "getpid()=_\r\n");
    struct case_file *other =
        drill_read("case \"t\"\n  writer  shmget(KEY, 4096, IPC_CREAT|0600) = id\n  reader  getpid() = _\n");

    ck_assert(notation_equal(one, other));
    notation_free(one);
    notation_free(other);
}
END_TEST

START_TEST(a_file_is_printed_in_the_canonical_form)
{
    static const char canonical[] = "# What the file is about.\n"
                                    "case \"one <size>\"\n"
                                    "  clause SHMGET-07 SHMGET-08\n"
                                    "  linux\n"
                                    "  needs root\n"
                                    "  actor stranger uid=1001 gid=1002\n"
                                    "\n"
                                    "  stranger shmget(KEY, <size>, IPC_CREAT|0600) = id\n"
                                    "  writer  semop(0, [{0, -1, 0}], 1 <unfinished ...>\n"
                                    "  writer  <... semop resumed>) = -1 EINTR|EIDRM\n"
                                    "  require id % 2 == 0\n"
                                    "  where\n"
                                    "    size\n"
                                    "    1\n"
                                    "    4096\n"
                                    "\n"
                                    "case \"two\"\n"
                                    "  writer  getpid() = _\n";
    struct case_file *file = drill_read(canonical);
    char *printed = drill_print(file);
    struct case_file *again = drill_read(printed);

    ck_assert(notation_equal(file, again));
    /* Blank lines and columns are the printer's own; the words in their order are not. */
    char *cursor = printed;

    for (const char *line = canonical; *line; line += strcspn(line, "\n") + 1) {
        char words[128];
        size_t start = strspn(line, " "), length = strcspn(line, "\n") - start;

        memcpy(words, line + start, length);
        words[length] = '\0';
        cursor = strstr(cursor, words);
        ck_assert_msg(cursor != NULL, "no '%s' at its place in\n%s", words, printed);
    }
    notation_free(file);
    notation_free(again);
    free(printed);
}
END_TEST

START_TEST(every_case_file_printed_and_parsed_again_is_the_same)
{
    struct arena arena = {0};
    struct diagnostics diagnostics = {0};
    struct word *paths = NULL;

    ck_assert_uint_gt(drill_files_find(cases_path(), &paths, &arena, &diagnostics), 0);
    for (const struct word *path = paths; path; path = path->next) {
        struct case_file *file = notation_read(path->text, &diagnostics);

        ck_assert_msg(file != NULL, "%s:%d: %s", path->text,
                      diagnostics.first ? diagnostics.first->at.line : 0,
                      diagnostics.first ? diagnostics.first->text : "");
        char *printed = drill_print(file);
        struct case_file *again = notation_parse(path->text, printed, strlen(printed), &diagnostics);

        ck_assert_msg(again != NULL, "%s: what is printed has a mistake: %d: %s", path->text,
                      diagnostics.first ? diagnostics.first->at.line : 0,
                      diagnostics.first ? diagnostics.first->text : "");
        ck_assert_msg(notation_equal(file, again), "%s: what is printed says something else", path->text);
        char *printed_again = drill_print(again);

        ck_assert_msg(strcmp(printed, printed_again) == 0, "%s: printed twice, it differs", path->text);
        notation_free(file);
        notation_free(again);
        free(printed);
        free(printed_again);
    }
    diagnostics_free(&diagnostics);
    arena_free(&arena);
}
END_TEST

Suite *print_suite(void)
{
    Suite *suite = suite_create("print");
    TCase *parts = tcase_create("parse and print");

    tcase_add_loop_test(parts, every_construct_printed_and_parsed_again_is_the_same, 0,
                        sizeof(constructs) / sizeof(*constructs));
    tcase_add_loop_test(parts, cases_that_say_different_things_are_not_equal, 0,
                        sizeof(different) / sizeof(*different));
    tcase_add_test(parts, layout_is_not_part_of_what_a_case_says);
    tcase_add_test(parts, a_file_is_printed_in_the_canonical_form);
    tcase_add_test(parts, every_case_file_printed_and_parsed_again_is_the_same);
    suite_add_tcase(suite, parts);
    return suite;
}

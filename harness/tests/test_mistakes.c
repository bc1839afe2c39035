/* notation/: a mistake is told with its place, what is wrong, and the name that was meant. */
#include <stdlib.h>
#include <string.h>

#include "tests/drill.h"
#include "tests/surroundings.h"
#include "tests/tests.h"

/* A file with one mistake, and what is said about it. */
static const struct {
    const char *text;
    const char *message;
} mistakes[] = {
    {"case \"t\"\n"
     "  wrter  getpid() = _\n",
     "t.drill:2:3: unknown actor wrter, did you mean writer?"},
    {"case \"t\"\n"
     "  stranger  getpid() = _\n",
     "t.drill:2:3: unknown actor stranger, writer, reader or one declared with `actor` expected"},
    {"case \"t\"\n"
     "  writer  shmget(KEY, 4096, IPC_CRAET|0600) = id\n",
     "t.drill:2:29: unknown constant IPC_CRAET, did you mean IPC_CREAT?"},
    {"case \"t\"\n"
     "  writer  shmget(KEY, 4096, ZZZZZZ) = id\n",
     "t.drill:2:29: unknown constant ZZZZZZ: a name of harness/vocabulary/constants.in expected"},
    {"case \"t\"\n"
     "  writer  shmgte(KEY, 4096, 0) = id\n",
     "t.drill:2:11: unknown call shmgte, did you mean shmget?"},
    {"case \"t\"\n"
     "  writer  quux() = 0\n",
     "t.drill:2:11: unknown call quux: a call of harness/vocabulary/calls.def expected"},
    {"case \"t\"\n"
     "  clause SHMGET-99\n"
     "  writer  getpid() = _\n",
     "t.drill:2:10: unknown clause SHMGET-99, did you mean SHMGET-09?"},
    {"case \"t\"\n"
     "  clause banana\n"
     "  writer  getpid() = _\n",
     "t.drill:2:10: a clause id such as SHMGET-07 expected, found 'banana'"},
    {"case \"t\"\n"
     "  clause\n"
     "  writer  getpid() = _\n",
     "t.drill:2:9: a clause id such as SHMGET-07 expected, found the end of the line"},
    {"case \"t\"\n"
     "  writer  shmctl(0, IPC_STAT, {shm_natch=1}) = 0\n",
     "t.drill:2:32: shmid_ds has no field shm_natch, did you mean shm_nattch?"},
    {"case \"t\"\n"
     "  writer  shmctl(0, IPC_STAT, {zzz=1}) = 0\n",
     "t.drill:2:32: shmid_ds has no field zzz"},
    {"case \"t\"\n"
     "  needs rot\n"
     "  writer  getpid() = _\n",
     "t.drill:2:9: unknown need 'rot', did you mean root?"},
    {"case \"t\"\n"
     "  needs\n"
     "  writer  getpid() = _\n",
     "t.drill:2:8: a need such as root, CAP_IPC_LOCK, hugepages 2M or linux 4.17 expected, found the end of "
     "the line"},
    {"case \"t\"\n"
     "  needs linux\n"
     "  writer  getpid() = _\n",
     "t.drill:2:9: unknown need 'linux': one that `ipcdrill doctor` lists expected, with its argument"},
    {"case \"t <sise>\"\n"
     "  writer  shmget(KEY, <sise>, 0) = _\n"
     "  where\n"
     "    size\n"
     "    1\n",
     "t.drill:2:23: no column <sise>, did you mean <size>?"},
    {"case \"t\"\n"
     "  writer  shmget(KEY, 4096) = id\n",
     "t.drill:2:3: shmget takes 3 arguments, found 2"},
    {"case \"t\"\n"
     "  writer  mremap(0) = _\n",
     "t.drill:2:3: mremap takes 4 or more arguments, found 1"},
    {"case \"t\"\n"
     "  writer  getpid(1) = _\n",
     "t.drill:2:3: getpid takes 0 arguments, found 1"},
    {"case \"t\"\n"
     "  writer  shmget(KEY, 1, 0) = id\n"
     "  writer  shmdt(adress) = 0\n",
     "t.drill:3:17: nothing above gives adress a value"},
    {"case \"t\"\n"
     "  writer  shmget(KEY, 1, 0) = ident\n"
     "  writer  shmctl(idnet, IPC_RMID, NULL) = 0\n",
     "t.drill:3:18: nothing above gives idnet a value, did you mean ident?"},
    {"case \"t\"\n"
     "  reader  semop(0, [{0, -1, 0}], 1 <unfinished ...>\n"
     "  reader  semop(0, [{0, -1, 0}], 1 <unfinished ...>\n",
     "t.drill:3:3: reader is in an unfinished semop: reader <... semop resumed>) = ... expected first"},
    {"case \"t\"\n"
     "  reader  <... semop resumed>) = 0\n",
     "t.drill:2:3: reader has no unfinished semop"},
    {"case \"t\"\n"
     "  reader  semop(0, [{0, -1, 0}], 1 <unfinished ...>\n"
     "  reader  <... shmget resumed>) = 0\n",
     "t.drill:3:3: reader has no unfinished shmget, it is in semop"},
    {"case \"t\"\n"
     "  writer  getpid() = _\n"
     "case \"t\"\n"
     "  writer  getpid() = _\n",
     "t.drill:3:1: title \"t\" is taken (line 1): a title of its own expected, with the columns that tell "
     "one row from another"},
    {"case \"t <a>\"\n"
     "  writer  shmget(<a>, <b>, 0) = _\n"
     "  where\n"
     "    a  b\n"
     "    1\n",
     "t.drill:5:5: 2 cells expected, one for each column and two blanks between them; found 1"},
    {"case \"t\"\n"
     "  writer  shmget(<a>, <b>, 0) = _\n"
     "  where\n"
     "    a  b\n"
     "    1  2  3\n",
     "t.drill:5:5: 2 cells expected, one for each column and two blanks between them; found 3"},
    {"case \"t\"\n"
     "  writer  shmget(<a>, 1, 0) = _\n"
     "  where\n"
     "    a\n"
     "    1 +\n",
     "t.drill:5:8: a value expected, found the end of the line"},
    {"case \"t\"\n"
     "  writer  shmget(<a>, 1, 0) = _\n"
     "  where\n"
     "    A\n"
     "    1\n",
     "t.drill:4:5: a column is named by one word in lower case, two blanks between columns; found 'A'"},
    {"case \"t\"\n"
     "  writer  shmget(<a>, 1, 0) = _\n"
     "  where\n"
     "    a\n",
     "t.drill:3:3: at least one row expected in this table"},
    {"case \"t\"\n"
     "  writer  shmget(<a>, 1, 0) = _\n"
     "  where\n",
     "t.drill:3:3: a line with the names of the columns expected behind where"},
    {"case \"t\"\n"
     "  writer  shmget(<a>, <b>, 0) = _\n"
     "  where\n"
     "    a  b\n"
     "    0..3  0..3\n",
     "t.drill:5:11: one range in a row expected; put the other into a table of its own"},
    {"case \"t\"\n"
     "  writer  shmget(<a>, 1, 0) = _\n"
     "  where\n"
     "    a\n"
     "    1\n"
     "    1\n",
     "t.drill:6:1: title \"t\" is taken (line 5): a title of its own expected, with the columns that tell "
     "one row from another"},
    {"case \"t\"\n"
     "  writer  shmget(<a>, 1, 0) = _\n"
     "  where\n"
     "    a\n"
     "    1\n"
     "\n"
     "  writer  getpid() = _\n",
     "t.drill:7:3: another where table or a new case behind a where table expected, found 'writer'"},
    {"case \"t", "t.drill:1:6: this string does not end: \" expected on the same line"},
    {"case \"t\\q\"\n", "t.drill:1:8: unknown escape: \\n \\t \\0 \\xHH \\\" or \\\\ expected"},
    {"case t\n", "t.drill:1:6: the title of the case as a string expected, found 't'"},
    {"case \"\"\n"
     "  writer  getpid() = _\n",
     "t.drill:1:6: a title of one line of plain text expected"},
    {"case \"t\"\n"
     "  writer  peek(0, 1) = \"a\\y\"\n",
     "t.drill:2:26: unknown escape: \\n \\t \\0 \\xHH \\\" or \\\\ expected"},
    {"case \"t\"\n"
     "  writer  shmget(08, 1, 0) = _\n",
     "t.drill:2:18: not a number: octal digits (0 to 7) expected behind a leading 0"},
    {"case \"t\"\n"
     "  writer  shmget(0x, 1, 0) = _\n",
     "t.drill:2:18: not a number: digits expected behind 0x"},
    {"case \"t\"\n"
     "  writer  shmget(12ab, 1, 0) = _\n",
     "t.drill:2:18: not a number: digits expected"},
    {"case \"t\"\n"
     "  writer  shmget(99999999999999999999, 1, 0) = _\n",
     "t.drill:2:18: number too large: at most 64 bits expected"},
    {"case \"t\"\n"
     "  writer  shmget(KEY, 1, 0)\n",
     "t.drill:2:28: = and the result of the call (_ for any) expected, found the end of the line"},
    {"case \"t\"\n"
     "  writer  shmget(KEY, 1, 0 = 3\n",
     "t.drill:2:28: ')' expected, found '='"},
    {"case \"t\"\n"
     "  writer  getpid() = _ x\n",
     "t.drill:2:24: the end of the line expected, found 'x'"},
    {"case \"t\"\n"
     "  writer\n",
     "t.drill:2:9: a call, <... resumed>, ---, +++, <- or -> expected, found the end of the line"},
    {"case \"t\"\n"
     "  writer  exit(0) = 0\n",
     "t.drill:2:21: exit does not come back: = ? expected"},
    {"case \"t\"\n"
     "  writer  fork() = 3\n",
     "t.drill:2:20: fork gives a new actor: a name for it expected"},
    {"case \"t\"\n"
     "  writer  fork() = reader\n",
     "t.drill:2:20: there is an actor reader already: another name expected"},
    {"case \"t\"\n"
     "  writer  getpid() = -1 3\n",
     "t.drill:2:25: the end of the line expected, found '3'"},
    {"case \"t\"\n"
     "  writer  getpid() = -1 EINVAL|SIGKILL\n",
     "t.drill:2:32: an errno expected, such as EINVAL or EINVAL|EIDRM"},
    {"case \"t\"\n"
     "  writer  +++ gone +++\n",
     "t.drill:2:15: 'exited with STATUS' or 'killed by SIGNAL' expected, found 'gone'"},
    {"case \"t\"\n"
     "  writer  +++ exited with 0\n",
     "t.drill:2:28: +++ expected, found the end of the line"},
    {"case \"t\"\n"
     "  writer  --- SIGSEGV\n",
     "t.drill:2:22: --- expected, found the end of the line"},
    {"case \"t\"\n"
     "  writer  <- \"x\"\n",
     "t.drill:2:3: writer is no program: <- and -> are for actors declared with `program`"},
    {"case \"t\"\n"
     "  program p \"x\"\n"
     "  p  getpid() = _\n",
     "t.drill:3:3: p is a program and makes its own calls: <-, ->, --- or +++ expected"},
    {"case \"t\"\n"
     "  program p x\n"
     "  p  <- \"x\"\n",
     "t.drill:2:13: the path of the program as a string expected, found 'x'"},
    {"case \"t\"\n"
     "  program p \"x\"\n"
     "  p  <- _\n",
     "t.drill:3:9: _ cannot be typed: a string expected"},
    {"case \"t\"\n"
     "  actor case uid=1\n",
     "t.drill:2:9: case is a word of the notation: another name expected"},
    {"case \"t\"\n"
     "  actor a uuid=1\n",
     "t.drill:2:11: uid=, gid=, groups=[...] or caps= expected, found 'uuid'"},
    {"case \"t\"\n"
     "  actor a caps=some\n"
     "  a getpid() = _\n",
     "t.drill:2:16: none or capabilities joined by | expected"},
    {"case \"t\"\n"
     "  actor a\n"
     "  actor a\n"
     "  a getpid() = _\n",
     "t.drill:3:9: there is an actor a already: another name expected"},
    {"case \"t\"\n"
     "  writer  exit(0) = ?\n"
     "  writer  getpid() = _\n",
     "t.drill:3:3: writer has ended above"},
    {"case \"t\"\n"
     "  writer  shmctl(0, IPC_SET, _) = 0\n",
     "t.drill:2:30: the call reads buffer: a value expected instead of _"},
    {"case \"t\"\n"
     "  writer  shmctl(0, IPC_SET, [1]) = 0\n",
     "t.drill:2:30: buffer is a structure: {field=value, ...} expected"},
    {"case \"t\"\n"
     "  writer  semctl(0, 0, SETALL, {1}) = 0\n",
     "t.drill:2:32: values is an array: [value, ...] expected"},
    {"case \"t\"\n"
     "  writer  shmget(\"x\", 1, 0) = _\n",
     "t.drill:2:18: key of shmget is a number: found a string"},
    {"case \"t\"\n"
     "  writer  shmget(_, 1, 0) = _\n",
     "t.drill:2:18: key of shmget is a plain value here: a number expected"},
    {"case \"t\"\n"
     "  writer  poke(0, {1})\n",
     "t.drill:2:19: bytes of poke is a plain value here: a string expected"},
    {"case \"t\"\n"
     "  require x == 1\n",
     "t.drill:2:11: nothing above gives x a value"},
    {"case \"t\"\n"
     "  require strnger.pid == 1\n",
     "t.drill:2:11: unknown actor strnger, writer, reader or one declared with `actor` expected"},
    {"case \"t\"\n"
     "  require writer.pidd == 1\n",
     "t.drill:2:18: pid, uid or gid expected, found 'pidd'"},
    {"case \"t\"\n"
     "  inject\n",
     "t.drill:2:9: ACTOR CALL:error=ERRNO:when=N expected, found the end of the line"},
    {"case \"t\"\n", "t.drill:1:1: this case does nothing: a line of an actor expected"},
    {"writer  getpid() = _\n", "t.drill:1:1: case \"title\" expected, found 'writer'"},
    {"case \"t\"\n"
     "  writer  getpid() = @\n",
     "t.drill:2:22: a value expected, found '@'"},
    {"case \"t\"\n"
     "  writer  getpid() = \001\n",
     "t.drill:2:22: a value expected, found the byte 0x01"},
    {"case \"t\"\n"
     "  writer  getpid() = _ (unclosed\n",
     "t.drill:2:33: ')' behind the remark expected, found the end of the line"},
    {"case \"t\"\n"
     "  writer  getpid() = <a>\n",
     "t.drill:2:22: no column <a>: a column of the where table expected"},
    {"case \"t\"\n"
     "  where\n"
     "    a\n"
     "    1\n",
     "t.drill:1:1: this case does nothing: a line of an actor expected"},
    {"case \"t\"\n"
     "  linux 4\n",
     "t.drill:2:9: the end of the line expected, found '4'"},
    {"case \"t\"\n"
     "  writer  fork( <unfinished ...>\n"
     "  writer  <... fork resumed>) = 3\n",
     "t.drill:3:33: fork gives a new actor: a name for it expected"},
    {"case \"t\"\n"
     "  writer  kill(reader.pid, SIGKILL) = 0\n"
     "  reader  +++ killed by SIGKIL +++\n",
     "t.drill:3:25: unknown constant SIGKIL, did you mean SIGKILL?"},
};

static struct clause_table *clauses;

static void read_clauses(void)
{
    struct diagnostics diagnostics = {0};

    scratch_make();
    clauses = clause_table_read(scratch_write("clauses.tsv", "id\ttier\tsource\trequirement\n"
                                                             "SHMGET-07\tP\tshmget\tIt fails.\n"
                                                             "SHMGET-09\tP\tshmget\tIt works.\n"),
                                &diagnostics);
    ck_assert_ptr_nonnull(clauses);
}

static void free_clauses(void)
{
    clause_table_free(clauses);
    scratch_remove();
}

/* Reads and checks; what is wrong goes to `diagnostics`. */
static void read_text(const char *text, struct diagnostics *diagnostics)
{
    struct case_file *file = notation_parse("t.drill", text, strlen(text), diagnostics);

    if (file)
        notation_check(file, clauses, diagnostics);
    notation_free(file);
}

static char *printed(const struct diagnostics *diagnostics)
{
    char *text;
    size_t length;
    FILE *out = open_memstream(&text, &length);

    diagnostics_print(diagnostics, out);
    fclose(out);
    return text;
}

START_TEST(a_mistake_is_told_with_its_place_and_what_was_expected)
{
    struct diagnostics diagnostics = {0};

    read_text(mistakes[_i].text, &diagnostics);
    char *message = printed(&diagnostics);

    message[strcspn(message, "\n")] = '\0';
    ck_assert_msg(strcmp(message, mistakes[_i].message) == 0, "\n  %s\ninstead of\n  %s\nfor\n%s", message,
                  mistakes[_i].message, mistakes[_i].text);
    ck_assert_msg(diagnostics.count == 1, "%d mistakes told, not one, for\n%s", diagnostics.count,
                  mistakes[_i].text);
    diagnostics_free(&diagnostics);
    free(message);
}
END_TEST

static void expect_printed(const char *text, const char *expected)
{
    struct diagnostics diagnostics = {0};

    read_text(text, &diagnostics);
    char *told = printed(&diagnostics);

    ck_assert_str_eq(told, expected);
    diagnostics_free(&diagnostics);
    free(told);
}

START_TEST(the_line_is_shown_with_a_caret_under_the_place)
{
    expect_printed("case \"t\"\n  writer  shmgte(KEY, 1, 0) = _\n",
                   "t.drill:2:11: unknown call shmgte, did you mean shmget?\n"
                   "      writer  shmgte(KEY, 1, 0) = _\n"
                   "              ^\n");
}
END_TEST

START_TEST(tabs_stay_tabs_before_the_caret_and_control_bytes_are_not_printed)
{
    expect_printed("case \"t\"\n\twriter\tgetpid() = \033[31m\r\n",
                   "t.drill:2:20: a value expected, found the byte 0x1b\n"
                   "    \twriter\tgetpid() = ?[31m\n"
                   "    \t      \t           ^\n");
}
END_TEST

START_TEST(one_reading_tells_of_every_mistake)
{
    expect_printed("case \"t\"\n  writer  shmgte(1) = _\n  writer  semgte(1) = _\n",
                   "t.drill:2:11: unknown call shmgte, did you mean shmget?\n"
                   "      writer  shmgte(1) = _\n"
                   "              ^\n"
                   "t.drill:3:11: unknown call semgte, did you mean semget?\n"
                   "      writer  semgte(1) = _\n"
                   "              ^\n");
}
END_TEST

START_TEST(an_empty_line_ends_even_a_line_with_an_open_bracket)
{
    expect_printed("case \"t\"\n  writer  shmget(1, 1, 0\n\n  writer  semgte(1) = _\n",
                   "t.drill:2:25: ')' expected, found the end of the line\n"
                   "      writer  shmget(1, 1, 0\n"
                   "                            ^\n"
                   "t.drill:4:11: unknown call semgte, did you mean semget?\n"
                   "      writer  semgte(1) = _\n"
                   "              ^\n");
}
END_TEST

START_TEST(of_very_many_mistakes_twenty_are_told_and_the_rest_counted)
{
    struct diagnostics diagnostics = {0};
    char *text;
    size_t length;
    FILE *out = open_memstream(&text, &length);

    fputs("case \"t\"\n", out);
    for (int i = 0; i < 50; i++)
        fputs("  writer  shmgte(1) = _\n", out);
    fclose(out);
    read_text(text, &diagnostics);
    char *told = printed(&diagnostics);

    ck_assert_int_eq(diagnostics.count, 50);
    ck_assert_ptr_nonnull(strstr(told, "t.drill:21:11:"));
    ck_assert_ptr_null(strstr(told, "t.drill:22:11:"));
    ck_assert_ptr_nonnull(strstr(told, "t.drill: and 30 more\n"));
    diagnostics_free(&diagnostics);
    free(told);
    free(text);
}
END_TEST

/* `depth` times `open`, a 1, `depth` times `close`, as an argument. */
static void nest(const char *open, const char *close, int depth, struct diagnostics *diagnostics)
{
    char *text;
    size_t length;
    FILE *out = open_memstream(&text, &length);

    fputs("case \"t\"\n  require ", out);
    for (int i = 0; i < depth; i++)
        fputs(open, out);
    fputc('1', out);
    for (int i = 0; i < depth; i++)
        fputs(close, out);
    fputc('\n', out);
    fclose(out);
    notation_free(notation_parse("t.drill", text, length, diagnostics));
    free(text);
}

START_TEST(nesting_is_refused_past_its_bound_and_not_before)
{
    static const struct {
        const char *open, *close;
    } pairs[] = {{"(", ")"}, {"[", "]"}, {"{", "}"}, {"~", ""}, {"{a=", "}"}, {"1+(", ")"}};

    for (size_t i = 0; i < sizeof(pairs) / sizeof(*pairs); i++) {
        struct diagnostics good = {0}, bad = {0};

        nest(pairs[i].open, pairs[i].close, CASE_NESTING_MAX - 2, &good);
        ck_assert_msg(good.count == 0, "%s: %s", pairs[i].open, good.first ? good.first->text : "");
        nest(pairs[i].open, pairs[i].close, 10 * CASE_NESTING_MAX, &bad);
        ck_assert_msg(bad.count == 1, "%s: %d mistakes", pairs[i].open, bad.count);
        ck_assert_str_eq(bad.first->text, "nested too deeply: at most 64 levels expected");
        diagnostics_free(&good);
        diagnostics_free(&bad);
    }
}
END_TEST

START_TEST(a_line_of_very_many_words_is_refused)
{
    struct diagnostics diagnostics = {0};

    nest("1 + ", "", 100000, &diagnostics);
    ck_assert_int_eq(diagnostics.count, 1);
    ck_assert_str_eq(diagnostics.first->text, "this line is too long");
    diagnostics_free(&diagnostics);
}
END_TEST

Suite *mistakes_suite(void)
{
    Suite *suite = suite_create("mistakes");
    TCase *told = tcase_create("told");

    tcase_add_checked_fixture(told, read_clauses, free_clauses);
    tcase_add_loop_test(told, a_mistake_is_told_with_its_place_and_what_was_expected, 0,
                        sizeof(mistakes) / sizeof(*mistakes));
    tcase_add_test(told, the_line_is_shown_with_a_caret_under_the_place);
    tcase_add_test(told, tabs_stay_tabs_before_the_caret_and_control_bytes_are_not_printed);
    tcase_add_test(told, one_reading_tells_of_every_mistake);
    tcase_add_test(told, an_empty_line_ends_even_a_line_with_an_open_bracket);
    tcase_add_test(told, of_very_many_mistakes_twenty_are_told_and_the_rest_counted);
    tcase_add_test(told, nesting_is_refused_past_its_bound_and_not_before);
    tcase_add_test(told, a_line_of_very_many_words_is_refused);
    suite_add_tcase(suite, told);
    return suite;
}

/* notation/: where tables, and the instances that they make. */
#include <stdlib.h>
#include <string.h>

#include "tests/drill.h"
#include "tests/tests.h"

/* The titles of all instances of the first case, with a | behind each. */
static char *titles(const struct case_file *file)
{
    char *text;
    size_t length;
    FILE *out = open_memstream(&text, &length);
    struct arena arena = {0};

    for (size_t i = 0; i < file->cases->instance_count; i++)
        fprintf(out, "%s|", notation_title(file->cases, i, &arena));
    fclose(out);
    arena_free(&arena);
    return text;
}

static void expect_titles(const char *title, const char *tables, const char *expected)
{
    char *text;
    size_t length;
    FILE *out = open_memstream(&text, &length);

    fprintf(out, "case \"%s\"\n  writer  getpid() = _\n%s", title, tables);
    fclose(out);
    struct case_file *file = drill_read(text);
    char *got = titles(file);

    ck_assert_str_eq(got, expected);
    free(got);
    free(text);
    notation_free(file);
}

START_TEST(a_table_makes_an_instance_of_each_row)
{
    expect_titles("<a> <b>", "  where\n    a  b\n    1  x\n    2  y\n", "1 x|2 y|");
}
END_TEST

START_TEST(tables_multiply_and_the_last_varies_fastest)
{
    expect_titles("<a> <b> <c>",
                  "  where\n    a  b\n    1  x\n    2  y\n  where\n    c\n    p\n    q\n    r\n",
                  "1 x p|1 x q|1 x r|2 y p|2 y q|2 y r|");
}
END_TEST

START_TEST(a_range_makes_an_instance_of_each_number_written_like_its_ends)
{
    expect_titles("<a>", "  where\n    a\n    0006..0011\n    8..11\n    0x0e..0x11\n    7\n",
                  "0006|0007|0010|0011|8|9|10|11|0x0e|0x0f|0x10|0x11|7|");
}
END_TEST

START_TEST(a_range_multiplies_with_other_tables)
{
    expect_titles("<a><b>", "  where\n    a\n    0..1\n    5\n  where\n    b\n    x\n    y\n",
                  "0x|0y|1x|1y|5x|5y|");
}
END_TEST

START_TEST(cells_hold_single_blanks_and_strings_any_number_of_them)
{
    expect_titles("<a>/<b>", "  where\n    a  b\n    -1 EINVAL  \"p  \\\"  q\"\n\t1\t2  \n",
                  "-1 EINVAL/\"p  \\\"  q\"|1/2|");
}
END_TEST

START_TEST(remarks_between_rows_are_no_rows)
{
    expect_titles("<a>", "  where\n    # the heading\n    a\n    1\n    # the rest\n    2\n", "1|2|");
}
END_TEST

START_TEST(a_title_keeps_what_is_no_column)
{
    expect_titles("<a> <b> < c > <", "  where\n    a\n    1\n", "1 <b> < c > <|");
}
END_TEST

START_TEST(an_instance_is_at_the_line_of_its_row)
{
    struct case_file *file =
        drill_read("case \"<a><b>\"\n  writer  getpid() = _\n  where\n    a\n    1\n    2..3\n"
                   "  where\n    b\n    x\n    y\n");
    static const int lines[] = {5, 5, 6, 6, 6, 6};

    ck_assert_uint_eq(file->cases->instance_count, 6);
    for (size_t i = 0; i < 6; i++)
        ck_assert_int_eq(notation_line(file->cases, i), lines[i]);
    notation_free(file);
}
END_TEST

START_TEST(a_case_without_a_table_is_one_instance_at_its_own_line)
{
    struct case_file *file = drill_read("\n\ncase \"t\"\n  writer  getpid() = _\n");

    ck_assert_uint_eq(file->cases->instance_count, 1);
    ck_assert_int_eq(notation_line(file->cases, 0), 3);
    notation_free(file);
}
END_TEST

START_TEST(a_cell_is_put_wherever_its_column_stands)
{
    struct case_file *file = drill_read(
        "case \"t <n>\"\n"
        "  actor a uid=<n> gid=<n> groups=[<n>] caps=<caps>\n"
        "  program p \"x\" <n>\n"
        "  a  shmget(<n> + 1, 0, <flags>|0600) = <result>\n"
        "  a  shmget(1, 0, 0) = -1 <error>|EPERM (POSIX: <posix>)\n"
        "  a  shmctl(0, IPC_STAT, {shm_perm={uid=<n>}}) = 0\n"
        "  a  semop(0, [{<n>, -1, 0}], 1 <unfinished ...>\n"
        "  a  <... semop resumed>) = <result>\n"
        "  a  --- <signal> {si_addr=<n>} ---\n"
        "  p  <- <text>\n"
        "  p  -> <text> _\n"
        "  require <n> == 7\n"
        "  a  +++ exited with <n> +++\n"
        "  where\n"
        "    n  flags      result         error   posix          caps           signal  text\n"
        "    7  IPC_CREAT  -1 ENOENT|EIO  EACCES  EINVAL|EFAULT  ~CAP_IPC_LOCK  SIGBUS  \"a  b\"\n");
    struct case_file *by_hand = drill_read("case \"t 7\"\n"
                                           "  actor a uid=7 gid=7 groups=[7] caps=~CAP_IPC_LOCK\n"
                                           "  program p \"x\" 7\n"
                                           "  a  shmget(7 + 1, 0, IPC_CREAT|0600) = -1 ENOENT|EIO\n"
                                           "  a  shmget(1, 0, 0) = -1 EACCES|EPERM (POSIX: EINVAL|EFAULT)\n"
                                           "  a  shmctl(0, IPC_STAT, {shm_perm={uid=7}}) = 0\n"
                                           "  a  semop(0, [{7, -1, 0}], 1 <unfinished ...>\n"
                                           "  a  <... semop resumed>) = -1 ENOENT|EIO\n"
                                           "  a  --- SIGBUS {si_addr=7} ---\n"
                                           "  p  <- \"a  b\"\n"
                                           "  p  -> \"a  b\" _\n"
                                           "  require 7 == 7\n"
                                           "  a  +++ exited with 7 +++\n");
    struct diagnostics diagnostics = {0};
    struct drill_case *instance = notation_expand(file, file->cases, 0, &file->arena, &diagnostics);

    ck_assert_ptr_nonnull(instance);
    struct case_file expanded = {.path = "t.drill", .cases = instance};
    char *got = drill_print(&expanded), *expected = drill_print(by_hand);

    ck_assert_str_eq(got, expected);
    free(got);
    free(expected);
    notation_free(file);
    notation_free(by_hand);
}
END_TEST

START_TEST(a_cell_is_one_operand_whatever_it_holds)
{
    struct case_file *file = drill_read("case \"t\"\n  require <a>*3 == 9\n  where\n    a\n    1 + 2\n");
    struct case_file *by_hand = drill_read("case \"t\"\n  require (1 + 2)*3 == 9\n");
    struct diagnostics diagnostics = {0};
    struct case_file expanded = {.path = "t.drill",
                                 .cases = notation_expand(file, file->cases, 0, &file->arena, &diagnostics)};

    ck_assert(notation_equal(&expanded, by_hand));
    notation_free(file);
    notation_free(by_hand);
}
END_TEST

START_TEST(every_row_is_checked_where_its_cells_are_used)
{
    static const char text[] = "case \"t <a>\"\n  writer  shmget(<a>, 1, 0) = id\n  where\n    a\n    1\n    "
                               "2\n    ID\n    IPC_CRAET\n";
    struct diagnostics diagnostics = {0};
    struct case_file *file = notation_parse("t.drill", text, strlen(text), &diagnostics);

    ck_assert_ptr_nonnull(file);
    ck_assert(!notation_check(file, NULL, &diagnostics));
    ck_assert_int_eq(diagnostics.first->at.line, 7);
    ck_assert_int_eq(diagnostics.first->at.column, 5);
    notation_free(file);
    diagnostics_free(&diagnostics);
}
END_TEST

Suite *table_suite(void)
{
    Suite *suite = suite_create("table");
    TCase *tables = tcase_create("where");

    tcase_add_test(tables, a_table_makes_an_instance_of_each_row);
    tcase_add_test(tables, tables_multiply_and_the_last_varies_fastest);
    tcase_add_test(tables, a_range_makes_an_instance_of_each_number_written_like_its_ends);
    tcase_add_test(tables, a_range_multiplies_with_other_tables);
    tcase_add_test(tables, cells_hold_single_blanks_and_strings_any_number_of_them);
    tcase_add_test(tables, remarks_between_rows_are_no_rows);
    tcase_add_test(tables, a_title_keeps_what_is_no_column);
    tcase_add_test(tables, an_instance_is_at_the_line_of_its_row);
    tcase_add_test(tables, a_case_without_a_table_is_one_instance_at_its_own_line);
    tcase_add_test(tables, a_cell_is_put_wherever_its_column_stands);
    tcase_add_test(tables, a_cell_is_one_operand_whatever_it_holds);
    tcase_add_test(tables, every_row_is_checked_where_its_cells_are_used);
    suite_add_tcase(suite, tables);
    return suite;
}

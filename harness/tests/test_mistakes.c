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
#define MISTAKE(text, message) {text, message},
#include "tests/mistakes.def"
#undef MISTAKE
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

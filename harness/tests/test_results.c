/* report/results.h and supervisor/known.h: what is no record is told of with its place, and nothing else is lost. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "report/results.h"
#include "supervisor/known.h"
#include "tests/surroundings.h"
#include "tests/tests.h"

#define ORIGIN "\"v\":1,\"tool\":\"0.1.0\",\"position\":4,\"of\":9,\"known\":null,"
#define TARGET                                                                                               \
    "\"kernel\":\"Linux "                                                                                    \
    "6.1\",\"machine\":\"x86_64\",\"libc\":\"musl\",\"calls\":\"libc\",\"isolation\":\"full\"}"
#define BODY(verdict, got)                                                                                   \
    "\"case\":\"t\",\"file\":\"cases/a/"                                                                     \
    "b.drill\",\"line\":3,\"instance\":0,\"repeat\":0,\"clauses\":[],\"group\":"                             \
    "\"a\",\"verdict\":\"" verdict "\",\"reason\":null,\"expected\":null,\"got\":" got                       \
    ",\"failed_line\":null,"                                                                                 \
    "\"deviates\":false,\"duration_ns\":5,\"transcript\":[]"
#define NEW_TARGET "\"target\":{\"name\":\"n\"," TARGET
#define GOOD       "{" ORIGIN BODY("pass", "null") "," NEW_TARGET "}"
#define OLD        "{" BODY("pass", "null") ",\"target\":{" TARGET "}"

struct reading {
    struct record record; /* the last one; its strings are gone */
    char got[64];
    size_t count;
};

static void take(void *context, size_t number, const struct record *record)
{
    struct reading *reading = context;

    ck_assert_uint_eq(number, ++reading->count);
    reading->record = *record;
    snprintf(reading->got, sizeof(reading->got), "%s", record->verdict.got ? record->verdict.got : "");
}

static struct reading read_bytes(const void *bytes, size_t length, bool good, struct diagnostics *diagnostics)
{
    struct reading reading = {.count = 0};

    *diagnostics = (struct diagnostics){0};
    scratch_make();
    ck_assert(results_read(scratch_write_bytes("r.jsonl", bytes, length), take, &reading, diagnostics) ==
              good);
    scratch_remove();
    return reading;
}

/* A bad line between two good ones. */
static const struct {
    const char *line, *problem;
} bad_lines[] = {
    {"", "not a JSON object"},
    {"[]", "Expected object, got array"},
    {"\"text\"", "not a JSON object"},
    {"{}", "case"},
    {"{" ORIGIN BODY("pass", "null") "}", "target"},
    {"{\"v\":2," BODY("pass", "null") "," NEW_TARGET "}", "version 2 of records, and this ipcdrill knows 1"},
    {"{\"v\":\"1\"," BODY("pass", "null") "," NEW_TARGET "}", "v: expected the number"},
    {"{\"v\":1," BODY("pass", "null") "," NEW_TARGET "}", "tool"},
    {"{\"v\":1,\"tool\":\"0\",\"position\":9,\"of\":9,\"known\":null," BODY("pass", "null") "," NEW_TARGET
                                                                                            "}",
     "position"},
    {"{" ORIGIN BODY("pass", "null") ",\"target\":{" TARGET "}", "name"},
    {"{" ORIGIN BODY("good", "null") "," NEW_TARGET "}", "unknown verdict 'good'"},
    {"{" ORIGIN BODY("\\u001b[31m", "null") "," NEW_TARGET "}", "unknown verdict '\\x1b[31m'"},
    {"{" ORIGIN BODY("xfail", "null") "," NEW_TARGET "}", "known"},
    {"{" ORIGIN BODY("pass", "7") "," NEW_TARGET "}", "got: expected a string or null"},
    {"{" ORIGIN BODY("pass", "\"\\u0000\"") "," NEW_TARGET "}", "\\u0000 is not allowed"},
    {"{" ORIGIN BODY("pass", "\"\xff\"") "," NEW_TARGET "}", "unable to decode byte 0xff"},
    {"{" ORIGIN BODY("pass", "null") "," BODY("pass", "null") "," NEW_TARGET "}", "duplicate object key"},
    {"\x1b[31m", "\\x1b"},
};

START_TEST(a_line_that_is_no_record_is_told_of_and_the_others_are_read)
{
    char text[4096];
    struct diagnostics diagnostics;
    int length = snprintf(text, sizeof(text), "%s\n%s\n%s\n", GOOD, bad_lines[_i].line, GOOD);
    struct reading reading = read_bytes(text, (size_t)length, false, &diagnostics);
    const struct diagnostic *first = diagnostics.first;

    ck_assert_uint_eq(reading.count, 2);
    ck_assert_int_eq(diagnostics.count, 1);
    ck_assert_int_eq(first->at.line, 2);
    ck_assert_ptr_nonnull(strstr(first->file, "r.jsonl"));
    ck_assert_msg(strstr(first->text, bad_lines[_i].problem) != NULL, "'%s' and not: %s", first->text,
                  bad_lines[_i].problem);
    for (const char *byte = first->text; *byte; byte++)
        ck_assert_msg((unsigned char)*byte >= ' ', "a control byte in: %s", first->text);
    diagnostics_free(&diagnostics);
}
END_TEST

START_TEST(a_nul_byte_costs_its_line_only)
{
    static const char text[] = GOOD "\n{\"v\":\0 1}\n" GOOD "\n";
    struct diagnostics diagnostics;
    struct reading reading = read_bytes(text, sizeof(text) - 1, false, &diagnostics);

    ck_assert_uint_eq(reading.count, 2);
    ck_assert_int_eq(diagnostics.count, 1);
    ck_assert_ptr_nonnull(strstr(diagnostics.first->text, "NUL"));
    diagnostics_free(&diagnostics);
}
END_TEST

START_TEST(a_file_that_is_cut_short_says_so)
{
    static const char text[] = GOOD "\n" GOOD;
    struct diagnostics diagnostics;

    for (size_t length = sizeof(GOOD) + 1; length < sizeof(text); length++) {
        struct reading reading = read_bytes(text, length, false, &diagnostics);

        ck_assert_uint_eq(reading.count, 1);
        ck_assert_int_eq(diagnostics.first->at.line, 2);
        ck_assert_ptr_nonnull(strstr(diagnostics.first->text, "ends within this line"));
        diagnostics_free(&diagnostics);
    }
}
END_TEST

START_TEST(a_line_longer_than_any_record_costs_no_memory_and_no_other_line)
{
    size_t size = 3UL * RECORD_LINE_BYTES_MAX, good = sizeof(GOOD) - 1;
    char *text = malloc(size + good + 2);
    struct diagnostics diagnostics;

    memset(text, 'x', size);
    text[size] = '\n';
    memcpy(text + size + 1, GOOD "\n", good + 1);
    struct reading reading = read_bytes(text, size + good + 2, false, &diagnostics);

    ck_assert_uint_eq(reading.count, 1);
    ck_assert_ptr_nonnull(strstr(diagnostics.first->text, "longer than any record"));
    diagnostics_free(&diagnostics);
    free(text);
}
END_TEST

START_TEST(old_records_are_read_with_their_place_in_the_file)
{
    static const char text[] = OLD "\n" OLD "\n";
    struct diagnostics diagnostics;
    struct reading reading = read_bytes(text, sizeof(text) - 1, true, &diagnostics);

    ck_assert_uint_eq(reading.count, 2);
    ck_assert_uint_eq(reading.record.position, 1);
    ck_assert_uint_eq(reading.record.of, 0);
    ck_assert_ptr_null(reading.record.target.name);
}
END_TEST

START_TEST(text_that_terminals_or_xml_would_not_take_is_escaped_in_reading)
{
    static const char text[] =
        "{" ORIGIN BODY("pass", "\"\\u001b[31m \\u0085 \\ufffe \\n <b>\"") "," NEW_TARGET "}\n";
    struct diagnostics diagnostics;
    struct reading reading = read_bytes(text, sizeof(text) - 1, true, &diagnostics);

    ck_assert_str_eq(reading.got, "\\x1b[31m \\xc2\\x85 \\xef\\xbf\\xbe \n <b>");
}
END_TEST

/* A table of known deviations with one row, a verdict, and what becomes of it. */
static const struct {
    const char *sentence, *row;
    enum verdict_kind kind;
    const char *got;
    enum verdict_kind becomes;
} known_rows[] = {
    {"a known failure is an xfail", "n\ta/b.drill\tt\tfail\tr\tl", VERDICT_FAIL, "x", VERDICT_XFAIL},
    {"a file may be told whole", "n\tcases/a/b.drill\tt\tfail\tr\tl", VERDICT_FAIL, "x", VERDICT_XFAIL},
    {"a part of a folder's name is another file", "n\tses/a/b.drill\tt\tfail\tr\tl", VERDICT_FAIL, "x",
     VERDICT_FAIL},
    {"an error is no failure", "n\ta/b.drill\tt\tfail\tr\tl", VERDICT_ERROR, "x", VERDICT_ERROR},
    {"a known error is an xfail", "n\ta/b.drill\tt\terror\tr\tl", VERDICT_ERROR, "x", VERDICT_XFAIL},
    {"another target's is not known", "m\ta/b.drill\tt\tfail\tr\tl", VERDICT_FAIL, "x", VERDICT_FAIL},
    {"stars stand for any text", "*\t*\t*\tfail *= *7\tr\tl", VERDICT_FAIL, "a = b = 77", VERDICT_XFAIL},
    {"what came must be what is known", "n\t*\t*\tfail *= 7\tr\tl", VERDICT_FAIL, "a = 78", VERDICT_FAIL},
    {"a pass of what is named exactly is an xpass", "n\ta/b.drill\tt\tfail *= 7\tr\tl", VERDICT_PASS, NULL,
     VERDICT_XPASS},
    {"a pass of one of many is a pass", "n\ta/b.drill\tt*\tfail\tr\tl", VERDICT_PASS, NULL, VERDICT_PASS},
    {"a skip is a skip", "n\ta/b.drill\tt\tfail\tr\tl", VERDICT_SKIP, NULL, VERDICT_SKIP},
};

static struct known_table *read_known(const char *text, struct diagnostics *diagnostics)
{
    *diagnostics = (struct diagnostics){0};
    scratch_make();
    struct known_table *table = known_read(scratch_write("known.tsv", text), diagnostics);

    scratch_remove();
    return table;
}

START_TEST(known_deviations_are_expected)
{
    struct arena arena = {0};
    struct diagnostics diagnostics;
    struct known_table *table =
        read_known(arena_print(&arena, "# c\n\n%s\n", known_rows[_i].row), &diagnostics);
    struct record record = {
        .title = "t",
        .file = "cases/a/b.drill",
        .target = {.name = "n"},
        .verdict = {.kind = known_rows[_i].kind, .got = known_rows[_i].got},
    };

    ck_assert_ptr_nonnull(table);
    known_judge(table, &record, &arena);
    ck_assert_msg(record.verdict.kind == known_rows[_i].becomes, "%s", known_rows[_i].sentence);
    ck_assert((record.known.reason != NULL) == (record.verdict.kind != known_rows[_i].kind));
    known_free(table);
    arena_free(&arena);
}
END_TEST

START_TEST(a_row_is_out_of_date_when_all_that_it_names_passed)
{
    struct diagnostics diagnostics;
    struct known_table *table = read_known("n\t*\tt*\tfail\tr\tl\nn\t*\tu*\tfail\tr\tl\n", &diagnostics);
    struct known_use uses[2] = {{0}};
    struct record passed = {.title = "t1", .file = "f", .target = {.name = "n"}};
    struct record deviated = {
        .title = "u1", .file = "f", .target = {.name = "n"}, .verdict = {VERDICT_XFAIL}};

    known_count(table, &passed, uses);
    known_count(table, &deviated, uses);
    passed.title = "u2";
    known_count(table, &passed, uses);
    ck_assert_uint_eq(uses[0].passed, 1);
    ck_assert_uint_eq(uses[0].deviated, 0);
    ck_assert_uint_eq(uses[1].passed, 1);
    ck_assert_uint_eq(uses[1].deviated, 1);
    known_free(table);
}
END_TEST

static const char *const bad_known[] = {"n\tf\tt\tfail\tr",       "n\tf\tt\tpass\tr\tl",
                                        "n\tf\tt\tfails *\tr\tl", "n\tf\tt\tfail\tr\tl\tmore",
                                        "n\t\tt\tfail\tr\tl",     "x"};

START_TEST(a_row_of_known_deviations_with_a_mistake_is_refused_with_its_line)
{
    struct arena arena = {0};
    struct diagnostics diagnostics;

    ck_assert_ptr_null(read_known(arena_print(&arena, "# c\n%s\n", bad_known[_i]), &diagnostics));
    ck_assert_int_eq(diagnostics.first->at.line, 2);
    diagnostics_free(&diagnostics);
    arena_free(&arena);
}
END_TEST

Suite *results_suite(void)
{
    Suite *suite = suite_create("results");
    TCase *reading = tcase_create("reading"), *known = tcase_create("known");

    tcase_add_loop_test(reading, a_line_that_is_no_record_is_told_of_and_the_others_are_read, 0,
                        sizeof(bad_lines) / sizeof(*bad_lines));
    tcase_add_test(reading, a_nul_byte_costs_its_line_only);
    tcase_add_test(reading, a_file_that_is_cut_short_says_so);
    tcase_add_test(reading, a_line_longer_than_any_record_costs_no_memory_and_no_other_line);
    tcase_add_test(reading, old_records_are_read_with_their_place_in_the_file);
    tcase_add_test(reading, text_that_terminals_or_xml_would_not_take_is_escaped_in_reading);
    suite_add_tcase(suite, reading);
    tcase_add_loop_test(known, known_deviations_are_expected, 0, sizeof(known_rows) / sizeof(*known_rows));
    tcase_add_test(known, a_row_is_out_of_date_when_all_that_it_names_passed);
    tcase_add_loop_test(known, a_row_of_known_deviations_with_a_mistake_is_refused_with_its_line, 0,
                        sizeof(bad_known) / sizeof(*bad_known));
    suite_add_tcase(suite, known);
    return suite;
}

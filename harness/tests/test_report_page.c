/* report/ and cli/report.c: the data of the report page, from good results and from bad ones. */
#include <jansson.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "report/page_files.h"
#include "supervisor/record.h"
#include "tests/page.h"
#include "tests/surroundings.h"
#include "tests/tests.h"
#include "tests/tool.h"

/* As it is written into a record, whose escapes leave no control character. */
static const char hostile[] =
    "</script><img src=x onerror=alert(1)> ' \" \\ \\x1b[31m \xe2\x80\xa8 \xe2\x80\xae &lt; ]]>";

START_TEST(the_page_is_the_files_of_the_tool_and_its_data)
{
    json_decref(page_of(0, page_write_records("r.jsonl", RECORDS(page_record("one")))));
    for (size_t i = 0; page_file_at(i); i++) {
        char path[64];

        snprintf(path, sizeof(path), "page/%s", page_file_at(i)->name);
        char *text = read_whole(scratch_path(path));

        ck_assert_uint_eq(strlen(text), page_file_at(i)->length);
        free(text);
    }
    char command[512];

    snprintf(command, sizeof(command), "ls -A %s | grep -q '^\\.'", scratch_path("page"));
    ck_assert_int_ne(system(command), 0);
}
END_TEST

START_TEST(targets_are_columns_and_say_who_they_are)
{
    struct record raw = page_failure("one", "writer  getpid() = 2");

    raw.target.calls = "raw";
    page_write_records("libc.jsonl", RECORDS(page_record("one"), page_record("two")));
    page_write_records("raw.jsonl", RECORDS(raw));
    char arguments[512];

    snprintf(arguments, sizeof(arguments), "%s %s", scratch_path("libc.jsonl"), scratch_path("raw.jsonl"));
    json_t *data = page_of(0, arguments);

    ck_assert_uint_eq(json_array_size(page_value(data, "targets")), 2);
    page_expect_text(data, "targets/1/calls", "raw");
    page_expect_text(data, "targets/1/libc", "glibc 2.36");
    page_expect_text(data, "instances/0/verdicts/0", "p");
    page_expect_text(data, "instances/0/verdicts/1", "f");
    page_expect_text(data, "instances/1/verdicts/1", ".");
    ck_assert(json_is_null(page_value(data, "instances/1/durations_us/1")));
    ck_assert_int_eq(json_integer_value(page_value(data, "instances/0/durations_us/0")), 1);
    json_decref(data);
}
END_TEST

START_TEST(files_of_one_target_are_its_runs_the_oldest_first)
{
    page_write_records("1.jsonl", RECORDS(page_failure("one", "x")));
    page_write_records("2.jsonl", RECORDS(page_record("one"), page_record("two")));
    char arguments[512];

    snprintf(arguments, sizeof(arguments), "%s %s", scratch_path("1.jsonl"), scratch_path("2.jsonl"));
    json_t *data = page_of(0, arguments);

    ck_assert_uint_eq(json_array_size(page_value(data, "targets")), 1);
    ck_assert_uint_eq(json_array_size(page_value(data, "targets/0/runs")), 2);
    page_expect_text(data, "targets/0/runs/0/file", scratch_path("1.jsonl"));
    page_expect_text(data, "instances/0/verdicts/0", "fp");
    page_expect_text(data, "instances/1/verdicts/0", ".p");
    /* The words are those of the last run. */
    ck_assert_ptr_null(json_object_get(json_array_get(json_object_get(data, "details"), 0), "got"));
    json_decref(data);
}
END_TEST

START_TEST(a_name_parts_what_is_otherwise_one_target)
{
    const char *path = page_write_records("a=b.jsonl", RECORDS(page_record("one")));
    char arguments[512];

    snprintf(arguments, sizeof(arguments), "%s %s=left %s=right", path, path, path);
    json_t *data = page_of(0, arguments);

    ck_assert_uint_eq(json_array_size(page_value(data, "targets")), 3);
    ck_assert(json_is_null(page_value(data, "targets/0/name")));
    page_expect_text(data, "targets/1/name", "left");
    page_expect_text(data, "targets/2/name", "right");
    json_decref(data);
}
END_TEST

START_TEST(case_files_elsewhere_hold_the_same_cases)
{
    struct record elsewhere = page_record("one");

    elsewhere.file = "/usr/share/ipcdrill/cases/shmget/a.drill";
    elsewhere.target.kernel = "Linux 6.12";
    json_t *data = page_of(0, page_write_records("r.jsonl", RECORDS(page_record("one"), elsewhere)));

    ck_assert_uint_eq(json_array_size(page_value(data, "instances")), 1);
    page_expect_text(data, "instances/0/file", "cases/shmget/a.drill");
    page_expect_text(data, "instances/0/verdicts/1", "p");
    json_decref(data);
}
END_TEST

START_TEST(of_repeats_the_worst_counts)
{
    struct record skipped = page_record("two");

    skipped.verdict.kind = VERDICT_SKIP;
    skipped.verdict.reason = "needs root";
    json_t *data = page_of(
        0, page_write_records("r.jsonl", RECORDS(page_record("one"), page_failure("one", "x"),
                                                 page_record("one"), skipped, page_record("two"), skipped)));
    const json_t *details = json_object_get(data, "details");

    page_expect_text(data, "instances/0/verdicts/0", "f");
    page_expect_text(data, "instances/1/verdicts/0", "p"); /* a skip stands only where all were skipped */
    ck_assert_int_eq(json_integer_value(json_object_get(json_array_get(details, 0), "repeats")), 3);
    ck_assert_int_eq(json_integer_value(json_object_get(json_array_get(details, 0), "reds")), 1);
    json_decref(data);
}
END_TEST

START_TEST(a_documented_difference_has_a_letter_of_its_own)
{
    struct record record = page_record("one");

    record.verdict.deviates = true;
    json_t *data = page_of(0, page_write_records("r.jsonl", RECORDS(record)));

    page_expect_text(data, "instances/0/verdicts/0", "d");
    json_decref(data);
}
END_TEST

START_TEST(a_known_deviation_tells_why)
{
    struct record record = page_failure("one", "x");

    record.verdict.kind = VERDICT_XFAIL;
    record.known = (struct known_deviation){"the library converts it", "https://example.org/1"};
    record.target.name = "board";
    json_t *data = page_of(0, page_write_records("r.jsonl", RECORDS(record)));
    const json_t *known = json_object_get(json_array_get(json_object_get(data, "details"), 0), "known");

    page_expect_text(data, "targets/0/name", "board");
    page_expect_text(data, "targets/0/runs/0/tool", "0.1.0");
    page_expect_text(data, "instances/0/verdicts/0", "x");
    ck_assert_str_eq(json_string_value(json_object_get(known, "reason")), "the library converts it");
    ck_assert_str_eq(json_string_value(json_object_get(known, "link")), "https://example.org/1");
    json_decref(data);
}
END_TEST

START_TEST(a_list_of_known_deviations_judges_results_again)
{
    page_write_records("r.jsonl", RECORDS(page_failure("one", "x"), page_failure("two", "x")));
    scratch_write("known.tsv", "board\tshmget/a.drill\tone\tfail\tso it is\t-\n");
    char arguments[512];

    snprintf(arguments, sizeof(arguments), "--known %s %s=board", scratch_path("known.tsv"),
             scratch_path("r.jsonl"));
    json_t *data = page_of(0, arguments);

    page_expect_text(data, "instances/0/verdicts/0", "x");
    page_expect_text(data, "instances/1/verdicts/0", "f");
    json_decref(data);
    scratch_write("known.tsv", "board\n");
    struct tool_result result = tool_expect(2, "report --cases %s --output %s %s", scratch_path("cases"),
                                            scratch_path("page"), arguments);

    ck_assert_ptr_nonnull(strstr(result.error, "known.tsv:1:"));
    tool_free(&result);
}
END_TEST

START_TEST(clauses_have_their_reasons_and_cases_their_text)
{
    json_t *data = page_of(0, page_write_records("r.jsonl", RECORDS(page_record("one"), page_record("two"),
                                                                    page_record("gone since"))));

    page_expect_text(data, "clauses/0/requirement", "It <fails>.");
    ck_assert_int_eq(json_integer_value(page_value(data, "clauses/0/cases")), 2);
    page_expect_text(data, "clauses/1/reason", "only a crash tells");
    ck_assert_int_eq(json_integer_value(page_value(data, "clauses/1/cases")), 0);
    page_expect_text(
        data, "texts/0/text",
        "# Why it is so.\n# In two lines.\ncase \"one\"\n  clause SHMGET-07\n\n  writer  getpid() = _");
    ck_assert_int_eq(json_integer_value(page_value(data, "texts/0/line")), 1);
    page_expect_text(data, "texts/1/text", "case \"two\"\n  clause SHMGET-07\n  writer  getpid() = _");
    ck_assert_int_eq(json_integer_value(page_value(data, "texts/1/line")), 8);
    ck_assert_int_eq(json_integer_value(page_value(data, "instances/1/text")), 1);
    ck_assert_int_eq(json_integer_value(page_value(data, "instances/2/text")), -1);
    json_decref(data);
}
END_TEST

/* The string of JSON between the quotes behind `name`, as a script would read it. */
static json_t *script_value(const char *script, const char *name)
{
    const char *from = strstr(script, name) + strlen(name);
    char *text = calloc(1, strlen(from) + 1), *to = text;

    ck_assert_int_eq(*from++, '\'');
    for (; *from != '\''; from++) {
        if (*from != '\\')
            *to++ = *from;
        else if (*++from == 'x')
            *to++ = (char)strtol((char[]){from[1], from[2], '\0'}, NULL, 16), from += 2;
        else
            *to++ = *from;
    }
    json_error_t error;
    json_t *value = json_loads(text, 0, &error);

    ck_assert_msg(value != NULL, "%s %s", name, error.text);
    free(text);
    return value;
}

START_TEST(hostile_text_stays_text_in_the_script)
{
    struct record record = page_failure(hostile, hostile);

    record.target.kernel = hostile;
    json_t *data = page_of(0, page_write_records("r.jsonl", RECORDS(record)));
    char *script = read_whole(scratch_path("page/data.js"));
    json_t *matrix = script_value(script, "matrix:\n"), *details = script_value(script, "details:\n");

    page_expect_text(data, "instances/0/title", hostile);
    ck_assert(json_equal(matrix, json_object_get(data, "matrix")));
    ck_assert(json_equal(details, json_object_get(data, "details")));
    for (const char *byte = script; *byte; byte++)
        ck_assert_msg((*byte >= ' ' && *byte < 0x7f && *byte != '<') || *byte == '\n', "%#x in data.js",
                      (unsigned char)*byte);
    json_decref(matrix);
    json_decref(details);
    json_decref(data);
    free(script);
}
END_TEST

/* What is no record; the line behind it is one. */
static const struct {
    const char *bytes;
    const char *told; /* on standard error, behind the path of the file */
} bad_lines[] = {
    {"{\"case\":\"cut", ":1:1: not a JSON object"},
    {"nothing", ":1:1: not a JSON object"},
    {"[]", ":1:1: "},
    {"{}", ":1:1: "},
    {"{\"case\":\"\xff\"}", ":1:1: not a JSON object"},
    {"{\"case\":\"\\u0000\"}", ":1:1: not a JSON object"},
};

START_TEST(a_line_that_is_no_record_is_told_of_and_the_rest_is_shown)
{
    struct arena arena = {0};
    struct record good = page_record("one");
    const char *path = scratch_write(
        "r.jsonl", arena_print(&arena, "%s\n%s", bad_lines[_i].bytes, record_to_json(&good, &arena)));
    struct tool_result result =
        tool_expect(2, "report --cases %s --output %s %s", scratch_path("cases"), scratch_path("page"), path);
    json_t *data = json_load_file(scratch_path("page/data.json"), 0, NULL);

    ck_assert_msg(strstr(result.error, arena_print(&arena, "%s%s", path, bad_lines[_i].told)) != NULL, "%s",
                  result.error);
    ck_assert_int_eq(json_integer_value(page_value(data, "problem_count")), 1);
    page_expect_text(data, "problems/0/file", path);
    ck_assert_int_eq(json_integer_value(page_value(data, "problems/0/line")), 1);
    page_expect_text(data, "instances/0/title", "one");
    json_decref(data);
    tool_free(&result);
    arena_free(&arena);
}
END_TEST

START_TEST(an_unknown_verdict_is_no_pass)
{
    struct arena arena = {0};
    struct record good = page_record("one");
    char *line = arena_copy(&arena, record_to_json(&good, &arena), strlen(record_to_json(&good, &arena)));

    memcpy(strstr(line, "\"pass\""), "\"pas?\"", 6);
    struct tool_result result = tool_expect(2, "report --cases %s --output %s %s", scratch_path("cases"),
                                            scratch_path("page"), scratch_write("r.jsonl", line));

    ck_assert_ptr_nonnull(strstr(result.error, "unknown verdict"));
    ck_assert_int_ne(access(scratch_path("page/index.html"), F_OK), 0); /* nothing is left to show */
    tool_free(&result);
    arena_free(&arena);
}
END_TEST

START_TEST(results_that_are_none_are_told_of)
{
    struct arena arena = {0};
    struct record good = page_record("one");
    const char *whole = record_to_json(&good, &arena);
    static const struct {
        const char *name, *told;
    } files[] = {
        {"empty.jsonl", "no verdict record"},
        {"cut.jsonl", ":1:1: the file ends within"},
        {"missing.jsonl", "cannot be read: No such file"},
        {"cases", "cases/results.jsonl: cannot be read"},
        {"cases=", "a name is missing"},
    };

    scratch_write("empty.jsonl", "");
    scratch_write("cut.jsonl", arena_copy(&arena, whole, strlen(whole) - 1));
    for (size_t i = 0; i < sizeof(files) / sizeof(files[0]); i++) {
        const char *path = scratch_path(files[i].name);
        struct tool_result result = tool_expect(2, "report --cases %s --output %s %s", scratch_path("cases"),
                                                scratch_path("page"), path);

        ck_assert_msg(strstr(result.error, files[i].told) != NULL, "%s: %s", files[i].told, result.error);
        tool_free(&result);
    }
    arena_free(&arena);
}
END_TEST

Suite *report_page_suite(void)
{
    Suite *suite = suite_create("report page");
    TCase *data = tcase_create("data");

    tcase_set_timeout(data, 30);
    tcase_add_checked_fixture(data, page_scratch_make, scratch_remove);
    tcase_add_test(data, the_page_is_the_files_of_the_tool_and_its_data);
    tcase_add_test(data, targets_are_columns_and_say_who_they_are);
    tcase_add_test(data, files_of_one_target_are_its_runs_the_oldest_first);
    tcase_add_test(data, a_name_parts_what_is_otherwise_one_target);
    tcase_add_test(data, case_files_elsewhere_hold_the_same_cases);
    tcase_add_test(data, of_repeats_the_worst_counts);
    tcase_add_test(data, a_documented_difference_has_a_letter_of_its_own);
    tcase_add_test(data, a_known_deviation_tells_why);
    tcase_add_test(data, a_list_of_known_deviations_judges_results_again);
    tcase_add_test(data, clauses_have_their_reasons_and_cases_their_text);
    tcase_add_test(data, hostile_text_stays_text_in_the_script);
    tcase_add_loop_test(data, a_line_that_is_no_record_is_told_of_and_the_rest_is_shown, 0,
                        sizeof(bad_lines) / sizeof(bad_lines[0]));
    tcase_add_test(data, an_unknown_verdict_is_no_pass);
    tcase_add_test(data, results_that_are_none_are_told_of);
    suite_add_tcase(suite, data);
    return suite;
}

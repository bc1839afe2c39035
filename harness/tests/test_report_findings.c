/* cli/report.c: what stands beside the verdicts on the page: findings, coverage, earlier runs. */
#include <jansson.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "report/findings.h"
#include "tests/page.h"
#include "tests/surroundings.h"
#include "tests/tests.h"
#include "tests/tool.h"

START_TEST(findings_are_shown_from_an_array_or_from_lines)
{
    const char *results = page_write_records("r.jsonl", RECORDS(page_record("one")));
    const char *array = scratch_write(
        "findings.json",
        "[{\"kind\":\"hang\",\"sentence\":\"it <b>hangs</b>\",\"trace\":[\"a\"],\n\"more\":1}]\n");
    const char *lines = scratch_write("leaks.json", "{\"kind\":\"leak\",\"sentence\":\"one\",\"how\":null}"
                                                    "\n\n{\"kind\":\"leak\",\"sentence\":\"two\"}\n");
    char arguments[512];

    snprintf(arguments, sizeof(arguments), "--findings %s --findings %s %s", array, lines, results);
    json_t *data = page_of(0, arguments);

    page_expect_text(data, "findings/0/title", "Findings in programs");
    page_expect_text(data, "findings/0/items/0/sentence", "it <b>hangs</b>");
    ck_assert_uint_eq(json_object_size(page_value(data, "findings/0/items/0")), 3);
    page_expect_text(data, "findings/1/title", "Leaks");
    page_expect_text(data, "findings/1/items/1/sentence", "two");
    json_decref(data);
}
END_TEST

START_TEST(findings_that_are_none_are_told_of)
{
    static const struct {
        const char *text, *told;
    } files[] = {
        {"[{\"kind\":\"hang\"}]", "sentence: expected a string"},
        {"[1]", "no object"},
        {"[{\"kind\":\"hang\",\n\"sentence\":]", "f.json:2:1: "},
        {"{\"kind\":\"a\",\"sentence\":\"b\"}\nnothing\n", "f.json:2:1: "},
        {"{\"kind\":\"a\",\"sentence\":\"b\",\"trace\":[1]}\n", "trace: expected an array of strings"},
        {"[{\"kind\":\"\xff\",\"sentence\":\"b\"}]", "f.json:1:1: "},
    };

    page_write_records("r.jsonl", RECORDS(page_record("one")));
    for (size_t i = 0; i < sizeof(files) / sizeof(files[0]); i++) {
        struct tool_result result = tool_expect(
            2, "report --cases %s --output %s --findings %s %s", scratch_path("cases"), scratch_path("page"),
            scratch_write("f.json", files[i].text), scratch_path("r.jsonl"));

        ck_assert_msg(strstr(result.error, files[i].told) != NULL, "%s: %s", files[i].told, result.error);
        ck_assert_int_eq(access(scratch_path("page/index.html"), F_OK), 0);
        tool_free(&result);
    }
}
END_TEST

/* `length` bytes: no findings, and blanks. */
static const char *write_blank(size_t length)
{
    char *text = malloc(length);

    ck_assert_ptr_nonnull(text);
    memset(text, ' ', length);
    text[0] = '[';
    text[length - 1] = ']';
    const char *path = scratch_write_bytes("f.json", text, length);

    free(text);
    return path;
}

START_TEST(findings_may_be_large_up_to_a_bound)
{
    page_write_records("r.jsonl", RECORDS(page_record("one")));
    for (int more = 0; more <= 1; more++) {
        struct tool_result result = tool_expect(
            more ? 2 : 0, "report --cases %s --output %s --findings %s %s", scratch_path("cases"),
            scratch_path("page"), write_blank(FINDINGS_BYTES_MAX + (size_t)more), scratch_path("r.jsonl"));

        ck_assert_int_eq(strstr(result.error, "f.json: larger than 16 MiB") != NULL, more);
        tool_free(&result);
    }
}
END_TEST

START_TEST(coverage_is_linked_from_where_the_page_is)
{
    const char *results = page_write_records("r.jsonl", RECORDS(page_record("one")));
    char arguments[512];

    ck_assert_int_eq(mkdir(scratch_path("lcov"), 0777), 0);
    scratch_write("lcov/index.html", "<!doctype html>");
    snprintf(arguments, sizeof(arguments), "--coverage %s %s", scratch_path("lcov"), results);
    json_t *data = page_of(0, arguments);

    page_expect_text(data, "coverage/0/link", "../lcov/index.html");
    json_decref(data);
    snprintf(arguments, sizeof(arguments), "--coverage %s %s", scratch_path("cases"), results);
    json_decref(page_of(2, arguments));
}
END_TEST

START_TEST(runs_keep_the_results_before_them_as_long_as_they_are_told)
{
    for (int run = 0; run < 4; run++) {
        struct tool_result result =
            tool_expect(0, "run --agent %s --keep 2 --output %s %s", agent_path(), scratch_path("reports"),
                        scratch_path("cases/shmget/a.drill"));

        tool_free(&result);
    }
    char command[512];

    snprintf(command, sizeof(command), "test $(ls %s/*.jsonl | wc -l) = 2 && test -s %s",
             scratch_path("reports/history"), scratch_path("reports/results.jsonl"));
    ck_assert_int_eq(system(command), 0);
}
END_TEST

START_TEST(without_files_it_is_the_history_and_the_last_run)
{
    char tool[PATH_MAX];

    ck_assert_int_eq(mkdir(scratch_path("reports"), 0777), 0);
    ck_assert_int_eq(mkdir(scratch_path("reports/history"), 0777), 0);
    ck_assert_int_eq(mkdir(scratch_path("reports/coverage"), 0777), 0);
    page_write_records("reports/history/2.jsonl", RECORDS(page_failure("one", "x")));
    page_write_records("reports/history/1.jsonl", RECORDS(page_record("one")));
    page_write_records("reports/results.jsonl", RECORDS(page_record("one")));
    scratch_write("reports/leaks.json", "[]");
    scratch_write("reports/coverage/index.html", "");
    ck_assert_ptr_nonnull(realpath(tool_path(), tool));
    setenv("IPCDRILL", tool, 1);
    ck_assert_int_eq(chdir(scratch_path(".")), 0);
    struct tool_result result = tool_expect(0, "report");
    json_t *data = json_load_file("reports/html/data.json", 0, NULL);

    page_expect_text(data, "instances/0/verdicts/0", "pfp");
    page_expect_text(data, "findings/0/title", "Leaks");
    page_expect_text(data, "coverage/0/link", "../coverage/index.html");
    page_expect_text(data, "clauses/0/id", "SHMGET-07");
    json_decref(data);
    tool_free(&result);
    ck_assert_int_eq(unlink("reports/results.jsonl"), 0);
    result = tool_expect(2, "report");
    ck_assert_ptr_nonnull(strstr(result.error, "no results here"));
    tool_free(&result);
}
END_TEST

START_TEST(a_page_that_cannot_be_written_is_the_tools_trouble)
{
    const char *results = page_write_records("r.jsonl", RECORDS(page_record("one")));
    struct tool_result result =
        tool_expect(3, "report --cases %s --output %s/below %s", scratch_path("cases"), results, results);

    ck_assert_ptr_nonnull(strstr(result.error, "Not a directory"));
    tool_free(&result);
}
END_TEST

START_TEST(findings_alone_make_a_page)
{
    ck_assert_int_eq(mkdir(scratch_path("alone"), 0777), 0);
    scratch_write("alone/findings.json",
                  "[{\"kind\":\"sweep\",\"sentence\":\"it hangs\",\"case\":\"burst.drill\"}]");
    json_t *data = page_of(0, scratch_path("alone"));

    page_expect_text(data, "findings/0/items/0/case", "burst.drill");
    ck_assert_uint_eq(json_array_size(page_value(data, "instances")), 0);
    json_decref(data);
}
END_TEST

Suite *report_findings_suite(void)
{
    Suite *suite = suite_create("report findings");
    TCase *beside = tcase_create("beside");

    tcase_set_timeout(beside, 30);
    tcase_add_checked_fixture(beside, page_scratch_make, scratch_remove);
    tcase_add_test(beside, findings_are_shown_from_an_array_or_from_lines);
    tcase_add_test(beside, findings_that_are_none_are_told_of);
    tcase_add_test(beside, findings_may_be_large_up_to_a_bound);
    tcase_add_test(beside, findings_alone_make_a_page);
    tcase_add_test(beside, coverage_is_linked_from_where_the_page_is);
    tcase_add_test(beside, runs_keep_the_results_before_them_as_long_as_they_are_told);
    tcase_add_test(beside, without_files_it_is_the_history_and_the_last_run);
    tcase_add_test(beside, a_page_that_cannot_be_written_is_the_tools_trouble);
    suite_add_tcase(suite, beside);
    return suite;
}

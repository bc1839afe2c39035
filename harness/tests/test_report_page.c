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
#include "tests/surroundings.h"
#include "tests/tests.h"
#include "tests/tool.h"

/* As it is written into a record, whose escapes leave no control character. */
static const char hostile[] =
    "</script><img src=x onerror=alert(1)> ' \" \\ \\x1b[31m \xe2\x80\xa8 \xe2\x80\xae &lt; ]]>";

/* A record that passes, of the first row of a case in cases/shmget/a.drill. */
static struct record a_record(const char *title)
{
    static struct word clause = {.text = "SHMGET-07"}, line = {.text = "writer  getpid() = 2"};

    return (struct record){
        .tool = "0.1.0",
        .of = 1,
        .title = title,
        .file = "cases/shmget/a.drill",
        .line = 3,
        .clauses = &clause,
        .group = "shmget",
        .target = {NULL, "Linux 6.1", "x86_64", "glibc 2.36", "libc", "full"},
        .verdict = {.kind = VERDICT_PASS, .line = 3, .transcript = &line, .duration_ns = 1500},
    };
}

static struct record a_failure(const char *title, const char *got)
{
    struct record record = a_record(title);

    record.verdict.kind = VERDICT_FAIL;
    record.verdict.line = 4;
    record.verdict.reason = got;
    record.verdict.expected = "writer  getpid() = 1";
    record.verdict.got = got;
    return record;
}

/* Writes records one behind the other; a NULL title ends them. */
static const char *write_records(const char *name, const struct record *records)
{
    struct arena arena = {0};
    struct arena_stream stream;
    FILE *out = arena_stream_open(&stream);

    for (; records->title; records++)
        fputs(record_to_json(records, &arena), out);
    const char *path = scratch_write(name, arena_stream_close(&stream, &arena));

    arena_free(&arena);
    return path;
}

#define RECORDS(...) ((const struct record[]){__VA_ARGS__, {0}})

static void scratch_with_cases(void)
{
    scratch_make();
    ck_assert_int_eq(mkdir(scratch_path("cases"), 0777), 0);
    ck_assert_int_eq(mkdir(scratch_path("cases/shmget"), 0777), 0);
    scratch_write("cases/clauses.tsv",
                  "id\ttier\tsource\trequirement\nSHMGET-07\tP\tshmget EEXIST\tIt <fails>.\n"
                  "SHMGET-08\tK\tshm.c\tNobody sees it.\t\t\t\tonly a crash tells\n");
    scratch_write("cases/shmget/a.drill",
                  "# Why it is so.\n# In two lines.\ncase \"one\"\n  clause SHMGET-07\n\n"
                  "  writer  getpid() = _\n\ncase \"two\"\n  clause SHMGET-07\n  writer  getpid() = _\n");
}

/* Runs `ipcdrill report ARGUMENTS`; its data, to be freed with json_decref. */
static json_t *page_of(int code, const char *arguments)
{
    struct tool_result result = tool_expect(code, "report --cases %s --output %s %s", scratch_path("cases"),
                                            scratch_path("page"), arguments);
    json_error_t error;
    json_t *data = json_load_file(scratch_path("page/data.json"), 0, &error);

    ck_assert_msg(data != NULL, "data.json: %s", error.text);
    tool_free(&result);
    return data;
}

/* A value below the matrix: "targets/0/runs/1/file". */
static const json_t *at(const json_t *data, const char *path)
{
    char copy[256], *rest = copy, *name;
    const json_t *value = json_object_get(data, "matrix");

    snprintf(copy, sizeof(copy), "%s", path);
    while ((name = strsep(&rest, "/")))
        value =
            json_is_array(value) ? json_array_get(value, (size_t)atoi(name)) : json_object_get(value, name);
    ck_assert_msg(value != NULL, "no %s", path);
    return value;
}

static void expect_text(const json_t *data, const char *path, const char *expected)
{
    ck_assert_str_eq(json_string_value(at(data, path)), expected);
}

START_TEST(the_page_is_the_files_of_the_tool_and_its_data)
{
    json_decref(page_of(0, write_records("r.jsonl", RECORDS(a_record("one")))));
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
    struct record raw = a_failure("one", "writer  getpid() = 2");

    raw.target.calls = "raw";
    write_records("libc.jsonl", RECORDS(a_record("one"), a_record("two")));
    write_records("raw.jsonl", RECORDS(raw));
    char arguments[512];

    snprintf(arguments, sizeof(arguments), "%s %s", scratch_path("libc.jsonl"), scratch_path("raw.jsonl"));
    json_t *data = page_of(0, arguments);

    ck_assert_uint_eq(json_array_size(at(data, "targets")), 2);
    expect_text(data, "targets/1/calls", "raw");
    expect_text(data, "targets/1/libc", "glibc 2.36");
    expect_text(data, "instances/0/verdicts/0", "p");
    expect_text(data, "instances/0/verdicts/1", "f");
    expect_text(data, "instances/1/verdicts/1", ".");
    ck_assert(json_is_null(at(data, "instances/1/durations_us/1")));
    ck_assert_int_eq(json_integer_value(at(data, "instances/0/durations_us/0")), 1);
    json_decref(data);
}
END_TEST

START_TEST(files_of_one_target_are_its_runs_the_oldest_first)
{
    write_records("1.jsonl", RECORDS(a_failure("one", "x")));
    write_records("2.jsonl", RECORDS(a_record("one"), a_record("two")));
    char arguments[512];

    snprintf(arguments, sizeof(arguments), "%s %s", scratch_path("1.jsonl"), scratch_path("2.jsonl"));
    json_t *data = page_of(0, arguments);

    ck_assert_uint_eq(json_array_size(at(data, "targets")), 1);
    ck_assert_uint_eq(json_array_size(at(data, "targets/0/runs")), 2);
    expect_text(data, "targets/0/runs/0/file", scratch_path("1.jsonl"));
    expect_text(data, "instances/0/verdicts/0", "fp");
    expect_text(data, "instances/1/verdicts/0", ".p");
    /* The words are those of the last run. */
    ck_assert_ptr_null(json_object_get(json_array_get(json_object_get(data, "details"), 0), "got"));
    json_decref(data);
}
END_TEST

START_TEST(a_name_parts_what_is_otherwise_one_target)
{
    const char *path = write_records("a=b.jsonl", RECORDS(a_record("one")));
    char arguments[512];

    snprintf(arguments, sizeof(arguments), "%s %s=left %s=right", path, path, path);
    json_t *data = page_of(0, arguments);

    ck_assert_uint_eq(json_array_size(at(data, "targets")), 3);
    ck_assert(json_is_null(at(data, "targets/0/name")));
    expect_text(data, "targets/1/name", "left");
    expect_text(data, "targets/2/name", "right");
    json_decref(data);
}
END_TEST

START_TEST(case_files_elsewhere_hold_the_same_cases)
{
    struct record elsewhere = a_record("one");

    elsewhere.file = "/usr/share/ipcdrill/cases/shmget/a.drill";
    elsewhere.target.kernel = "Linux 6.12";
    json_t *data = page_of(0, write_records("r.jsonl", RECORDS(a_record("one"), elsewhere)));

    ck_assert_uint_eq(json_array_size(at(data, "instances")), 1);
    expect_text(data, "instances/0/file", "cases/shmget/a.drill");
    expect_text(data, "instances/0/verdicts/1", "p");
    json_decref(data);
}
END_TEST

START_TEST(of_repeats_the_worst_counts)
{
    struct record skipped = a_record("two");

    skipped.verdict.kind = VERDICT_SKIP;
    skipped.verdict.reason = "needs root";
    json_t *data =
        page_of(0, write_records("r.jsonl", RECORDS(a_record("one"), a_failure("one", "x"), a_record("one"),
                                                    skipped, a_record("two"), skipped)));
    const json_t *details = json_object_get(data, "details");

    expect_text(data, "instances/0/verdicts/0", "f");
    expect_text(data, "instances/1/verdicts/0", "p"); /* a skip stands only where all were skipped */
    ck_assert_int_eq(json_integer_value(json_object_get(json_array_get(details, 0), "repeats")), 3);
    ck_assert_int_eq(json_integer_value(json_object_get(json_array_get(details, 0), "reds")), 1);
    json_decref(data);
}
END_TEST

START_TEST(a_documented_difference_has_a_letter_of_its_own)
{
    struct record record = a_record("one");

    record.verdict.deviates = true;
    json_t *data = page_of(0, write_records("r.jsonl", RECORDS(record)));

    expect_text(data, "instances/0/verdicts/0", "d");
    json_decref(data);
}
END_TEST

START_TEST(a_known_deviation_tells_why)
{
    struct record record = a_failure("one", "x");

    record.verdict.kind = VERDICT_XFAIL;
    record.known = (struct known_deviation){"the library converts it", "https://example.org/1"};
    record.target.name = "board";
    json_t *data = page_of(0, write_records("r.jsonl", RECORDS(record)));
    const json_t *known = json_object_get(json_array_get(json_object_get(data, "details"), 0), "known");

    expect_text(data, "targets/0/name", "board");
    expect_text(data, "targets/0/runs/0/tool", "0.1.0");
    expect_text(data, "instances/0/verdicts/0", "x");
    ck_assert_str_eq(json_string_value(json_object_get(known, "reason")), "the library converts it");
    ck_assert_str_eq(json_string_value(json_object_get(known, "link")), "https://example.org/1");
    json_decref(data);
}
END_TEST

START_TEST(a_list_of_known_deviations_judges_results_again)
{
    write_records("r.jsonl", RECORDS(a_failure("one", "x"), a_failure("two", "x")));
    scratch_write("known.tsv", "board\tshmget/a.drill\tone\tfail\tso it is\t-\n");
    char arguments[512];

    snprintf(arguments, sizeof(arguments), "--known %s %s=board", scratch_path("known.tsv"),
             scratch_path("r.jsonl"));
    json_t *data = page_of(0, arguments);

    expect_text(data, "instances/0/verdicts/0", "x");
    expect_text(data, "instances/1/verdicts/0", "f");
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
    json_t *data = page_of(
        0, write_records("r.jsonl", RECORDS(a_record("one"), a_record("two"), a_record("gone since"))));

    expect_text(data, "clauses/0/requirement", "It <fails>.");
    ck_assert_int_eq(json_integer_value(at(data, "clauses/0/cases")), 2);
    expect_text(data, "clauses/1/reason", "only a crash tells");
    ck_assert_int_eq(json_integer_value(at(data, "clauses/1/cases")), 0);
    expect_text(
        data, "texts/0/text",
        "# Why it is so.\n# In two lines.\ncase \"one\"\n  clause SHMGET-07\n\n  writer  getpid() = _");
    ck_assert_int_eq(json_integer_value(at(data, "texts/0/line")), 1);
    expect_text(data, "texts/1/text", "case \"two\"\n  clause SHMGET-07\n  writer  getpid() = _");
    ck_assert_int_eq(json_integer_value(at(data, "texts/1/line")), 8);
    ck_assert_int_eq(json_integer_value(at(data, "instances/1/text")), 1);
    ck_assert_int_eq(json_integer_value(at(data, "instances/2/text")), -1);
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
    struct record record = a_failure(hostile, hostile);

    record.target.kernel = hostile;
    json_t *data = page_of(0, write_records("r.jsonl", RECORDS(record)));
    char *script = read_whole(scratch_path("page/data.js"));
    json_t *matrix = script_value(script, "matrix:\n"), *details = script_value(script, "details:\n");

    expect_text(data, "instances/0/title", hostile);
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
    struct record good = a_record("one");
    const char *path = scratch_write(
        "r.jsonl", arena_print(&arena, "%s\n%s", bad_lines[_i].bytes, record_to_json(&good, &arena)));
    struct tool_result result =
        tool_expect(2, "report --cases %s --output %s %s", scratch_path("cases"), scratch_path("page"), path);
    json_t *data = json_load_file(scratch_path("page/data.json"), 0, NULL);

    ck_assert_msg(strstr(result.error, arena_print(&arena, "%s%s", path, bad_lines[_i].told)) != NULL, "%s",
                  result.error);
    ck_assert_int_eq(json_integer_value(at(data, "problem_count")), 1);
    expect_text(data, "problems/0/file", path);
    ck_assert_int_eq(json_integer_value(at(data, "problems/0/line")), 1);
    expect_text(data, "instances/0/title", "one");
    json_decref(data);
    tool_free(&result);
    arena_free(&arena);
}
END_TEST

START_TEST(an_unknown_verdict_is_no_pass)
{
    struct arena arena = {0};
    struct record good = a_record("one");
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
    struct record good = a_record("one");
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

START_TEST(findings_are_shown_from_an_array_or_from_lines)
{
    const char *results = write_records("r.jsonl", RECORDS(a_record("one")));
    const char *array = scratch_write(
        "findings.json",
        "[{\"kind\":\"hang\",\"sentence\":\"it <b>hangs</b>\",\"trace\":[\"a\"],\n\"more\":1}]\n");
    const char *lines = scratch_write("leaks.json", "{\"kind\":\"leak\",\"sentence\":\"one\",\"how\":null}"
                                                    "\n\n{\"kind\":\"leak\",\"sentence\":\"two\"}\n");
    char arguments[512];

    snprintf(arguments, sizeof(arguments), "--findings %s --findings %s %s", array, lines, results);
    json_t *data = page_of(0, arguments);

    expect_text(data, "findings/0/title", "Findings in programs");
    expect_text(data, "findings/0/items/0/sentence", "it <b>hangs</b>");
    ck_assert_uint_eq(json_object_size(at(data, "findings/0/items/0")), 3);
    expect_text(data, "findings/1/title", "Leaks");
    expect_text(data, "findings/1/items/1/sentence", "two");
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

    write_records("r.jsonl", RECORDS(a_record("one")));
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

START_TEST(coverage_is_linked_from_where_the_page_is)
{
    const char *results = write_records("r.jsonl", RECORDS(a_record("one")));
    char arguments[512];

    ck_assert_int_eq(mkdir(scratch_path("lcov"), 0777), 0);
    scratch_write("lcov/index.html", "<!doctype html>");
    snprintf(arguments, sizeof(arguments), "--coverage %s %s", scratch_path("lcov"), results);
    json_t *data = page_of(0, arguments);

    expect_text(data, "coverage/0/link", "../lcov/index.html");
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
    write_records("reports/history/2.jsonl", RECORDS(a_failure("one", "x")));
    write_records("reports/history/1.jsonl", RECORDS(a_record("one")));
    write_records("reports/results.jsonl", RECORDS(a_record("one")));
    scratch_write("reports/leaks.json", "[]");
    scratch_write("reports/coverage/index.html", "");
    ck_assert_ptr_nonnull(realpath(tool_path(), tool));
    setenv("IPCDRILL", tool, 1);
    ck_assert_int_eq(chdir(scratch_path(".")), 0);
    struct tool_result result = tool_expect(0, "report");
    json_t *data = json_load_file("reports/html/data.json", 0, NULL);

    expect_text(data, "instances/0/verdicts/0", "pfp");
    expect_text(data, "findings/0/title", "Leaks");
    expect_text(data, "coverage/0/link", "../coverage/index.html");
    expect_text(data, "clauses/0/id", "SHMGET-07");
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
    const char *results = write_records("r.jsonl", RECORDS(a_record("one")));
    struct tool_result result =
        tool_expect(3, "report --cases %s --output %s/below %s", scratch_path("cases"), results, results);

    ck_assert_ptr_nonnull(strstr(result.error, "Not a directory"));
    tool_free(&result);
}
END_TEST

Suite *report_page_suite(void)
{
    Suite *suite = suite_create("report page");
    TCase *data = tcase_create("data");

    tcase_set_timeout(data, 30);
    tcase_add_checked_fixture(data, scratch_with_cases, scratch_remove);
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
    tcase_add_test(data, findings_are_shown_from_an_array_or_from_lines);
    tcase_add_test(data, findings_that_are_none_are_told_of);
    tcase_add_test(data, coverage_is_linked_from_where_the_page_is);
    tcase_add_test(data, runs_keep_the_results_before_them_as_long_as_they_are_told);
    tcase_add_test(data, without_files_it_is_the_history_and_the_last_run);
    tcase_add_test(data, a_page_that_cannot_be_written_is_the_tools_trouble);
    suite_add_tcase(suite, data);
    return suite;
}

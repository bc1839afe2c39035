/* report/merge.h, cli/merge.c: shards give the whole again, and what does not belong together is told of. */
#include <glob.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "report/formats.h"
#include "tests/results_file.h"
#include "tests/surroundings.h"
#include "tests/tests.h"
#include "tests/tool.h"

static const char mixed[] =
    "case \"passes\"\n  writer  getpid() = _\n"
    "case \"fails\"\n  writer  shmget(KEY, 1, 0) = 7\n"
    "case \"skips\"\n  needs linux 99.0\n  writer  getpid() = _\n"
    "case \"errs\"\n  require 1/0\n"
    "case \"size <n>\"\n  writer  shmget(KEY, <n>, 0) = -1 ENOENT\n  where\n    n\n    1..7\n";

static void make_scratch(void)
{
    unsetenv("GITHUB_ACTIONS");
    unsetenv("GITHUB_STEP_SUMMARY");
    scratch_make();
    scratch_write("mixed.drill", mixed);
}

static void run_into(const char *folder, const char *options)
{
    struct tool_result result =
        tool_run("run --agent %s --output %s --format jsonl,tap,ktap,code-quality %s %s", agent_path(),
                 scratch_path(folder), options, scratch_path("mixed.drill"));

    ck_assert_msg(result.status == 0 || result.status == 1 << 8, "%#x: %s", result.status, result.error);
    tool_free(&result);
}

static void expect_same(const char *one, const char *other)
{
    char *left = results_without_durations(scratch_path(one)),
         *right = results_without_durations(scratch_path(other));

    ck_assert_msg(strcmp(left, right) == 0, "%s differs:\n%s\n%s", one, left, right);
    free(left);
    free(right);
}

static const char *const orders[] = {"", "--repeat 3", "--shuffle=3", "--repeat 2 --shuffle=4"};

START_TEST(shards_in_any_order_merge_to_exactly_the_whole_run)
{
    char options[64];

    run_into("whole", orders[_i]);
    for (int shard = 1; shard <= 4; shard++) {
        snprintf(options, sizeof(options), "--shard %d/4 %s", shard, orders[_i]);
        run_into((const char *const[]){"1", "2", "3", "4"}[shard - 1], options);
    }
    struct tool_result result = tool_expect(
        1, "merge --format jsonl,tap,ktap,code-quality --output %s %s %s %s/results.jsonl %s",
        scratch_path("merged"), scratch_path("4"), scratch_path("1"), scratch_path("3"), scratch_path("2"));

    ck_assert_str_eq(result.error, "");
    expect_same("merged/results.jsonl", "whole/results.jsonl");
    expect_same("merged/results.tap", "whole/results.tap");
    expect_same("merged/results.ktap", "whole/results.ktap");
    expect_same("merged/code-quality.json", "whole/code-quality.json");
    tool_free(&result);
}
END_TEST

/* Two files, and what is told of them; all is merged that can be. */
static const struct {
    const char *sentence;
    struct short_record one[3], other[3];
    int code;
    const char *error, *out;
} joins[] = {
    {"the parts of a run are one run",
     {{.title = "a", VERDICT_PASS, 0, 4}, {.title = "c", VERDICT_SKIP, 2, 4}},
     {{.title = "b", VERDICT_PASS, 1, 4}, {.title = "d", VERDICT_XFAIL, 3, 4}},
     0,
     "",
     "4 instances: 2 pass, 0 fail, 1 skip, 0 error, 1 xfail, 0 xpass\n"},
    {"a red instance makes it red",
     {{.title = "a", VERDICT_PASS, 0, 2}},
     {{.title = "b", VERDICT_FAIL, 1, 2}},
     1,
     "",
     "2 instances: 1 pass, 1 fail,"},
    {"an instance that is there twice is told of",
     {{.title = "a", VERDICT_PASS, 0, 2}, {.title = "b", VERDICT_PASS, 1, 2}},
     {{.title = "b", VERDICT_PASS, 1, 2}},
     2,
     "two:1:1: 1 instance is there twice, the first in",
     "2 instances: 2 pass"},
    {"of two verdicts of one instance the worse counts",
     {{.title = "a", VERDICT_FAIL, 0, 2}, {.title = "b", VERDICT_PASS, 1, 2}},
     {{.title = "a", VERDICT_PASS, 0, 2}, {.title = "b", VERDICT_ERROR, 1, 2}},
     2,
     "2 instances are there twice",
     "2 instances: 0 pass, 1 fail, 0 skip, 1 error"},
    {"a missing shard is named",
     {{.title = "a", VERDICT_PASS, 0, 6}, {.title = "d", VERDICT_PASS, 3, 6}},
     {{.title = "c", VERDICT_PASS, 2, 6}, {.title = "f", VERDICT_PASS, 5, 6}},
     2,
     "shard missing: 2/3",
     "4 instances"},
    {"a run that was cut short is told of",
     {{.title = "a", VERDICT_PASS, 0, 5}, {.title = "b", VERDICT_PASS, 1, 5}},
     {{.title = "c", VERDICT_PASS, 2, 5}},
     2,
     "the run was not ended: 2 of 5 instances are missing",
     "3 instances"},
    {"parts of different runs are told of",
     {{.title = "a", VERDICT_PASS, 0, 2}, {.title = "b", VERDICT_PASS, 1, 2}},
     {{.title = "x", VERDICT_PASS, 0, 1}},
     2,
     "parts of different runs: one of 1 instances, and in",
     "3 instances: 3 pass"},
    {"another instance at the same place is told of, and kept",
     {{.title = "a", VERDICT_PASS, 0, 2}, {.title = "b", VERDICT_PASS, 1, 2}},
     {{.title = "x", VERDICT_FAIL, 0, 2}},
     2,
     "two:1:1: not of the run of",
     "3 instances: 2 pass, 1 fail"},
    {"two targets are two runs",
     {{.title = "a", VERDICT_PASS, 0, 1, "m32"}},
     {{.title = "a", VERDICT_FAIL, 0, 1, "musl"}},
     1,
     "",
     " 1  m32\n 2  musl\n"},
    {"targets are shown beside each other where they differ",
     {{.title = "a", VERDICT_PASS, 0, 2, "m32"}, {.title = "b", VERDICT_SKIP, 1, 2, "m32"}},
     {{.title = "a", VERDICT_FAIL, 0, 1, "musl"}},
     1,
     "",
     "\n 1  2 \n .  F  cases/a/b.drill:7: a\n"},
    {"what a target is called cannot reach the terminal",
     {{.title = "a", VERDICT_PASS, 0, 2, "\x1b[31m\nred"}},
     {{.title = "a", VERDICT_FAIL, 0, 1, "musl"}},
     2,
     "\\x1b[31m\\nred: the run was not ended",
     "target    musl"},
    {"old records become a run of their own",
     {{.title = "a", VERDICT_PASS, 0, 0}, {.title = "b", VERDICT_PASS, 1, 0}},
     {{.title = "c", VERDICT_PASS, 2, 0}},
     2,
     "not of the run",
     "3 instances: 3 pass"},
};

static size_t count_of(const struct short_record *records)
{
    size_t count = 0;

    while (count < 3 && records[count].title)
        count++;
    return count;
}

START_TEST(what_does_not_belong_together_is_told_of)
{
    results_write("one", joins[_i].one, count_of(joins[_i].one));
    results_write("two", joins[_i].other, count_of(joins[_i].other));
    struct tool_result result = tool_expect(joins[_i].code, "merge --output %s %s %s", scratch_path("merged"),
                                            scratch_path("one"), scratch_path("two"));

    ck_assert_msg(strstr(result.error, joins[_i].error) && (*joins[_i].error || !*result.error), "%s: %s",
                  joins[_i].sentence, result.error);
    ck_assert_msg(strstr(result.out, joins[_i].out) != NULL, "%s:\n%s", joins[_i].sentence, result.out);
    ck_assert_ptr_null(strchr(result.error, '\x1b'));
    ck_assert_ptr_null(strchr(result.out, '\x1b'));
    tool_free(&result);
    /* What was written is a results file again, whatever it was made from. */
    result = tool_run("merge %s", scratch_path("merged"));
    ck_assert_msg(strstr(result.error, "expected one verdict record") == NULL, "%s", result.error);
    tool_free(&result);
}
END_TEST

START_TEST(of_several_targets_no_two_test_cases_have_one_name)
{
    const struct short_record one = {.title = "a", VERDICT_PASS, 0, 1, "m32"},
                              other = {.title = "a", VERDICT_FAIL, 0, 1, "musl"};

    results_write("one", &one, 1);
    results_write("two", &other, 1);
    struct tool_result result = tool_expect(1, "merge --output %s %s %s", scratch_path("merged"),
                                            scratch_path("one"), scratch_path("two"));
    char *junit = read_whole(scratch_path("merged/junit.xml"));

    ck_assert_ptr_nonnull(strstr(junit, "<testsuite name=\"m32\" tests=\"1\" failures=\"0\""));
    ck_assert_ptr_nonnull(strstr(junit, "<testsuite name=\"musl\" tests=\"1\" failures=\"1\""));
    ck_assert_ptr_nonnull(strstr(junit, "name=\"a [m32]\""));
    ck_assert_ptr_nonnull(strstr(junit, "name=\"a [musl]\""));
    free(junit);
    tool_free(&result);
}
END_TEST

/* Files with something wrong, and what is said of them. */
static const struct {
    const char *text, *error;
} damaged[] = {
    {"", "there is no record in it"},
    {"nonsense\n", "bad:1:1: not a JSON object"},
    {"{\"v\":1", "bad:1:1: the file ends within this line"},
};

START_TEST(a_damaged_file_is_told_of_and_the_others_are_merged)
{
    const struct short_record one = {.title = "a", VERDICT_PASS, 0, 1};

    results_write("one", &one, 1);
    scratch_write("bad", damaged[_i].text);
    struct tool_result result = tool_expect(2, "merge %s %s", scratch_path("bad"), scratch_path("one"));

    ck_assert_msg(strstr(result.error, damaged[_i].error) != NULL, "%s", result.error);
    ck_assert_ptr_nonnull(strstr(result.out, "1 instance: 1 pass"));
    tool_free(&result);
    result = tool_expect(2, "merge %s", scratch_path("bad"));
    ck_assert_msg(strstr(result.error, damaged[_i].error) != NULL, "%s", result.error);
    tool_free(&result);
}
END_TEST

START_TEST(merge_says_what_it_needs)
{
    static const char *const commands[][2] = {
        {"merge", "merge needs results files"},
        {"merge /dev/null --format tap", "--format needs a folder"},
        {"merge /nowhere", "/nowhere: cannot be read: No such file"},
        {"run --shard 1/2 --shuffle", "need the same seed"},
    };
    struct tool_result result = tool_expect(2, "%s", commands[_i][0]);

    ck_assert_msg(strstr(result.error, commands[_i][1]) != NULL, "%s", result.error);
    tool_free(&result);
}
END_TEST

/* Damage behind a good record, and what is said of it. */
static const struct {
    const char *damage, *said;
    size_t times;
} damages[] = {
    {"{\"v\":1,\"tool\":\"0.1.0\",\"case\":\"cut", "the file ends within this line", 1},
    {"{\"v\":99,\"case\":\"of tomorrow\",\"verdict\":\"pass\"}\n", ":2:", 1},
    {"\x1b[31m\x01\xff<script>]]>\n", ":2:", 1},
    {"{\"case\":\"\xff\xfe\"}\n", ":2:", 1},
    {"0123456789abcdef", ":2:", 160 * 1024}, /* more than RECORD_LINE_BYTES_MAX */
};

enum { DAMAGES = sizeof(damages) / sizeof(*damages) };

static void expect_clean(const char *text, const char *what)
{
    for (const char *at = text; *at; at++)
        ck_assert_msg((unsigned char)*at >= ' ' || *at == '\n' || *at == '\t', "%s: %#x in\n%s", what, *at,
                      text);
    ck_assert_ptr_null(strstr(text, "<script>"));
    ck_assert_ptr_null(strchr(text, '\xff'));
}

START_TEST(a_damaged_file_gives_what_is_whole_in_it_in_every_format)
{
    const size_t damage = (size_t)_i % DAMAGES;
    const char *format = format_at((size_t)_i / DAMAGES)->name;
    const struct short_record record = {.title = "the good one", VERDICT_FAIL, 0, 2};
    glob_t files = {0};
    bool found = false;

    results_write("damaged", &record, 1);
    FILE *out = fopen(scratch_path("damaged"), "ae");

    for (size_t i = 0; i < damages[damage].times; i++)
        fputs(damages[damage].damage, out);
    fclose(out);
    struct tool_result result = tool_expect(2, "merge --format %s --output %s %s", format,
                                            scratch_path("merged"), scratch_path("damaged"));

    ck_assert_msg(strstr(result.error, damages[damage].said) != NULL, "%s: %s", format, result.error);
    expect_clean(result.error, format);
    expect_clean(result.out, format);
    ck_assert_int_eq(glob(scratch_path("merged/*"), 0, NULL, &files), 0);
    for (size_t i = 0; i < files.gl_pathc; i++) {
        char *text = read_whole(files.gl_pathv[i]);

        expect_clean(text, format);
        found = found || strstr(text, "good") != NULL;
        free(text);
    }
    ck_assert_msg(found || strstr(result.out, "good"), "%s: the good record is lost", format);
    globfree(&files);
    tool_free(&result);
}
END_TEST

Suite *merge_suite(void)
{
    Suite *suite = suite_create("merge");
    TCase *merge = tcase_create("merge");
    int formats = 0;

    while (format_at((size_t)formats))
        formats++;
    tcase_set_timeout(merge, 30);
    tcase_add_checked_fixture(merge, make_scratch, scratch_remove);
    tcase_add_loop_test(merge, shards_in_any_order_merge_to_exactly_the_whole_run, 0,
                        sizeof(orders) / sizeof(*orders));
    tcase_add_loop_test(merge, what_does_not_belong_together_is_told_of, 0, sizeof(joins) / sizeof(*joins));
    tcase_add_test(merge, of_several_targets_no_two_test_cases_have_one_name);
    tcase_add_loop_test(merge, a_damaged_file_is_told_of_and_the_others_are_merged, 0,
                        sizeof(damaged) / sizeof(*damaged));
    tcase_add_loop_test(merge, a_damaged_file_gives_what_is_whole_in_it_in_every_format, 0,
                        (int)DAMAGES * formats);
    tcase_add_loop_test(merge, merge_says_what_it_needs, 0, 4);
    suite_add_tcase(suite, merge);
    return suite;
}

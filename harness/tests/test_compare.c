/* report/comparison.h, cli/compare.c: what changed between two runs, and which of it is a regression. */
#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tests/results_file.h"
#include "tests/surroundings.h"
#include "tests/tests.h"
#include "tests/tool.h"

enum { NONE = -1 };

/* An instance in both files (NONE: not there), the change, and the exit code. */
static const struct {
    int before, now;
    const char *change;
    int code;
} changes[] = {
    {VERDICT_PASS, VERDICT_PASS, NULL, 0},
    {VERDICT_PASS, VERDICT_FAIL, "broke     pass -> fail ", 1},
    {VERDICT_PASS, VERDICT_ERROR, "broke     pass -> error", 1},
    {VERDICT_SKIP, VERDICT_FAIL, "broke     skip -> fail ", 1},
    {VERDICT_XFAIL, VERDICT_FAIL, "broke    xfail -> fail ", 1},
    {VERDICT_FAIL, VERDICT_PASS, "fixed     fail -> pass ", 0},
    {VERDICT_ERROR, VERDICT_XFAIL, "fixed    error -> xfail", 0},
    {VERDICT_FAIL, VERDICT_SKIP, "changed   fail -> skip ", 0},
    {VERDICT_PASS, VERDICT_SKIP, "changed   pass -> skip ", 0},
    {VERDICT_FAIL, VERDICT_ERROR, "changed   fail -> error", 0},
    {VERDICT_XFAIL, VERDICT_XPASS, "changed  xfail -> xpass", 0},
    {VERDICT_FAIL, VERDICT_FAIL, NULL, 0},
    {NONE, VERDICT_PASS, "new          - -> pass ", 0},
    {NONE, VERDICT_FAIL, "new          - -> fail ", 1},
    {VERDICT_FAIL, NONE, "gone      fail -> -    ", 0},
};

/* The instance, if it is there, behind one that passes. */
static void write_side(const char *name, int verdict)
{
    const struct short_record records[] = {
        {.title = "passes", VERDICT_PASS, 0, 2},
        {.title = "it", verdict == NONE ? 0 : (enum verdict_kind)verdict, 1, 2}};

    results_write(name, records, verdict == NONE ? 1 : 2);
}

START_TEST(every_change_has_a_name_and_only_what_got_red_is_a_regression)
{
    char wanted[128];

    scratch_make();
    write_side("old", changes[_i].before);
    write_side("new", changes[_i].now);
    struct tool_result result =
        tool_expect(changes[_i].code, "compare %s %s", scratch_path("old"), scratch_path("new"));

    snprintf(wanted, sizeof(wanted), "\n%s  cases/a/b.drill:7: it\n", changes[_i].change);
    if (changes[_i].change)
        ck_assert_msg(strstr(result.out, wanted) != NULL, "no '%s' in\n%s", wanted, result.out);
    else
        ck_assert_ptr_null(strstr(result.out, "b.drill"));
    tool_free(&result);
    scratch_remove();
}
END_TEST

START_TEST(json_tells_each_change_in_a_line)
{
    scratch_make();
    write_side("old", VERDICT_PASS);
    write_side("new", VERDICT_FAIL);
    struct tool_result result =
        tool_expect(1, "compare --json %s %s", scratch_path("old"), scratch_path("new"));
    json_error_t error;
    json_t *line = json_loads(result.out, JSON_REJECT_DUPLICATES, &error); /* refuses a second line */

    ck_assert_msg(line != NULL, "%s in %s", error.text, result.out);
    ck_assert_str_eq(json_string_value(json_object_get(line, "change")), "broke");
    ck_assert_str_eq(json_string_value(json_object_get(line, "case")), "it");
    ck_assert_str_eq(json_string_value(json_object_get(line, "old")), "pass");
    ck_assert_str_eq(json_string_value(json_object_get(line, "new")), "fail");
    ck_assert_int_eq(json_integer_value(json_object_get(line, "old_ns")), 1000000);
    json_decref(line);
    tool_free(&result);
    scratch_remove();
}
END_TEST

enum { INSTANCES = 40 };

/* Instances of 10 ms times `pace`, but for one of them. */
static void write_times(const char *name, unsigned long long pace, unsigned long long last_ms)
{
    struct short_record records[INSTANCES];
    char titles[INSTANCES][16];

    for (size_t i = 0; i < INSTANCES; i++) {
        snprintf(titles[i], sizeof(titles[i]), "case %zu", i);
        records[i] = (struct short_record){.title = titles[i], VERDICT_PASS, i, INSTANCES, NULL, 10 * pace};
    }
    records[INSTANCES - 1].duration_ms = last_ms;
    results_write(name, records, INSTANCES);
}

static const struct {
    const char *sentence;
    unsigned long long old_last_ms, new_pace, new_last_ms;
    const char *options;
    int code;
    bool slower;
} times[] = {
    {"what takes much longer got slower, and is not red", 10, 1, 100, "", 0, true},
    {"asked for, it is red", 10, 1, 100, "--slower 3", 1, true},
    {"three times as long is the least that is told", 10, 1, 29, "", 0, false},
    {"twice as long is told when asked for", 30, 1, 65, "--slower 2", 1, true},
    {"a machine that is slower as a whole is no slower instance", 10, 10, 100, "--slower 2", 0, false},
    {"what is slow on a slower machine is measured against that", 10, 10, 900, "--slower 2", 1, true},
    {"a few milliseconds are noise, whatever the ratio", 1, 1, 15, "--slower 2", 0, false},
};

START_TEST(slower_is_told_beyond_noise)
{
    scratch_make();
    write_times("old", 1, times[_i].old_last_ms);
    write_times("new", times[_i].new_pace, times[_i].new_last_ms);
    struct tool_result result = tool_expect(times[_i].code, "compare %s %s %s", times[_i].options,
                                            scratch_path("old"), scratch_path("new"));

    ck_assert_msg((strstr(result.out, "\nslower ") != NULL) == times[_i].slower, "%s:\n%s",
                  times[_i].sentence, result.out);
    tool_free(&result);
    scratch_remove();
}
END_TEST

START_TEST(what_others_gained_by_chance_one_may_lose)
{
    struct short_record old[] = {{.title = "a", VERDICT_PASS, 0, 3, NULL, 10},
                                 {.title = "b", VERDICT_PASS, 1, 3, NULL, 500},
                                 {.title = "c", VERDICT_PASS, 2, 3, NULL, 10}};
    struct short_record new[] = {{.title = "a", VERDICT_PASS, 0, 3, NULL, 400},
                                 {.title = "b", VERDICT_PASS, 1, 3, NULL, 10},
                                 {.title = "c", VERDICT_PASS, 2, 3, NULL, 10}};

    scratch_make();
    results_write("old", old, 3);
    results_write("new", new, 3);
    struct tool_result result =
        tool_expect(0, "compare --slower 3 %s %s", scratch_path("old"), scratch_path("new"));

    ck_assert_ptr_null(strstr(result.out, "\nslower "));
    tool_free(&result);
    scratch_remove();
}
END_TEST

START_TEST(repeats_count_as_one_with_the_worst_verdict)
{
    const struct short_record old[] = {{.title = "a", VERDICT_PASS, 0, 2},
                                       {.title = "a", VERDICT_PASS, 1, 2}},
                              new[] = {{.title = "a", VERDICT_FAIL, 0, 2},
                                       {.title = "a", VERDICT_PASS, 1, 2}};

    scratch_make();
    results_write("old", old, 2);
    results_write("new", new, 2);
    struct tool_result result = tool_expect(1, "compare %s %s", scratch_path("old"), scratch_path("new"));

    ck_assert_ptr_nonnull(strstr(result.out, "\ninstances: 1 before, 1 now; 1 broke,"));
    tool_free(&result);
    scratch_remove();
}
END_TEST

/* OLD's targets and NEW's, one record each, and what is said. */
static const struct {
    const char *old[2], *new[2];
    int code;
    const char *said;
} targets[] = {
    {{"m32"}, {"musl"}, 1, "instances: 1 before, 1 now; 1 broke"},
    {{"m32", "musl"}, {"musl", "m32"}, 1, "instances: 2 before, 2 now; 2 broke"},
    {{"m32", "musl"},
     {"gvisor"},
     1,
     "instances: 2 before, 1 now; 0 broke, 0 fixed, 0 changed, 1 new, 2 gone"},
    {{"m32"}, {"m32", "musl"}, 1, "instances: 1 before, 2 now; 1 broke, 0 fixed, 0 changed, 1 new, 0 gone"},
    {{"m32"}, {"musl", "m32"}, 2, "compare files of one target each, or of the same targets"},
};

static void write_targets(const char *name, const char *const *names, enum verdict_kind kind)
{
    const struct short_record records[] = {{.title = "it", kind, 0, 1, names[0]},
                                           {.title = "it", kind, 0, 1, names[1]}};

    results_write(name, records, names[1] ? 2 : 1);
}

START_TEST(targets_are_matched_by_name_and_one_with_one)
{
    scratch_make();
    write_targets("old", targets[_i].old, VERDICT_PASS);
    write_targets("new", targets[_i].new, VERDICT_FAIL);
    struct tool_result result =
        tool_expect(targets[_i].code, "compare %s %s", scratch_path("old"), scratch_path("new"));

    ck_assert_msg(strstr(result.out, targets[_i].said) || strstr(result.error, targets[_i].said), "%s\n%s",
                  result.error, result.out);
    tool_free(&result);
    scratch_remove();
}
END_TEST

START_TEST(what_cannot_be_compared_is_told_of)
{
    static const char *const rows[][3] = {
        {"compare", "", "compare needs two results files"},
        {"compare %s", "", "compare needs two results files"},
        {"compare %s /nowhere", "", "/nowhere: cannot be read"},
        {"compare %s /dev/null", "", "/dev/null: there is no record in it"},
        {"compare --slower 1 %s %s", "", "--slower cannot be '1'"},
        {"compare %s %s", "cut", "old:2:1: the file ends within this line"},
    };

    scratch_make();
    write_side("old", NONE);
    if (*rows[_i][1]) {
        char *text = read_whole(scratch_path("old")), twice[2048];

        snprintf(twice, sizeof(twice), "%s%.40s", text, text);
        scratch_write("old", twice);
        free(text);
    }
    char command[1024] = "";
    const char *row = rows[_i][0];

    for (const char *mark; (mark = strstr(row, "%s")); row = mark + 2)
        snprintf(command + strlen(command), sizeof(command) - strlen(command), "%.*s%s", (int)(mark - row),
                 row, scratch_path("old"));
    strncat(command, row, sizeof(command) - strlen(command) - 1);
    struct tool_result result = tool_expect(2, "%s", command);

    ck_assert_msg(strstr(result.error, rows[_i][2]) != NULL, "%s", result.error);
    tool_free(&result);
    scratch_remove();
}
END_TEST

Suite *compare_suite(void)
{
    Suite *suite = suite_create("compare");
    TCase *compare = tcase_create("compare");

    tcase_add_loop_test(compare, every_change_has_a_name_and_only_what_got_red_is_a_regression, 0,
                        sizeof(changes) / sizeof(*changes));
    tcase_add_test(compare, json_tells_each_change_in_a_line);
    tcase_add_loop_test(compare, slower_is_told_beyond_noise, 0, sizeof(times) / sizeof(*times));
    tcase_add_test(compare, what_others_gained_by_chance_one_may_lose);
    tcase_add_test(compare, repeats_count_as_one_with_the_worst_verdict);
    tcase_add_loop_test(compare, targets_are_matched_by_name_and_one_with_one, 0,
                        sizeof(targets) / sizeof(*targets));
    tcase_add_loop_test(compare, what_cannot_be_compared_is_told_of, 0, 6);
    suite_add_tcase(suite, compare);
    return suite;
}

/* judge/finding.h: findings are counted, ordered and told, in both forms. */
#include <stdlib.h>
#include <string.h>

#include "judge/finding.h"
#include "tests/tests.h"

static const struct finding lost = {.severity = FINDING_CORRUPTS,
                                    .kind = "interleaving",
                                    .program = "reader",
                                    .sentence = "a message is lost",
                                    .how = "--replay 'writer*3 reader'",
                                    .trace = "one\ntwo\n\x1b[31mthree\xff\nfour\n",
                                    .rule = "SEMOP-01"};
static const struct finding left = {
    .severity = FINDING_LEAVES, .kind = "sweep", .program = "writer", .sentence = "it leaves a segment"};

static char *print(const struct findings *findings, size_t trace_lines)
{
    char *text = NULL;
    size_t length;
    FILE *out = open_memstream(&text, &length);

    findings_print(findings, trace_lines, false, out);
    fclose(out);
    return text;
}

START_TEST(a_finding_that_is_there_is_counted)
{
    struct findings findings = {0};
    struct finding again = lost;
    bool is_new;

    again.how = "another way";
    findings_add(&findings, &lost, &is_new);
    ck_assert(is_new);
    const struct finding *kept = findings_add(&findings, &again, &is_new);

    ck_assert(!is_new);
    ck_assert_uint_eq(findings.count, 1);
    ck_assert_uint_eq(kept->times, 2);
    ck_assert_str_eq(kept->how, lost.how);
    again.program = "writer";
    findings_add(&findings, &again, &is_new);
    ck_assert(is_new);
    findings_free(&findings);
    ck_assert_ptr_null(findings.first);
}
END_TEST

START_TEST(the_worst_is_listed_first_and_equals_keep_their_order)
{
    struct findings findings = {0};
    struct finding second = lost;

    second.sentence = "another is lost";
    findings_add(&findings, &left, NULL);
    findings_add(&findings, &lost, NULL);
    findings_add(&findings, &second, NULL);
    findings_sort(&findings);
    ck_assert_str_eq(findings.first->sentence, lost.sentence);
    ck_assert_str_eq(findings.first->next->sentence, second.sentence);
    ck_assert_str_eq(findings.first->next->next->sentence, left.sentence);
    ck_assert_ptr_null(findings.first->next->next->next);
    findings_free(&findings);
}
END_TEST

START_TEST(people_read_what_how_and_the_end_of_the_trace)
{
    struct findings findings = {0};

    findings_add(&findings, &lost, NULL);
    char *text = print(&findings, 2);

    ck_assert_str_eq(text, "  1. corrupts reader: a message is lost\n"
                           "      how      --replay 'writer*3 reader'\n"
                           "      trace    ...\n"
                           "               \\x1b[31mthree\\xff\n"
                           "               four\n"
                           "      rule     SEMOP-01\n\n");
    free(text);
    text = print(&findings, 0);
    ck_assert_ptr_nonnull(strstr(text, "      trace    one\n               two\n"));
    free(text);
    text = print(&findings, 4);
    ck_assert_ptr_nonnull(strstr(text, "      trace    one\n"));
    free(text);
    findings_free(&findings);
}
END_TEST

START_TEST(a_run_is_told_of_once)
{
    struct findings findings = {0};
    struct finding same = lost, other = lost;

    same.program = "writer";
    other.program = "reader-again";
    other.trace = "five\n";
    findings_add(&findings, &lost, NULL);
    findings_add(&findings, &other, NULL);
    findings_add(&findings, &same, NULL);
    char *text = print(&findings, 1);

    ck_assert_str_eq(strstr(text, "  2. "), "  2. corrupts reader-again: a message is lost\n"
                                            "      how      --replay 'writer*3 reader'\n"
                                            "      trace    five\n"
                                            "      rule     SEMOP-01\n\n"
                                            "  3. corrupts writer: a message is lost\n"
                                            "      seen     in the run of 1\n"
                                            "      rule     SEMOP-01\n\n");
    free(text);
    findings_free(&findings);
}
END_TEST

START_TEST(a_line_of_the_trace_is_shown_up_to_a_width)
{
    struct findings findings = {0};
    struct finding wide = lost;
    char line[500];

    memset(line, 'x', sizeof(line));
    line[160] = '\n';
    line[sizeof(line) - 1] = '\0';
    wide.trace = line;
    findings_add(&findings, &wide, NULL);
    char *text = print(&findings, 0);
    char expected[500];

    /* 160 is the width: a line of it is shown whole. */
    snprintf(expected, sizeof(expected), "%.160s\n               %.160s...\n", line, line + 161);
    ck_assert_ptr_nonnull(strstr(text, expected));
    free(text);
    findings_free(&findings);
}
END_TEST

START_TEST(programs_read_the_same_as_json)
{
    struct findings findings = {0};

    findings_add(&findings, &lost, NULL);
    findings_add(&findings, &left, NULL);
    json_t *array = findings_to_json(&findings);
    const json_t *first = json_array_get(array, 0), *second = json_array_get(array, 1);

    ck_assert_str_eq(json_string_value(json_object_get(first, "severity")), "corrupts");
    ck_assert_str_eq(json_string_value(json_object_get(first, "clause")), "SEMOP-01");
    ck_assert_uint_eq(json_array_size(json_object_get(first, "trace")), 4);
    ck_assert_str_eq(json_string_value(json_array_get(json_object_get(first, "trace"), 2)),
                     "\\x1b[31mthree\\xff");
    ck_assert_uint_eq(json_array_size(json_object_get(second, "trace")), 0);
    ck_assert(json_is_null(json_object_get(second, "how")));
    json_decref(array);
    findings_free(&findings);
}
END_TEST

Suite *finding_suite(void)
{
    Suite *suite = suite_create("finding");
    TCase *lists = tcase_create("lists");

    tcase_add_test(lists, a_finding_that_is_there_is_counted);
    tcase_add_test(lists, the_worst_is_listed_first_and_equals_keep_their_order);
    tcase_add_test(lists, people_read_what_how_and_the_end_of_the_trace);
    tcase_add_test(lists, a_run_is_told_of_once);
    tcase_add_test(lists, a_line_of_the_trace_is_shown_up_to_a_width);
    tcase_add_test(lists, programs_read_the_same_as_json);
    suite_add_tcase(suite, lists);
    return suite;
}

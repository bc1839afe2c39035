/* programs/pair_sweep.h: the tutorial's pairs under every fault. The reference survives all of them, the published one does not. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "programs/pair_sweep.h"
#include "tests/surroundings.h"
#include "tests/tests.h"

/* The pair of that name; what it finds as text, of malloc. */
static char *sweep_pair(const char *name, size_t scenes, struct findings *findings,
                        struct pair_sweep_report *report)
{
    const struct conductor_options conductor = {.agent = agent_path(), .timeout_ms = 60000, .processor = -1};
    struct arena arena = {0};
    const char *const reader[] = {arena_print(&arena, "%s/tutorial/%s/reader", programs_path(), name), NULL};
    const char *const writer[] = {arena_print(&arena, "%s/tutorial/%s/writer", programs_path(), name), NULL};
    const struct pair pair = {.reader = reader,
                              .writer = writer,
                              .lines = {"message-1", "message-2"},
                              .end_word = "end",
                              .segment_key = 1234,
                              .set_key = 6666};
    const struct pair_sweep_settings settings = {
        .conductor = &conductor, .pair = &pair, .scenes_max = scenes};
    const char *problem = NULL;
    char *text = NULL;
    size_t length;

    ck_assert_msg(pair_sweep_run(&settings, &arena, findings, report, &problem), "%s", problem);
    FILE *out = open_memstream(&text, &length);

    findings_print(findings, 40, false, out);
    fclose(out);
    arena_free(&arena);
    return text;
}

START_TEST(the_reference_survives_every_fault_of_either_side)
{
    struct findings findings = {0};
    struct pair_sweep_report report;
    char *text = sweep_pair("reference", 2, &findings, &report);

    ck_assert_uint_eq(report.scenes_left_out, 0);
    ck_assert_uint_eq(report.scenes, 2);
    ck_assert_msg(findings.count == 0, "%.2000s", text);
    ck_assert_uint_gt(report.runs, 1500);
    /* Which of both finds that it is the last, and removes the objects, is not decided. */
    ck_assert_uint_gt(report.fired, report.runs - report.runs / 8);
    free(text);
    findings_free(&findings);
}
END_TEST

START_TEST(the_published_pair_does_not)
{
    static const char *const expected[] = {
        "corrupts reader: a message is lost, when semop fails (writer)",
        "hangs    reader: it never ends: it goes on and on, when semop fails (reader)",
        "corrupts reader: a message is lost, when it is held at semctl (reader)",
        "leaves   reader: its segment is left behind, when a signal comes at semop (reader)",
    };
    struct findings findings = {0};
    struct pair_sweep_report report;
    char *text = sweep_pair("published", 4, &findings, &report);

    ck_assert_uint_eq(report.scenes, 1);
    ck_assert_uint_gt(report.scenes_left_out, 0);
    for (size_t i = 0; i < sizeof(expected) / sizeof(*expected); i++)
        ck_assert_msg(strstr(text, expected[i]), "not found: %s", expected[i]);
    free(text);
    findings_free(&findings);
}
END_TEST

Suite *pair_sweep_suite(void)
{
    Suite *suite = suite_create("pair sweep");
    TCase *pairs = tcase_create("pairs");

    tcase_add_test(pairs, the_reference_survives_every_fault_of_either_side);
    tcase_add_test(pairs, the_published_pair_does_not);
    tcase_set_timeout(pairs, 300);
    suite_add_tcase(suite, pairs);
    return suite;
}

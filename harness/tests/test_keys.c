/* programs/keys.h: the keys of a pair are those that it uses, and what lies under a key that it has not is left out. */
#include <string.h>
#include <sys/ipc.h>

#include "programs/conversations.h"
#include "programs/keys.h"
#include "tests/surroundings.h"
#include "tests/tests.h"

enum { WORDS_MAX = 8 };

/* The programs are specimens: 77 is their first key, "next-key" is one more. */
static const struct used_by {
    const char *reader[WORDS_MAX], *writer[WORDS_MAX];
    int given_set; /* IPC_PRIVATE: none */
    int segment, set;
} rows[] = {
    {{"", "make-segment", "make-set"}, {"", "make-segment", "make-set"}, IPC_PRIVATE, 77, 77},
    {{"", "make-segment", "next-key", "make-set"}, {"", "succeed"}, IPC_PRIVATE, 77, 78},
    {{"", "make-segment", "next-key", "make-segment"},
     {"", "next-key", "make-segment"},
     IPC_PRIVATE,
     78,
     IPC_PRIVATE},
    {{"", "make-private-set", "make-set"}, {"", "next-key", "make-segment"}, IPC_PRIVATE, 78, 77},
    {{"", "make-segment", "make-set"}, {"", "make-segment", "make-set"}, 99, 77, 99},
    {{"", "succeed"}, {"", "succeed"}, IPC_PRIVATE, IPC_PRIVATE, IPC_PRIVATE},
};

static struct pair pair_of(const struct used_by *row, const char **reader, const char **writer)
{
    struct pair pair = pair_usual;

    for (size_t i = 0; i < WORDS_MAX; i++) {
        reader[i] = i ? row->reader[i] : specimen_path();
        writer[i] = i ? row->writer[i] : specimen_path();
    }
    pair.reader = reader;
    pair.writer = writer;
    pair.segment_key = IPC_PRIVATE;
    pair.set_key = row->given_set;
    return pair;
}

START_TEST(the_keys_are_those_that_both_use)
{
    const struct conductor_options conductor = {.agent = agent_path(), .timeout_ms = 60000, .processor = -1};
    const char *reader[WORDS_MAX], *writer[WORDS_MAX], *problem = NULL;
    struct pair pair = pair_of(&rows[_i], reader, writer);
    struct arena arena = {0};

    ck_assert_msg(keys_learn(&conductor, &pair, &arena, &problem), "%s", problem);
    ck_assert_int_eq(pair.segment_key, rows[_i].segment);
    ck_assert_int_eq(pair.set_key, rows[_i].set);
    arena_free(&arena);
}
END_TEST

START_TEST(a_pair_that_cannot_be_started_has_none)
{
    const struct conductor_options conductor = {.agent = agent_path(), .timeout_ms = 60000, .processor = -1};
    const char *const nothing[] = {"/no/such/program", NULL};
    struct pair pair = {.reader = nothing, .writer = nothing, .lines = {"one", "two"}, .end_word = "end"};
    struct arena arena = {0};
    const char *problem = NULL;

    ck_assert(!keys_learn(&conductor, &pair, &arena, &problem));
    ck_assert_str_eq(problem, "reader cannot be started: execv /no/such/program: ENOENT");
    arena_free(&arena);
}
END_TEST

static bool names_an_object(void *context, const struct scene *scene)
{
    (void)context;
    return strstr(scene->script, "make ") || strstr(scene->script, "remove ");
}

START_TEST(what_lies_under_no_key_is_neither_made_nor_removed)
{
    const struct conductor_options conductor = {.agent = agent_path(), .timeout_ms = 60000, .processor = -1};
    const char *reader[WORDS_MAX], *writer[WORDS_MAX], *problem = NULL;
    const struct pair pair = pair_of(&rows[_i], reader, writer);
    struct findings findings = {0};
    struct conversations_report report = {.findings = &findings};
    const struct conversations_settings settings = {
        .conductor = &conductor, .pair = &pair, .wanted = names_an_object, .jobs = 1};
    struct arena arena = {0};

    ck_assert_msg(conversations_run(&settings, &arena, &report, &problem), "%s", problem);
    ck_assert_uint_eq(report.runs, 0);
    ck_assert_uint_gt(report.skipped_count, 5);
    for (size_t i = 0; i < report.skipped_count; i++)
        ck_assert_msg(strstr(report.skipped[i].why, " under a key") != NULL, "%s", report.skipped[i].why);
    findings_free(&findings);
    arena_free(&arena);
}
END_TEST

Suite *keys_suite(void)
{
    const int count = sizeof(rows) / sizeof(*rows);
    Suite *suite = suite_create("keys");
    TCase *keys = tcase_create("keys");

    tcase_add_loop_test(keys, the_keys_are_those_that_both_use, 0, count);
    tcase_add_test(keys, a_pair_that_cannot_be_started_has_none);
    tcase_add_loop_test(keys, what_lies_under_no_key_is_neither_made_nor_removed, count - 1, count);
    suite_add_tcase(suite, keys);
    return suite;
}

/* session/session.h: programs that look again and again are no hang while somebody else can still move, or has to act. */
#include <signal.h>
#include <string.h>
#include <sys/wait.h>

#include "session/session.h"
#include "tests/surroundings.h"
#include "tests/tests.h"
#include "tests/traced_target.h"

enum { STOPS = 20 }; /* of a program: where the look finds it is not decided */

static void run(const char *const *words, const char *const *more, const struct session_act *acts,
                size_t act_count, struct session_record *record, struct arena *arena)
{
    const struct session_program programs[] = {{.name = "p", .words = words}, {.name = "q", .words = more}};
    const struct session_settings settings = {.programs = programs,
                                              .program_count = more ? 2 : 1,
                                              .acts = acts,
                                              .act_count = act_count,
                                              .filter = filter,
                                              .bounds = {.calls = 500, .wakeups = 100}};
    const char *problem = NULL;

    ck_assert_msg(session_run(&target, &settings, arena, record, &problem), "%s", problem);
    ck_assert_msg(record->end == SESSION_ENDED, "%s\n%s", record->reason, session_trace_text(record, arena));
}

/* That is when nothing else can happen. */
static const struct session_act end_it = {.kind = ACT_SIGNAL, .settled = true, .signal = SIGTERM};

/* Each polls for what never comes: by time alone, by a call that fails, by one with a limit. */
static const char *const ways[][3] = {
    {"poll-for-ever"}, {"make-set", "take-without-waiting"}, {"make-set", "take-hour-by-hour"}};

enum { WAY_COUNT = sizeof(ways) / sizeof(*ways) };

START_TEST(who_polls_is_settled)
{
    const char *const words[] = {specimen_path(), ways[_i][0], ways[_i][1], NULL};
    struct session_record record;
    struct arena arena = {0};

    run(words, NULL, &end_it, 1, &record, &arena);
    ck_assert_int_eq(record.programs[0].status, SIGTERM);
    arena_free(&arena);
}
END_TEST

START_TEST(who_polls_lets_the_time_of_others_come)
{
    const char *const words[] = {specimen_path(), ways[_i][0], ways[_i][1], NULL};
    const char *const more[] = {specimen_path(), "sleep-hour", "greet", "sleep-hour", "greet", NULL};
    struct session_record record;
    struct arena arena = {0};

    run(words, more, &end_it, 1, &record, &arena);
    ck_assert_int_eq(record.programs[0].status, SIGTERM);
    ck_assert_str_eq(record.programs[1].output, "hello\nhello\n");
    ck_assert_int_eq(record.programs[1].status, 0);
    arena_free(&arena);
}
END_TEST

/* A signal makes who waits for the answer to its call sleep more deeply. */
START_TEST(who_polls_can_be_stopped_and_continued)
{
    static const struct session_act acts[] = {
        {.kind = ACT_SIGNAL, .signal = SIGSTOP}, {.kind = ACT_SIGNAL, .signal = SIGCONT}, end_it};
    const char *const words[] = {specimen_path(), "poll-for-ever", NULL};

    for (int stop = 0; stop < STOPS; stop++) {
        struct session_record record;
        struct arena arena = {0};

        run(words, NULL, acts, 3, &record, &arena);
        ck_assert_int_eq(record.programs[0].status, SIGTERM);
        arena_free(&arena);
    }
}
END_TEST

Suite *polling_suite(void)
{
    Suite *suite = suite_create("polling");
    TCase *polling = tcase_create("polling");

    tcase_set_timeout(polling, 60);
    tcase_add_checked_fixture(polling, open_target, close_target);
    tcase_add_loop_test(polling, who_polls_is_settled, 0, WAY_COUNT);
    tcase_add_loop_test(polling, who_polls_lets_the_time_of_others_come, 0, WAY_COUNT);
    tcase_add_test(polling, who_polls_can_be_stopped_and_continued);
    suite_add_tcase(suite, polling);
    return suite;
}

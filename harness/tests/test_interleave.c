/* interleave/: real programs under every schedule. The published pair has what the tutorial has; the reference has nothing. */
#include <string.h>

#include "interleave/interleave.h"
#include "tests/surroundings.h"
#include "tests/tests.h"

static const char *const lines[] = {"message-1", "message-2", NULL};
static const char *const input[] = {"message-1\nmessage-2\nend\n", NULL};

static struct conductor_options conductor;
static const struct conversation conversation = {.reader = 0, .lines = lines};

static void prepare(void)
{
    conductor = (struct conductor_options){.agent = agent_path(), .timeout_ms = 60000, .processor = -1};
}

/* The pair of that name. */
static void run_pair(const char *name, struct interleave_settings settings, struct arena *arena,
                     struct interleave_report *report)
{
    const char *const reader[] = {arena_print(arena, "%s/tutorial/%s/reader", programs_path(), name), NULL};
    const char *const writer[] = {arena_print(arena, "%s/tutorial/%s/writer", programs_path(), name), NULL};
    const struct session_program programs[] = {
        {.name = "reader", .words = reader, .terminal = true},
        {.name = "writer", .words = writer, .terminal = true, .input = input},
    };
    const char *problem = NULL;

    settings.conductor = &conductor;
    settings.programs = programs;
    settings.program_count = 2;
    settings.conversation = &conversation;
    ck_assert_msg(interleave_run(&settings, arena, report, &problem), "%s", problem);
    ck_assert_uint_eq(report->unsteady, 0);
}

static const struct finding *find(const struct interleave_report *report, const char *program,
                                  const char *sentence)
{
    for (const struct finding *finding = report->findings.first; finding; finding = finding->next)
        if (strcmp(finding->program, program) == 0 && strcmp(finding->sentence, sentence) == 0)
            return finding;
    ck_abort_msg("not found: %s: %s", program, sentence);
}

START_TEST(the_published_pair_loses_messages_and_hangs)
{
    struct arena arena = {0};
    struct interleave_report report, again;

    run_pair("published", (struct interleave_settings){.preemptions = 0}, &arena, &report);
    ck_assert(report.complete);
    find(&report, "reader", "a message is lost");
    const struct finding *hang = find(&report, "reader", "it never ends: asleep in semop");
    char *schedule = arena_copy(&arena, hang->how, strlen(hang->how));

    ck_assert_int_eq(strncmp(schedule, "--replay '", 10), 0);
    *strrchr(schedule, '\'') = '\0';
    ck_assert_ptr_nonnull(strstr(hang->trace, "reader  semop(0, [{0, -1, SEM_UNDO}], 1 <unfinished ...>"));
    run_pair("published", (struct interleave_settings){.replay = schedule + 10}, &arena, &again);
    ck_assert(!again.diverged);
    find(&again, "reader", "it never ends: asleep in semop");
    findings_free(&again.findings);
    findings_free(&report.findings);
    arena_free(&arena);
}
END_TEST

START_TEST(the_reference_is_not_blamed)
{
    struct arena arena = {0};
    struct interleave_report report;

    run_pair("reference", (struct interleave_settings){.preemptions = 1, .schedules_max = 40}, &arena,
             &report);
    ck_assert_msg(report.findings.count == 0, "%s: %s", report.findings.first->program,
                  report.findings.first->sentence);
    ck_assert_uint_eq(report.counts.handed_out, 40);
    ck_assert(!report.complete);
    findings_free(&report.findings);
    arena_free(&arena);
}
END_TEST

/*
 * The reader once looked at two semaphores in two calls while it opened, took what it saw of a message handed over in
 * between for a new set, and reset the calls: both slept for ever. The writer has its seat, and moves again behind each
 * of the reader's calls.
 */
START_TEST(a_message_handed_over_while_the_reader_opens_arrives)
{
    for (int calls = 1; calls <= 14; calls++) {
        struct arena arena = {0};
        struct interleave_report report;

        run_pair(
            "reference",
            (struct interleave_settings){.replay = arena_print(&arena, "writer*11 reader*%d writer", calls)},
            &arena, &report);
        ck_assert_msg(report.findings.count == 0, "behind %d calls: %s: %s", calls,
                      report.findings.first->program, report.findings.first->sentence);
        findings_free(&report.findings);
        arena_free(&arena);
    }
}
END_TEST

START_TEST(random_schedules_are_their_seeds)
{
    struct arena arena = {0};
    struct interleave_report one, other;
    const struct interleave_settings settings = {.random = 6, .seed = 3};

    run_pair("published", settings, &arena, &one);
    run_pair("published", settings, &arena, &other);
    ck_assert_uint_eq(one.counts.handed_out, 6);
    ck_assert_uint_eq(one.findings.count, other.findings.count);
    ck_assert_uint_gt(one.findings.count, 0);
    findings_free(&one.findings);
    findings_free(&other.findings);
    arena_free(&arena);
}
END_TEST

/* Two programs that hold no conversation: one removes the set that the other may still want. */
START_TEST(programs_without_a_conversation_are_compared_with_themselves)
{
    struct arena arena = {0};
    struct interleave_report report;
    const char *const keeper[] = {specimen_path(), "make-set", "post", "post", NULL};
    const char *const remover[] = {specimen_path(), "make-set", "remove-set", NULL};
    const struct session_program programs[] = {{.name = "keeper", .words = keeper},
                                               {.name = "remover", .words = remover}};
    const struct interleave_settings settings = {
        .conductor = &conductor, .programs = programs, .program_count = 2, .preemptions = 1};
    const char *problem = NULL;

    ck_assert_msg(interleave_run(&settings, &arena, &report, &problem), "%s", problem);
    ck_assert(report.complete);
    find(&report, "keeper", "it exited with 1 here, and exited with 0 elsewhere");
    findings_free(&report.findings);
    arena_free(&arena);
}
END_TEST

/* The taker keeps its segment attached when nothing has been posted yet. */
START_TEST(what_some_order_leaves_attached_is_found)
{
    struct arena arena = {0};
    struct interleave_report report;
    const char *const poster[] = {specimen_path(), "make-set", "post", NULL};
    const char *const taker[] = {specimen_path(), "make-set", "make-segment", "attach", "~take-at-once",
                                 "detach",        NULL};
    const struct session_program programs[] = {{.name = "poster", .words = poster},
                                               {.name = "taker", .words = taker}};
    struct interleave_settings settings = {
        .conductor = &conductor, .programs = programs, .program_count = 2, .preemptions = 1};
    const char *problem = NULL;

    ck_assert_msg(interleave_run(&settings, &arena, &report, &problem), "%s", problem);
    const struct finding *found = find(&report, "taker", "it exits with 0, and a segment is still attached");

    ck_assert_uint_eq(report.findings.count, 1);
    ck_assert_str_eq(found->why, "segment 0 (key 0x4d) is attached at the end");
    findings_free(&report.findings);
    arena_free(&arena);
}
END_TEST

START_TEST(what_cannot_be_run_is_said)
{
    struct arena arena = {0};
    struct interleave_report report;
    const char *const missing[] = {"/no/such/program", NULL};
    const char *const good[] = {specimen_path(), "greet", NULL};
    struct session_program programs[] = {{.name = "missing", .words = missing},
                                         {.name = "good", .words = good}};
    struct interleave_settings settings = {.conductor = &conductor, .programs = programs, .program_count = 2};
    const char *problem = NULL;

    ck_assert(!interleave_run(&settings, &arena, &report, &problem));
    ck_assert_str_eq(problem, "missing cannot be started: execv /no/such/program: ENOENT");
    findings_free(&report.findings);
    programs[0].words = good;
    settings.replay = "good*2 bad";
    ck_assert(!interleave_run(&settings, &arena, &report, &problem));
    ck_assert_str_eq(problem, "--replay: 'bad': expected the name of a program, as NAME, NAME#2 or NAME*3");
    findings_free(&report.findings);
    arena_free(&arena);
}
END_TEST

Suite *interleave_suite(void)
{
    Suite *suite = suite_create("interleave");
    TCase *pairs = tcase_create("pairs");

    tcase_add_unchecked_fixture(pairs, prepare, NULL);
    tcase_add_test(pairs, the_published_pair_loses_messages_and_hangs);
    tcase_add_test(pairs, the_reference_is_not_blamed);
    tcase_add_test(pairs, a_message_handed_over_while_the_reader_opens_arrives);
    tcase_add_test(pairs, random_schedules_are_their_seeds);
    tcase_add_test(pairs, programs_without_a_conversation_are_compared_with_themselves);
    tcase_add_test(pairs, what_some_order_leaves_attached_is_found);
    tcase_add_test(pairs, what_cannot_be_run_is_said);
    tcase_set_timeout(pairs, 120);
    suite_add_tcase(suite, pairs);
    return suite;
}

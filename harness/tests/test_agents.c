/* conductor/: an agent that dies, hangs or talks nonsense costs one instance, which says what happened. */
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "conductor/instance.h"
#include "tests/drill.h"
#include "tests/surroundings.h"
#include "tests/tests.h"

/*
 * How long an agent that says nothing is waited for here: time is all that tells of it. Agents that do something are
 * given bench_options' minute, so that a busy machine is not taken for silence.
 */
enum { SILENCE_MS = 300 };

static void make_scratch(void)
{
    scratch_make();
}

static const char *const silent[] = {
    "says nothing at start", "tells no constants", "hangs at a case",    "says nothing as an actor",
    "hangs in a call",       "spins in a call",    "closes its channel", "answers with nothing",
};

static struct conductor_options options_for(const char *misbehaviour, bool once)
{
    struct conductor_options options = bench_options();

    setenv("FAKE_AGENT", misbehaviour, 1);
    setenv("IPCDRILL_AGENT", agent_path(), 1);
    if (once)
        setenv("FAKE_AGENT_ONCE", scratch_path("misbehaved"), 1);
    options.agent = fake_agent_path();
    for (size_t i = 0; i < sizeof(silent) / sizeof(*silent); i++)
        if (strcmp(silent[i], misbehaviour) == 0)
            options.timeout_ms = SILENCE_MS;
    return options;
}

START_TEST(the_fake_agent_that_behaves_is_as_good_as_any)
{
    const struct conductor_options options = options_for("behaves", false);
    struct bench bench;

    bench_open(&bench, &options);
    bench_expect(&bench, &(struct expectation){"an answer", "case \"t\"\n  writer  getpid() = 0\n",
                                               .kind = VERDICT_PASS});
    bench_close(&bench);
}
END_TEST

/* Agents with which nothing can be begun, and the end of what is said about it. */
static const struct {
    const char *misbehaviour, *problem;
} unfit[] = {
    {"dies at start", " does not speak"},
    {"crashes at start", " does not speak"},
    {"says nothing at start", " does not speak"},
    {"talks nonsense at start", " does not speak"},
    {"complains at start", " does not speak"},
    {"refuses its route", "the agent refuses its route: not today"},
    {"tears its constants", "the agent talks nonsense: 'constants EINVAL=22 EPERM='"},
    {"tells no constants", "the agent does not tell its constants"},
    {"tells constants for ever", ""},
    {"refuses every case", "case none: EPERM"},
};

START_TEST(an_agent_that_is_unfit_from_the_start_is_told)
{
    const struct conductor_options options = options_for(unfit[_i].misbehaviour, false);
    struct arena arena = {0};
    const char *problem = NULL;

    ck_assert_ptr_null(conductor_start(&options, &arena, &problem));
    ck_assert_ptr_nonnull(problem);
    size_t length = strlen(problem), tail = strlen(unfit[_i].problem);

    ck_assert_msg(length >= tail && strcmp(problem + length - tail, unfit[_i].problem) == 0, "%s: %s",
                  unfit[_i].misbehaviour, problem);
    arena_free(&arena);
}
END_TEST

START_TEST(an_agent_that_is_not_there_or_no_program_is_told)
{
    struct conductor_options options = bench_options();
    struct arena arena = {0};
    const char *problem = NULL;

    options.agent = scratch_path("none");
    ck_assert_ptr_null(conductor_start(&options, &arena, &problem));
    ck_assert_ptr_nonnull(strstr(problem, "cannot be started: No such file or directory"));
    options.agent = scratch_write("text", "no program\n");
    ck_assert_int_eq(chmod(options.agent, 0755), 0);
    ck_assert_ptr_null(conductor_start(&options, &arena, &problem));
    ck_assert_ptr_nonnull(strstr(problem, "does not speak"));
    arena_free(&arena);
}
END_TEST

/* Agents that fail while a case runs, and how the reason begins that the verdict then has. */
static const struct {
    const char *misbehaviour, *reason;
} failing[] = {
    {"dies at a case", "the case cannot be opened: the agent ended at 'case ipc,pid'"},
    {"hangs at a case", "the case cannot be opened: the agent does not answer 'case ipc,pid'"},
    {"talks nonsense at a case", "the case cannot be opened: the agent talks nonsense: 'good morning'"},
    {"dies as an actor", NULL},
    {"says nothing as an actor", "writer does not start: no word from it"},
    {"talks nonsense as an actor", "writer cannot be started: the agent talks nonsense: 'good morning'"},
    {"dies in a call", "the agent died: writer exited with 3"},
    {"crashes in a call", "the agent died: writer killed by SIGSEGV"},
    {"hangs in a call", "the agent hangs: writer is in system call"},
    {"spins in a call", "the agent hangs: writer is not asleep, state R"},
    {"closes its channel", "the agent died: writer closed its channel"},
    {"talks nonsense", "writer: the agent talks nonsense: 'good morning'"},
    {"says hello again", "writer: the agent says hello again"},
    {"complains", "writer: not today"},
    {"tears its answer", "writer: the agent talks nonsense: '= 0 0={shm_nattch=1,shm_seg'"},
    {"answers with nothing", "the agent died: writer closed its channel"},
    {"answers with a NUL", NULL},
    {"answers too much", "writer: it sends more than 131072 bytes at once"},
    {"answers with lists in lists", NULL},
    {"signals for ever", "writer does not stop telling of signals"},
};

START_TEST(an_agent_that_fails_in_a_case_is_an_error_and_the_next_case_runs)
{
    static const char text[] = "case \"t\"\n  writer  getpid() = 0\n";
    static const char next[] = "case \"t\"\n  writer  shmget(KEY, 1, IPC_CREAT|0600) = 0\n";
    const struct conductor_options options = options_for(failing[_i].misbehaviour, true);
    struct bench bench;

    bench_open(&bench, &options);
    struct verdict verdict = bench_run(&bench, text, 0);

    ck_assert_msg(verdict.kind == VERDICT_ERROR, "%s: not an error: %s", failing[_i].misbehaviour,
                  verdict.reason ? verdict.reason : "it passes");
    ck_assert_msg(!failing[_i].reason ||
                      strncmp(verdict.reason, failing[_i].reason, strlen(failing[_i].reason)) == 0,
                  "%s: %s", failing[_i].misbehaviour, verdict.reason);
    ck_assert_uint_lt(strlen(verdict.reason), 400);
    bench.conductor->options.timeout_ms = bench_options().timeout_ms; /* the next agent is only slow, at most */
    verdict = bench_run(&bench, next, 0);
    ck_assert_msg(verdict.kind == VERDICT_PASS, "%s, and then: %s", failing[_i].misbehaviour, verdict.reason);
    bench_close(&bench);
}
END_TEST

START_TEST(an_answer_of_another_kind_than_the_calls_fails)
{
    const struct conductor_options options = options_for("answers with a text", false);
    struct bench bench;

    bench_open(&bench, &options);
    bench_expect(&bench, &(struct expectation){"a text", "case \"t\"\n  writer  getpid() = 0\n",
                                               .kind = VERDICT_FAIL, .got = "writer  getpid() = \"seven\""});
    bench_close(&bench);
}
END_TEST

/* What becomes of rounds with fail_nth: how the kernel's part of it comes out is the agent's to tell. */
#define ROUNDS "case \"t\"\n  rounds 5\n    writer  fail_nth(round) getpid() = 0 or -1 ENOMEM\n  end\n"

static const struct {
    const char *misbehaviour;
    struct expectation expectation;
} fail_nth_rounds[] = {
    {"fails twice", {"they are over when nothing failed", ROUNDS, .kind = VERDICT_PASS}},
    {"fails for ever",
     {"too few are an error", ROUNDS, .kind = VERDICT_ERROR, 2,
      "something still fails in round 5: more rounds expected"}},
    {"lets nothing fail",
     {"a call in which nothing can fail is an error", ROUNDS, .kind = VERDICT_ERROR, 2,
      "nothing failed: calls that need memory of the kernel expected"}},
    {"fails by itself",
     {"where nothing failed the first outcome is required", ROUNDS, .kind = VERDICT_FAIL, 3,
      .got = "writer  fail_nth(1) getpid() = -1 ENOMEM"}},
};

START_TEST(rounds_with_fail_nth)
{
    const struct conductor_options options = options_for(fail_nth_rounds[_i].misbehaviour, false);
    struct bench bench;

    bench_open(&bench, &options);
    bench_expect(&bench, &fail_nth_rounds[_i].expectation);
    bench_close(&bench);
}
END_TEST

START_TEST(rounds_with_fail_nth_count_how_each_came_out)
{
    const struct conductor_options options = options_for("fails twice", false);
    struct bench bench;

    bench_open(&bench, &options);
    const struct verdict verdict = bench_run(&bench, ROUNDS, 0);
    char *transcript = transcript_text(&verdict);

    ck_assert_str_eq(transcript, "3 rounds\n"
                                 "       2 times  getpid fails inside, writer -1 ENOMEM\n"
                                 "       1 times  getpid fails nowhere, writer 0\n");
    free(transcript);
    bench_close(&bench);
}
END_TEST

Suite *agents_suite(void)
{
    Suite *suite = suite_create("agents");
    TCase *agents = tcase_create("agents");

    tcase_add_checked_fixture(agents, make_scratch, scratch_remove);
    tcase_add_test(agents, the_fake_agent_that_behaves_is_as_good_as_any);
    tcase_add_loop_test(agents, an_agent_that_is_unfit_from_the_start_is_told, 0,
                        sizeof(unfit) / sizeof(*unfit));
    tcase_add_test(agents, an_agent_that_is_not_there_or_no_program_is_told);
    tcase_add_loop_test(agents, an_agent_that_fails_in_a_case_is_an_error_and_the_next_case_runs, 0,
                        sizeof(failing) / sizeof(*failing));
    tcase_add_test(agents, an_answer_of_another_kind_than_the_calls_fails);
    tcase_add_loop_test(agents, rounds_with_fail_nth, 0, sizeof(fail_nth_rounds) / sizeof(*fail_nth_rounds));
    tcase_add_test(agents, rounds_with_fail_nth_count_how_each_came_out);
    suite_add_tcase(suite, agents);
    return suite;
}

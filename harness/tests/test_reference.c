/*
 * fixtures/tutorial/reference: the pair under every fault of every call. Each run fails one System V call of one side, or
 * sends a signal there, and then both must have come to an end that is right: see judge().
 */
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "conductor/process.h"
#include "session/session.h"
#include "tests/surroundings.h"
#include "tests/tests.h"
#include "tests/traced_target.h"

enum { READER, WRITER, ERRORS_MAX = 10, CALLS_MAX = 200 };

/* What POSIX and Linux document for each call. */
static const struct {
    const char *call;
    int errors[ERRORS_MAX];
} documented[] = {
    {"shmget", {EACCES, EEXIST, EINVAL, ENOENT, ENOMEM, ENOSPC}},
    {"shmat", {EACCES, EIDRM, EINVAL, ENOMEM}},
    {"shmdt", {EINVAL}},
    {"shmctl", {EACCES, EIDRM, EINVAL, EPERM}},
    {"semget", {EACCES, EEXIST, EINVAL, ENOENT, ENOMEM, ENOSPC}},
    {"semop", {EACCES, EAGAIN, EFBIG, EIDRM, EINTR, EINVAL, ENOMEM, ENOSPC, ERANGE}},
    {"semctl", {EACCES, EIDRM, EINVAL, EPERM, ERANGE}},
};

static const int signals[] = {SIGINT, SIGKILL, SIGSTOP};

enum { DOCUMENTED = sizeof(documented) / sizeof(*documented), SIGNALS = sizeof(signals) / sizeof(*signals) };

/* One run: what is done, and what came of it. */
struct run {
    int side;
    unsigned at;  /* the how manieth System V call of that side, from 1; 0: none */
    bool nohup;   /* the side is started with SIGHUP ignored */
    bool alone;   /* the reader, without a writer */
    bool goes_on; /* the error: every such call behind that fails too */
    int error, signal;
    unsigned seen;
    bool fired, removes; /* removes: the call was an IPC_RMID */
    char call[32];       /* that it was */
    struct session_record record;
    struct arena arena;
};

static bool is_system_v(const char *call)
{
    return strncmp(call, "shm", 3) == 0 || strncmp(call, "sem", 3) == 0;
}

static struct ruling disturb(void *context, const struct traced_call *call, const struct step *line)
{
    struct run *run = context;
    struct ruling ruling = {.decision = {.kind = DECISION_PERFORM}};

    if (call->program != run->side || !is_system_v(call->call.name))
        return ruling;
    run->seen++;
    if (run->seen < run->at ||
        (run->seen > run->at && (!run->goes_on || strcmp(run->call, call->call.name) != 0)))
        return ruling;
    run->fired = true;
    snprintf(run->call, sizeof(run->call), "%s", call->call.name);
    for (const struct element *argument = line->arguments; argument; argument = argument->next)
        run->removes |= argument->value->text && strcmp(argument->value->text, "IPC_RMID") == 0;
    if (run->error)
        ruling.decision = (struct decision){.kind = DECISION_FAIL, .error = run->error};
    ruling.decision.signal = run->signal;
    return ruling;
}

static void perform(struct run *run)
{
    static const char *const names[] = {"reader", "writer"}, *const input[] = {"one\n", "two\n", "end\n",
                                                                               NULL};
    const char *words[2][5] = {{NULL}, {NULL}};
    struct session_program programs[2];
    const struct session_settings settings = {.programs = programs,
                                              .program_count = run->alone ? 1 : 2,
                                              .filter = filter,
                                              .policy = {.call = disturb, .context = run}};
    const char *problem = NULL;

    for (int i = 0; i < 2; i++) {
        const char *path = arena_print(&run->arena, "%s/tutorial/reference/%s", programs_path(), names[i]);

        words[i][0] = path;
        if (run->nohup && i == run->side)
            memcpy(words[i], (const char *[]){"/bin/sh", "-c", "trap '' HUP; exec \"$0\"", path, NULL},
                   sizeof(words[i]));
        programs[i] = (struct session_program){.name = names[i],
                                               .words = words[i],
                                               .terminal = true,
                                               .start = i ? START_AT_REST : START_AT_ONCE,
                                               .input = i ? input : NULL};
    }
    ck_assert_msg(session_run(&target, &settings, &run->arena, &run->record, &problem), "%s", problem);
}

static const char *told(struct run *run)
{
    const char *fault = run->error    ? strerrorname_np(run->error)
                        : run->signal ? sigabbrev_np(run->signal)
                                      : "nothing";

    return arena_print(&run->arena, "%s at call %u (%s) of the %s: %s\n%s\nreader: %s\nwriter: %s", fault,
                       run->at, run->call, run->side == READER ? "reader" : "writer",
                       run->record.reason ? run->record.reason : "ended",
                       session_trace_text(&run->record, &run->arena), run->record.programs[READER].output,
                       run->alone ? "" : run->record.programs[WRITER].output);
}

static bool has_said(const struct session_record *record, int side, const char *text)
{
    return record->programs[side].output && strstr(record->programs[side].output, text);
}

/* All is delivered and exit code 0; or it says what is wrong and exits with 1; or the signal ended it. */
static void judge_program(struct run *run, int side)
{
    const struct program_outcome *program = &run->record.programs[side];
    bool delivered = has_said(&run->record, READER, "You wrote: one\nYou wrote: two\nYou wrote: end\n");

    ck_assert_msg(program->ended, "%s has not ended: %s", program->name, told(run));
    if (WIFSIGNALED(program->status))
        ck_assert_msg(side == run->side && WTERMSIG(program->status) == run->signal, "%s was killed: %s",
                      program->name, told(run));
    else if (WEXITSTATUS(program->status) == 0)
        ck_assert_msg(delivered, "%s exits with 0: %s", program->name, told(run));
    else
        ck_assert_msg(has_said(&run->record, side, side == READER ? "reader: " : "writer: "),
                      "%s fails without a word: %s", program->name, told(run));
}

/* The first call of the other comes behind the end of the disturbed one, or that never sat down. */
static bool have_not_met(struct run *run)
{
    static const char *const ends[] = {"reader  +++", "writer  +++"}, *const begins[] = {"reader  semget",
                                                                                         "writer  semget"};
    const char *trace = session_trace_text(&run->record, &run->arena);
    const char *end = strstr(trace, ends[run->side]), *begin = strstr(trace, begins[1 - run->side]);

    return !has_said(&run->record, run->side, "Memory attached") || (end && begin && end < begin);
}

/*
 * Both end so, and nothing stays, but for what the disturbed one was kept from removing. Who has not met the other waits
 * for it, as for one that has not been started yet.
 */
static void judge(struct run *run)
{
    const struct session_record *record = &run->record;
    const struct program_outcome *disturbed = &record->programs[run->side];
    bool may_stay = run->removes || run->goes_on || run->signal == SIGKILL;
    bool says_so = !WIFEXITED(disturbed->status) || WEXITSTATUS(disturbed->status) != 0;

    judge_program(run, run->side);
    if (record->end == SESSION_HANGS && run->fired && have_not_met(run)) {
        ck_assert_msg(has_said(record, 1 - run->side, "Memory attached"), "%s", told(run));
        return;
    }
    ck_assert_msg(record->end == SESSION_ENDED, "%s", told(run));
    judge_program(run, 1 - run->side);
    ck_assert_msg(!record->objects || (may_stay && says_so), "objects stay: %s", told(run));
}

/* Returns whether there was such a call. */
static bool run_and_judge(int side, unsigned at, bool goes_on, int error, int signal, char call[static 32])
{
    struct run run = {.side = side, .at = at, .goes_on = goes_on, .error = error, .signal = signal};

    perform(&run);
    judge(&run);
    bool fired = run.fired;

    memcpy(call, run.call, sizeof(run.call));
    arena_free(&run.arena);
    return fired;
}

START_TEST(undisturbed_the_pair_delivers_everything_and_leaves_nothing)
{
    char call[32];

    run_and_judge(READER, 0, false, 0, 0, call);
}
END_TEST

/* As long as there is such a call. The first fault of each tells what call it is. */
START_TEST(every_documented_error_at_every_call_ends_well)
{
    char call[32] = "";

    for (unsigned at = 1; run_and_judge(_i, at, false, EACCES, 0, call); at++) {
        ck_assert_uint_lt(at, CALLS_MAX);
        for (size_t row = 0; row < DOCUMENTED; row++)
            for (int i = 0; strcmp(documented[row].call, call) == 0 && documented[row].errors[i]; i++)
                if (documented[row].errors[i] != EACCES)
                    run_and_judge(_i, at, false, documented[row].errors[i], 0, call);
    }
}
END_TEST

/* Whom nobody follows has to clean up itself, wherever its opening fails. */
START_TEST(alone_a_reader_that_cannot_open_leaves_nothing)
{
    bool fired = true;

    for (unsigned at = 1; fired; at++) {
        struct run run = {.side = READER, .at = at, .error = ENOMEM, .alone = true};

        perform(&run);
        if (run.record.end == SESSION_ENDED) {
            judge_program(&run, READER);
            ck_assert_msg(!run.record.objects || run.removes, "objects stay: %s", told(&run));
        } else {
            ck_assert_msg(run.record.end == SESSION_HANGS && has_said(&run.record, READER, "Memory attached"),
                          "it neither ends nor waits for a writer: %s", told(&run));
        }
        fired = run.fired;
        arena_free(&run.arena);
    }
}
END_TEST

/* A failure that does not go away. ENOMEM stands for it: that of EINTR is to be tried again, and EIDRM tells. */
START_TEST(an_error_that_stays_ends_well)
{
    char call[32];

    for (unsigned at = 1; run_and_judge(_i, at, true, ENOMEM, 0, call); at++)
        ck_assert_uint_lt(at, CALLS_MAX);
}
END_TEST

START_TEST(every_signal_at_every_call_ends_well)
{
    char call[32];

    for (unsigned at = 1; run_and_judge(_i, at, false, 0, SIGSTOP, call); at++) {
        ck_assert_uint_lt(at, CALLS_MAX);
        for (size_t i = 0; i < SIGNALS; i++)
            if (signals[i] != SIGSTOP)
                run_and_judge(_i, at, false, 0, signals[i], call);
    }
}
END_TEST

START_TEST(a_signal_that_was_ignored_stays_so)
{
    struct run run = {.side = _i, .at = 12, .signal = SIGHUP, .nohup = true};

    perform(&run);
    ck_assert(run.fired);
    for (int side = READER; side <= WRITER; side++) {
        judge_program(&run, side);
        ck_assert_msg(run.record.programs[side].status == 0, "%s", told(&run));
    }
    arena_free(&run.arena);
}
END_TEST

Suite *reference_suite(void)
{
    Suite *suite = suite_create("reference");
    TCase *pair = tcase_create("pair");

    tcase_set_timeout(pair, 600);
    tcase_add_checked_fixture(pair, open_target, close_target);
    tcase_add_test(pair, undisturbed_the_pair_delivers_everything_and_leaves_nothing);
    tcase_add_loop_test(pair, every_documented_error_at_every_call_ends_well, READER, WRITER + 1);
    tcase_add_test(pair, alone_a_reader_that_cannot_open_leaves_nothing);
    tcase_add_loop_test(pair, an_error_that_stays_ends_well, READER, WRITER + 1);
    tcase_add_loop_test(pair, every_signal_at_every_call_ends_well, READER, WRITER + 1);
    tcase_add_loop_test(pair, a_signal_that_was_ignored_stays_so, READER, WRITER + 1);
    suite_add_tcase(suite, pair);
    return suite;
}

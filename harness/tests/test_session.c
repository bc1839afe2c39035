/* session/session.h: programs under test, good and bad, from the first to the end. */
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "conductor/process.h"
#include "inject/injector.h"
#include "session/session.h"
#include "supervisor/processors.h"
#include "tests/surroundings.h"
#include "tests/tests.h"
#include "tests/traced_target.h"

enum { WORDS_MAX = 32 };

/* What is done to a program, and what must come of it. */
struct expectation {
    const char *sentence;
    const char *actions;   /* of the specimen, separated by blanks; with a slash: the words of a command */
    const char *injection; /* or NULL */
    enum session_end end;
    const char *status;     /* of the program; NULL: it has not ended */
    const char *reason;     /* a part of it, or NULL */
    const char *trace;      /* a part of it, or NULL */
    const char *output;     /* or NULL */
    int objects, processes; /* left */
    unsigned fired;
};

static struct ruling inject(void *context, const struct traced_call *call, const struct step *line)
{
    struct ruling ruling;

    (void)line;
    ruling.decision = injector_decide(context, call, &ruling.hold);
    return ruling;
}

static void split(const char *text, const char *words[WORDS_MAX], struct arena *arena)
{
    int count = 0;

    if (!strchr(text, '/'))
        words[count++] = specimen_path();
    for (char *word = strtok(arena_copy(arena, text, strlen(text)), " "); word; word = strtok(NULL, " "))
        words[count++] = word;
    words[count] = NULL;
}

static int count_objects(const struct session_record *record)
{
    int count = 0;

    for (const struct object_left *object = record->objects; object; object = object->next)
        count++;
    return count;
}

static int count_processes(const struct session_record *record)
{
    int count = 0;

    for (const struct process_left *process = record->processes; process; process = process->next)
        count++;
    return count;
}

static void compare(const struct expectation *row, const struct session_record *record, struct arena *arena)
{
    const struct program_outcome *program = &record->programs[0];
    const char *trace = session_trace_text(record, arena);
    const char *status = program->ended ? process_status_text(program->status, arena) : NULL;
    const char *where = arena_print(arena, "%s: reason %s, trace\n%s", row->sentence,
                                    record->reason ? record->reason : "none", trace);

    ck_assert_msg(record->end == row->end, "end %d instead of %d: %s", record->end, row->end, where);
    ck_assert_msg((!status && !row->status) || (status && row->status && strcmp(status, row->status) == 0),
                  "%s: %s", status ? status : "not ended", where);
    ck_assert_msg(!row->reason || strstr(record->reason, row->reason), "reason: %s", where);
    ck_assert_msg(!row->trace || strstr(trace, row->trace), "'%s' is not in the trace: %s", row->trace,
                  where);
    ck_assert_msg(!row->output || strcmp(program->output, row->output) == 0, "output '%s': %s",
                  program->output, where);
    ck_assert_msg(count_objects(record) == row->objects, "%d objects left: %s", count_objects(record), where);
    ck_assert_msg(count_processes(record) == row->processes, "%d processes left: %s", count_processes(record),
                  where);
}

static void run_row(const struct expectation *row, bool terminal)
{
    struct arena arena = {0};
    struct injection injection;
    struct injector injector = {.injections = &injection, .count = row->injection ? 1 : 0};
    static const char *const input[] = {"one\n", "two\n", NULL};
    const char *words[WORDS_MAX], *problem = NULL;
    struct session_record record;
    int at;

    ck_assert_msg(!row->injection || injection_read(row->injection, &injection, &arena, &at, &problem), "%s",
                  problem);
    split(row->actions, words, &arena);
    const struct session_program program = {
        .name = "p", .words = words, .input = input, .input_at_once = !terminal, .terminal = terminal};
    const struct session_settings settings = {
        .programs = &program,
        .program_count = 1,
        .filter = filter,
        .policy = {.call = inject, .context = &injector},
        .bounds = {.calls = 500, .wakeups = 100, .output_bytes = 64 * 1024, .processor_ns = 100 * 1000000},
    };

    ck_assert_msg(session_run(&target, &settings, &arena, &record, &problem), "%s: %s", row->sentence,
                  problem);
    compare(row, &record, &arena);
    ck_assert_msg(injector.fired == row->fired, "%s: fired %u times", row->sentence, injector.fired);
    arena_free(&arena);
}

static const struct expectation behaviours[] = {
    {"a good program ends and leaves nothing", "make-set post take remove-set greet",
     .status = "exited with 0", .trace = "p       semop(0, [{0, -1, 0}], 1) = ?\n", .output = "hello\n"},
    {"what is left is listed with the call that made it", "make-set make-segment", .status = "exited with 0",
     .objects = 2},
    {"sleeping on a semaphore that nobody posts is a hang", "make-set take", .end = SESSION_HANGS,
     .reason = "p sleeps in semop(0, [{0, -1, 0}], 1), and nothing is left that could wake it",
     .trace = "p       semop(0, [{0, -1, 0}], 1 <unfinished ...>\n", .objects = 1, .processes = 1},
    {"waiting for a signal that nobody sends is a hang", "wait-for-ever", .end = SESSION_HANGS,
     .reason = "p sleeps in pause", .processes = 1},
    {"an hour's sleep takes no time", "sleep-hour greet", .status = "exited with 0",
     .trace = "clock_nanosleep(0, 0, {3600, 0}) = 0\n", .output = "hello\n"},
    {"the limit of a semtimedop passes in no time", "make-set ?take-within-an-hour remove-set",
     .status = "exited with 0", .trace = "semtimedop(0, [{0, -1, 0}], 1, {3600, 0}) = -1 EAGAIN\n"},
    {"a semtimedop is not late for what happens before its limit",
     "make-set post-later take-within-an-hour remove-set", .status = "exited with 0",
     .trace = "clock_nanosleep(0, 0, {1800, 0}) = 0\n"},
    {"looking again and again is no progress", "poll-for-ever", .end = SESSION_SPINS,
     .reason = "it looks again and again", .processes = 1},
    {"trying again and again is no progress", "make-set remove-set take-stubbornly", .end = SESSION_SPINS,
     .reason = "p goes on and on: 501 calls, the last one p       semop(0, [{0, -1, 0}], 1", .processes = 1},
    {"a loop without a call is seen by its processor time", "spin", .end = SESSION_SPINS,
     .reason = "p runs and runs", .processes = 1},
    {"output without end is cut", "flood", .end = SESSION_FLOODS, .reason = "p prints more than 65536 bytes",
     .processes = 1},
    {"a daemon is found when all rest", "make-daemon", .end = SESSION_HANGS, .status = "exited with 0",
     .reason = "specimen sleeps in pause", .processes = 1},
    {"an orphan that has ended is gone", "kill-orphan greet", .status = "exited with 0", .output = "hello\n"},
    {"a child that its timer ends is waited for", "leave-to-timer", .status = "exited with 0"},
    {"a crash is told by its signal", "crash", .status = "killed by SIGSEGV"},
    {"a program that closes everything still ends", "close-all", .status = "exited with 0"},
    {"children are followed", "make-set go-on-in-child post take remove-set", .status = "exited with 0",
     .trace = "p       semop(0, [{0, -1, 0}], 1) = ?\n"},
    {"threads are followed", "make-set post-by-thread take remove-set", .status = "exited with 0",
     .trace = "p       semop(0, [{0, 1, 0}], 1) = ?\n"},
    {"a new image is followed", "make-set execute make-set post take remove-set", .status = "exited with 0",
     .trace = "p       semop(0, [{0, -1, 0}], 1) = ?\n"},
    {"input lies ready in a pipe, and ends", "read-line read-line read-line greet", .status = "exited with 0",
     .output = "read one\nread two\nhello\n"},
    {"a program that is missing is no fault of its own", "/no/such/program", .end = SESSION_NOT_STARTED,
     .reason = "p cannot be started: execv /no/such/program: ENOENT"},
    {"a program that is not executable is no fault of its own", "/etc/passwd", .end = SESSION_NOT_STARTED,
     .reason = "p cannot be started: execv /etc/passwd: EACCES"},
};

START_TEST(a_session_tells_how_a_program_behaves)
{
    run_row(&behaviours[_i], false);
}
END_TEST

static const struct expectation injections[] = {
    {"a call fails", "make-set take", "semop:error=ENOSPC", .status = "exited with 1", .fired = 1,
     .objects = 1, .trace = "p       semop(0, [{0, -1, 0}], 1) = -1 ENOSPC (INJECTED)\n",
     .output = "specimen: take: No space left on device\n"},
    {"only the call that is meant fails", "make-set post ?take ?take remove-set", "semop:error=EINTR:when=2",
     .status = "exited with 0", .fired = 1,
     .trace =
         "p       semop(0, [{0, -1, 0}], 1) = -1 EINTR (INJECTED)\np       semop(0, [{0, -1, 0}], 1) = ?\n"},
    {"a call gives a value", "make-set ?remove-set", "semget:retval=7", .status = "exited with 0", .fired = 1,
     .trace = "semget(0x4d, 1, IPC_CREAT|0600) = 7 (INJECTED)\np       semctl(7, 0, IPC_RMID) = ?\n"},
    {"a signal interrupts a sleep", "make-set handle-signals take", "semop:signal=SIGINT",
     .status = "exited with 1", .fired = 1, .objects = 1,
     .output = "specimen: take: Interrupted system call\n"},
    {"a signal that is not caught kills", "make-set post", "semop:signal=SIGTERM",
     .status = "killed by SIGTERM", .fired = 1, .objects = 1, .trace = "# p is sent SIGTERM at this call\n"},
    {"SIGKILL ends it before the call", "make-set remove-set", "semctl:signal=SIGKILL",
     .status = "killed by SIGKILL", .fired = 1, .objects = 1},
    {"stopped and continued, a sleep is interrupted without a handler", "make-set take",
     "semop:signal=SIGSTOP:when=1", .status = "exited with 1", .fired = 1, .objects = 1,
     .output = "specimen: take: Interrupted system call\n"},
    {"stopped and continued, the patient sleeps on", "make-set take-patiently", "semop:signal=SIGSTOP:when=1",
     .end = SESSION_HANGS, .fired = 1, .objects = 1, .processes = 1},
    {"a held call goes when nobody else can move", "make-set post take remove-set", "semop:delay_enter=5",
     .status = "exited with 0", .fired = 2},
    {"in children too", "make-set go-on-in-child ?take", "semop:error=EIDRM", .status = "exited with 0",
     .fired = 1, .objects = 1},
    {"in threads too", "make-set post-by-thread", "semop:error=EIDRM", .status = "exited with 0", .fired = 1,
     .objects = 1},
    {"behind exec too", "execute make-set ?take", "semop:error=EIDRM", .status = "exited with 0", .fired = 1,
     .objects = 1},
};

START_TEST(an_injection_is_performed)
{
    run_row(&injections[_i], false);
}
END_TEST

static const struct expectation conversations[] = {
    {"input is typed piece by piece when it is read, then ends", "greet read-line read-line read-line greet",
     .status = "exited with 0",
     .trace =
         "p       -> \"hello\\n\"\np       <- \"one\\n\"\np       -> \"read one\\n\"\np       <- \"two\\n\"\n"
         "p       -> \"read two\\n\"\np       <- EOF\np       -> \"hello\\n\"\n"},
    {"nothing is typed to who does not read", "wait-for-ever", .end = SESSION_HANGS, .processes = 1},
};

/* Every way into the kernel: the vdso-less static one, and ipc(2) of 32-bit programs. */
static const char every_call[] = " make-set set-value take-within-an-hour ?take-within-an-hour "
                                 "post-by-thread take-with-undo make-segment attach store detach "
                                 "remove-segment remove-set sleep-hour";

static const char every_line[] = "p       semget(0x4d, 1, IPC_CREAT|0600) = ?\n"
                                 "p       semctl(0, 0, SETVAL, 1) = ?\n"
                                 "p       semtimedop(0, [{0, -1, 0}], 1, {3600, 0}) = ?\n"
                                 "p       semtimedop(0, [{0, -1, 0}], 1, {3600, 0}) = -1 EAGAIN\n"
                                 "p       semop(0, [{0, 1, 0}], 1) = ?\n"
                                 "p       semop(0, [{0, -1, SEM_UNDO}], 1) = ?\n"
                                 "p       shmget(0x4d, 4096, IPC_CREAT|0600) = ?\n"
                                 "p       shmat(0, NULL, 0) = ?\n";

START_TEST(programs_of_every_kind_are_followed)
{
    static const char *const kinds[] = {"", "-static", "-32"};
    struct arena arena = {0};
    const char *path = arena_print(&arena, "%s%s", specimen_path(), kinds[_i]);
    const char *actions = arena_print(&arena, "%s%s", path, every_call);
    const struct expectation row = {"every call is seen as it is", actions, .status = "exited with 0",
                                    .trace = every_line};

    if (access(path, X_OK) == 0) /* else the compiler has no such kind */
        run_row(&row, false);
    arena_free(&arena);
}
END_TEST

START_TEST(a_session_holds_a_conversation)
{
    run_row(&conversations[_i], true);
}
END_TEST

/* As many as there may be, and then none of them is left: the PID namespace has gone with all. */
START_TEST(a_fork_bomb_is_stopped)
{
    struct arena arena = {0};
    const char *const words[] = {specimen_path(), "bomb", NULL};
    const struct session_program program = {.name = "p", .words = words};
    const struct session_settings settings = {
        .programs = &program, .program_count = 1, .filter = filter, .bounds = {.processes = 30}};
    struct session_record record;
    const char *problem = NULL;

    ck_assert_msg(session_run(&target, &settings, &arena, &record, &problem), "%s", problem);
    ck_assert_int_eq(record.end, SESSION_FORKS);
    ck_assert_str_eq(record.reason, "p makes more than 30 processes and threads");
    for (const struct process_left *left = record.processes; left; left = left->next)
        ck_assert_msg(process_wait_end(left->process, 10000), "%d is still there", left->process);
    arena_free(&arena);
}
END_TEST

/* Under a filter with a listener no other can be installed: what a kernel without user notification is like. */
START_TEST(where_calls_cannot_be_trapped_a_case_with_injections_skips)
{
    struct arena arena = {0};
    const char *problem = NULL;
    struct session_record record;

    scratch_make();
    const char *const words[] = {
        tool_path(),
        "run",
        "--agent",
        agent_path(),
        "--output",
        scratch_path("out"),
        scratch_write("t.drill",
                      "case \"t\"\n  program p \"/bin/true\"\n  inject p exit_group:delay_enter=1\n"
                      "  p  +++ exited with 0 +++\n"),
        NULL};
    const struct session_program program = {.name = "p", .words = words, .input_at_once = true};
    const struct session_settings settings = {
        .programs = &program, .program_count = 1, .filter = filter, .bounds = {.calls = 100000}};

    ck_assert_msg(session_run(&target, &settings, &arena, &record, &problem), "%s", problem);
    ck_assert_msg(record.end == SESSION_ENDED, "%s", record.reason);
    ck_assert_msg(
        strstr(record.programs[0].output, "inject: no seccomp user notification here (seccomp: EBUSY)"), "%s",
        record.programs[0].output);
    ck_assert_int_eq(record.programs[0].status, 0);
    scratch_remove();
    arena_free(&arena);
}
END_TEST

/* Reader and writer: two programs, the second started when the first rests. */
START_TEST(two_programs_hold_the_tutorials_conversation)
{
    struct arena arena = {0};
    const char *const reader[] = {arena_print(&arena, "%s/tutorial/reference/reader", programs_path()), NULL};
    const char *const writer[] = {arena_print(&arena, "%s/tutorial/reference/writer", programs_path()), NULL};
    const char *const input[] = {"embedfire\n", "end\n", NULL};
    const struct session_program programs[] = {
        {.name = "reader", .words = reader, .terminal = true},
        {.name = "writer", .words = writer, .terminal = true, .start = START_AT_REST, .input = input},
    };
    const struct session_settings settings = {.programs = programs, .program_count = 2, .filter = filter};
    struct session_record record;
    const char *problem = NULL;

    ck_assert_msg(session_run(&target, &settings, &arena, &record, &problem), "%s", problem);
    ck_assert_msg(record.end == SESSION_ENDED, "%s\n%s", record.reason, session_trace_text(&record, &arena));
    ck_assert_ptr_null(record.objects);
    ck_assert_msg(strstr(record.programs[0].output, "You wrote: embedfire\nYou wrote: end\n"), "%s",
                  record.programs[0].output);
    arena_free(&arena);
}
END_TEST

/* The second begins where the first has left the namespace. */
START_TEST(a_program_may_start_behind_the_end_of_another)
{
    struct arena arena = {0};
    const char *const first[] = {specimen_path(), "make-set", "post", NULL};
    const char *const second[] = {specimen_path(), "make-set", "take", "remove-set", NULL};
    const struct session_program programs[] = {
        {.name = "first", .words = first}, {.name = "second", .words = second, .start = START_BEHIND_LAST}};
    const struct session_settings settings = {.programs = programs, .program_count = 2, .filter = filter};
    struct session_record record;
    const char *problem = NULL;

    ck_assert_msg(session_run(&target, &settings, &arena, &record, &problem), "%s", problem);
    ck_assert_int_eq(record.end, SESSION_ENDED);
    ck_assert_int_eq(record.programs[1].status, 0);
    ck_assert_ptr_null(record.objects);
    arena_free(&arena);
}
END_TEST

Suite *session_suite(void)
{
    Suite *suite = suite_create("session");
    TCase *sessions = tcase_create("sessions");

    tcase_add_checked_fixture(sessions, open_target, close_target);
    tcase_add_loop_test(sessions, a_session_tells_how_a_program_behaves, 0,
                        sizeof(behaviours) / sizeof(*behaviours));
    tcase_add_loop_test(sessions, an_injection_is_performed, 0, sizeof(injections) / sizeof(*injections));
    tcase_add_loop_test(sessions, a_session_holds_a_conversation, 0,
                        sizeof(conversations) / sizeof(*conversations));
    tcase_add_loop_test(sessions, programs_of_every_kind_are_followed, 0, 3);
    tcase_add_test(sessions, where_calls_cannot_be_trapped_a_case_with_injections_skips);
    tcase_add_test(sessions, a_fork_bomb_is_stopped);
    tcase_add_test(sessions, two_programs_hold_the_tutorials_conversation);
    tcase_add_test(sessions, a_program_may_start_behind_the_end_of_another);
    tcase_set_timeout(sessions, 60);
    suite_add_tcase(suite, sessions);
    return suite;
}

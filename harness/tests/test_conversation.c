/* judge/conversation.h: records made by hand, each wrong in one thing, and what is said of it. */
#include <signal.h>
#include <stdio.h>
#include <string.h>

#include "judge/conversation.h"
#include "tests/tests.h"

enum { EXITED_WITH_1 = 1 << 8 };

static const char *const lines[] = {"one", "two", NULL};

/* A record, in short. */
struct judged {
    const char *sentence;
    enum session_end end;
    int reader, writer;  /* wait statuses; -1: not ended */
    const char *output;  /* of the reader */
    const char *asleep;  /* where the reader is, or NULL */
    const char *left_by; /* the line that made a segment which is left, or NULL */
    bool disturbed;
    bool releases, attached; /* the writer has a segment attached when it exits */
    const char *found;       /* "severity program: sentence; ..." */
};

static const struct judged rows[] = {
    {"all is well", .output = "You wrote: one\nYou wrote: two\n", .found = ""},
    {"a message is missing", .output = "You wrote: two\n", .found = "corrupts reader: a message is lost; "},
    {"a message comes twice", .output = "one one two",
     .found = "corrupts reader: a message is shown twice; "},
    {"messages change places", .output = "two one",
     .found = "corrupts reader: messages are shown in another order; "},
    {"a NUL is no end", .output = "one", .found = "corrupts reader: a message is lost; "},
    {"an error without a reason", .writer = EXITED_WITH_1, .output = "one two",
     .found = "silent writer: it exited with 1, though nothing was done to it; "},
    {"an error with a reason", .writer = EXITED_WITH_1, .output = "one", .disturbed = true, .found = ""},
    {"success claimed in spite of a loss", .output = "one", .disturbed = true,
     .found = "corrupts reader: a message is lost; "},
    {"a crash", .reader = SIGSEGV, .output = "one two", .found = "crashes reader: it is killed by SIGSEGV; "},
    {"killed from outside", .reader = SIGKILL, .output = "one", .disturbed = true, .found = ""},
    {"asleep for ever", .end = SESSION_HANGS, .reader = -1, .output = "one two",
     .asleep = "asleep in semop(0, [{0, -1, 0}], 1)",
     .found = "hangs reader: it never ends: asleep in semop; "},
    {"round and round", .end = SESSION_SPINS, .reader = -1, .output = "one two",
     .found = "hangs writer: it never ends: it goes on and on; "},
    {"no end in sight", .end = SESSION_OVERDUE, .reader = -1, .output = "",
     .found = "hangs reader: it does not end, and why is not seen; "},
    {"a segment stays", .output = "one two", .left_by = "writer  shmget(0x4d2, 4096, 0) = ?",
     .found = "leaves writer: its segment is left behind; "},
    {"a segment of nobody stays", .output = "one two", .left_by = "writers  shmget(0x4d2, 4096, 0) = ?",
     .found = "leaves reader: its segment is left behind; "},
    {"a segment is attached at the end", .output = "one two", .releases = true, .attached = true,
     .found = "leaves writer: it exits with 0, and a segment is still attached; "},
    {"one that fails leaves that to the kernel", .writer = EXITED_WITH_1, .output = "one two",
     .disturbed = true, .releases = true, .attached = true, .found = ""},
    {"nobody asks for it", .output = "one two", .attached = true, .found = ""},
    {"who still runs may keep it", .end = SESSION_HANGS, .reader = -1, .output = "one two",
     .asleep = "asleep in read", .left_by = "reader  shmget(0x4d2, 4096, 0) = ?",
     .found = "hangs reader: it never ends: asleep in read; "},
};

static struct session_record make_record(const struct judged *row, struct process_left *process,
                                         struct object_left *object)
{
    static struct unreleased unreleased = {.kind = UNRELEASED_ATTACH, .sentence = "segment 0 is attached"};
    struct session_record record = {.end = row->end, .culprit = "writer", .program_count = 2};

    record.programs[0] = (struct program_outcome){.name = "reader",
                                                  .started = true,
                                                  .ended = row->reader != -1,
                                                  .status = row->reader,
                                                  .output = row->output,
                                                  .output_length = strlen(row->output)};
    record.programs[1] = (struct program_outcome){.name = "writer",
                                                  .started = true,
                                                  .ended = true,
                                                  .status = row->writer,
                                                  .output = "",
                                                  .unreleased = row->attached ? &unreleased : NULL};
    *process = (struct process_left){.name = "reader", .where = row->asleep, .is_main = true};
    *object = (struct object_left){.segment = true, .made_by = row->left_by};
    record.processes = row->asleep ? process : NULL;
    record.objects = row->left_by ? object : NULL;
    return record;
}

static const char *tell(const struct problem *problems, struct arena *arena)
{
    const char *text = "";

    for (; problems; problems = problems->next)
        text = arena_print(arena, "%s%s %s: %s; ", text, finding_severity_name(problems->severity),
                           problems->program, problems->sentence);
    return text;
}

START_TEST(a_run_is_judged_by_what_it_came_to)
{
    const struct judged *row = &rows[_i];
    struct process_left process;
    struct object_left object;
    struct session_record record = make_record(row, &process, &object);
    const struct conversation conversation = {
        .reader = 0, .lines = lines, .disturbed = row->disturbed, .releases = row->releases};
    struct arena arena = {0};
    const char *told = tell(conversation_judge(&record, &conversation, &arena), &arena);

    ck_assert_msg(strcmp(told, row->found) == 0, "%s: '%s'", row->sentence, told);
    arena_free(&arena);
}
END_TEST

START_TEST(a_line_is_found_behind_a_nul)
{
    static const char output[] = "one\0 two";
    struct session_record record = {.program_count = 1};
    const struct conversation conversation = {.lines = lines};
    struct arena arena = {0};

    record.programs[0] = (struct program_outcome){
        .name = "reader", .ended = true, .output = output, .output_length = sizeof(output) - 1};
    ck_assert_ptr_null(conversation_judge(&record, &conversation, &arena));
    arena_free(&arena);
}
END_TEST

/* Which part of it is there may be chance. */
START_TEST(a_long_line_is_not_shown_whole_rather_than_lost)
{
    char line[66] = "";
    const char *const one[] = {line, NULL};
    const struct conversation conversation = {.lines = one};
    const struct judged row = {.output = "two"};
    struct process_left process;
    struct object_left object;
    struct session_record record = make_record(&row, &process, &object);
    struct arena arena = {0};

    memset(line, 'x', 64);
    ck_assert_str_eq(tell(conversation_judge(&record, &conversation, &arena), &arena),
                     "corrupts reader: a message is lost; ");
    line[64] = 'x';
    ck_assert_str_eq(tell(conversation_judge(&record, &conversation, &arena), &arena),
                     "corrupts reader: a long message is not shown whole; ");
    arena_free(&arena);
}
END_TEST

START_TEST(other_programs_are_compared_with_their_first_run)
{
    static const struct judged first = {.output = "", .left_by = "reader  shmget(1, 1, 0) = ?"};
    static const struct judged attached = {
        .output = "", .left_by = "reader  shmget(1, 1, 0) = ?", .attached = true};
    static const struct judged other = {
        .reader = EXITED_WITH_1, .output = "", .left_by = "reader  shmget(1, 1, 0) = ?"};
    struct process_left process;
    struct object_left object;
    struct session_record record = make_record(&first, &process, &object);
    struct run_end end = run_end_of(&record);
    struct arena arena = {0};

    ck_assert_ptr_null(run_judge(&record, NULL, &arena));
    ck_assert_ptr_null(run_judge(&record, &end, &arena));
    end.segments = 0;
    ck_assert_str_eq(tell(run_judge(&record, &end, &arena), &arena),
                     "leaves reader: a segment is left behind here, and not elsewhere; ");
    end.segments = 1;
    record = make_record(&attached, &process, &object);
    ck_assert_str_eq(tell(run_judge(&record, &end, &arena), &arena),
                     "leaves writer: it exits with 0, and a segment is still attached; ");
    end = run_end_of(&record);
    ck_assert_ptr_null(run_judge(&record, &end, &arena));
    record = make_record(&other, &process, &object);
    ck_assert_str_eq(tell(run_judge(&record, &end, &arena), &arena),
                     "corrupts reader: it exited with 1 here, and exited with 0 elsewhere; ");
    arena_free(&arena);
}
END_TEST

Suite *conversation_suite(void)
{
    Suite *suite = suite_create("conversation");
    TCase *records = tcase_create("records");

    tcase_add_loop_test(records, a_run_is_judged_by_what_it_came_to, 0, sizeof(rows) / sizeof(*rows));
    tcase_add_test(records, a_line_is_found_behind_a_nul);
    tcase_add_test(records, a_long_line_is_not_shown_whole_rather_than_lost);
    tcase_add_test(records, other_programs_are_compared_with_their_first_run);
    suite_add_tcase(suite, records);
    return suite;
}

/* leaks/: each program of fixtures/leaks is found to leak what it leaks, and its clean twin is not blamed. */
#include <string.h>

#include "leaks/leaks.h"
#include "report/findings.h"
#include "tests/surroundings.h"
#include "tests/tests.h"
#include "tests/tool.h"

struct expectation {
    const char *program; /* of fixtures/leaks */
    bool valgrind;
    enum leak_kind kind;
    const char *sentence; /* how it begins */
};

static const struct expectation rows[] = {
    {"segment", false, LEAK_SEGMENT, "segment 0 (key IPC_PRIVATE, 4096 bytes, mode 0600, uid "},
    {"set", false, LEAK_SET, "semaphore set 0 (key IPC_PRIVATE, 1 semaphore, mode 0600, uid "},
    {"attach", false, LEAK_ATTACH, "segment 0 (key 0) is attached at the end"},
    {"descriptor", false, LEAK_DESCRIPTOR, "descriptor 3 (/dev/null) is open at the end"},
    {"child_running", false, LEAK_CHILD_RUNNING, "child child_running still runs"},
    {"child_zombie", false, LEAK_CHILD_ZOMBIE, "child child_zombie has ended and was not waited for"},
    {"heap", true, LEAK_HEAP, "100 bytes in 1 blocks are definitely lost"},
    {"uninitialised", true, LEAK_UNINITIALISED, "Conditional jump or move depends on uninitialised value(s)"},
    {"uninitialised_call", true, LEAK_UNINITIALISED,
     "Syscall param semtimedop(sops) points to uninitialised byte(s)"},
};

enum { ROW_COUNT = sizeof(rows) / sizeof(*rows) };

static void run(const struct expectation *row, bool clean, const char *suppressions, struct arena *arena,
                struct leaks_report *report)
{
    const struct conductor_options conductor = {
        .agent = agent_path(), .programs = programs_path(), .timeout_ms = 60000, .processor = -1};
    const char *const words[] = {
        arena_print(arena, "%s/leaks/%s%s", programs_path(), clean ? "clean/" : "", row->program), NULL};
    const struct session_program program = {.name = "program", .words = words};
    const struct leaks_settings settings = {.conductor = &conductor,
                                            .programs = &program,
                                            .program_count = 1,
                                            .memcheck = {row->valgrind ? "/usr/bin/valgrind" : NULL, suppressions}};
    const char *problem = NULL;

    ck_assert_msg(leaks_run(&settings, arena, report, &problem), "%s: %s", row->program, problem);
    ck_assert_ptr_null(report->unseen);
    ck_assert_msg(report->ended, "%s: %s", row->program, report->outcome);
    ck_assert_str_eq(report->outcome, "exited with 0");
}

/* An error of memcheck is told with the lines of the program that led to it. */
static void look_for_main(const struct memcheck_error *error, const char *program)
{
    const struct memcheck_frame *frame = error->stack;

    while (frame && (!frame->function || strcmp(frame->function, "main") != 0))
        frame = frame->next;
    ck_assert_msg(frame && frame->file && frame->line > 0, "%s: %s nowhere in main", program, error->what);
    ck_assert_msg(strncmp(frame->file, program, strlen(program)) == 0, "%s: %s", program, frame->file);
}

START_TEST(each_kind_of_leak_is_found)
{
    const struct expectation *row = &rows[_i];
    struct arena arena = {0};
    struct leaks_report report;

    run(row, false, NULL, &arena, &report);
    ck_assert_msg(report.leaks != NULL, "%s: nothing is found", row->program);
    ck_assert_msg(!report.leaks->next, "%s: also %s", row->program,
                  report.leaks->next ? report.leaks->next->sentence : "");
    ck_assert_str_eq(leak_name(report.leaks->kind), leak_name(row->kind));
    ck_assert_msg(strncmp(report.leaks->sentence, row->sentence, strlen(row->sentence)) == 0, "%s: %s",
                  row->program, report.leaks->sentence);
    if (row->valgrind)
        look_for_main(report.leaks->error, row->program);
    arena_free(&arena);
}
END_TEST

START_TEST(a_clean_program_is_not_blamed)
{
    struct arena arena = {0};
    struct leaks_report report;

    run(&rows[_i], true, NULL, &arena, &report);
    ck_assert_msg(!report.leaks, "%s: %s", rows[_i].program, report.leaks ? report.leaks->sentence : "");
    arena_free(&arena);
}
END_TEST

/* Who made it: what one needs to repair it. */
START_TEST(an_object_is_told_with_the_call_that_made_it)
{
    struct arena arena = {0};
    struct leaks_report report;

    run(&rows[0], false, NULL, &arena, &report);
    ck_assert_msg(strstr(report.leaks->sentence, "made by the program itself") != NULL, "%s",
                  report.leaks->sentence);
    ck_assert_ptr_nonnull(strstr(report.leaks->object->made_by, "shmget(IPC_PRIVATE, 4096, 0600)"));
    arena_free(&arena);
}
END_TEST

/* Of others, that one cannot repair. */
START_TEST(a_suppressed_error_is_not_told)
{
    const struct expectation *row = rows;
    struct arena arena = {0};
    struct leaks_report report;

    while (strcmp(row->program, "heap") != 0)
        row++;
    run(row, false, "fixtures/leaks/heap.supp", &arena, &report);
    ck_assert_ptr_null(report.leaks);
    arena_free(&arena);
}
END_TEST

/* Exit codes and reports of `ipcdrill leaks`. */
static const struct {
    const char *words;
    int code;
    const char *said; /* on standard output or error */
} doors[] = {
    {"-- /bin/true", 0, "/bin/true: exited with 0; 0 leaks"},
    {"-- true", 0, "true: exited with 0; 0 leaks"},
    {"-- %s/leaks/segment", 1, "  1. leaves   segment: segment 0 (key IPC_PRIVATE, 4096 bytes"},
    {"-- %s/leaks/clean/segment", 0, "0 leaks"},
    {"--type end -- %s/tutorial/published/writer", 1, "how      ipcdrill leaks --type end -- "},
    {"", 2, "a command expected: ipcdrill leaks -- COMMAND [ARGUMENT]..."},
    {"-- no-such-command", 2, "no command no-such-command in PATH"},
    {"-- /no/such", 3, "cannot be started: execv /no/such: ENOENT"},
    {"--type x --stdin /dev/null -- /bin/true", 2, "--type or --stdin expected, not both"},
    {"--stdin /no/such -- /bin/true", 2, "--stdin /no/such: No such file"},
    {"--suppressions /no/such -- /bin/true", 2, "--suppressions /no/such: No such file"},
};

START_TEST(the_door_tells_by_its_exit_code_and_in_words)
{
    struct arena arena = {0};
    const char *words =
        strstr(doors[_i].words, "%s")
            ? arena_print(&arena, "%.*s%s%s", (int)(strstr(doors[_i].words, "%s") - doors[_i].words),
                          doors[_i].words, programs_path(), strstr(doors[_i].words, "%s") + 2)
            : doors[_i].words;
    struct tool_result result = tool_expect(doors[_i].code, "leaks --agent %s --output %s %s", agent_path(),
                                            scratch_path("out"), words);

    ck_assert_msg(strstr(result.out, doors[_i].said) || strstr(result.error, doors[_i].said), "%s%s",
                  result.out, result.error);
    tool_free(&result);
    arena_free(&arena);
}
END_TEST

START_TEST(leaks_json_is_what_the_report_page_reads)
{
    struct diagnostics diagnostics = {0};
    struct tool_result result = tool_expect(1, "leaks --agent %s --output %s --json -- %s/leaks/set",
                                            agent_path(), scratch_path("out"), programs_path());
    json_t *findings = findings_read(scratch_path("out/leaks.json"), &diagnostics);

    ck_assert_ptr_nonnull(findings);
    ck_assert_uint_eq(json_array_size(findings), 1);
    ck_assert_str_eq(json_string_value(json_object_get(json_array_get(findings, 0), "kind")), "leak");
    json_decref(findings);
    json_t *printed = json_loads(result.out, 0, NULL),
           *object = json_object_get(json_array_get(printed, 0), "object");

    ck_assert_str_eq(json_string_value(json_object_get(json_array_get(printed, 0), "leak")), "set");
    ck_assert_int_eq(json_integer_value(json_object_get(object, "size")), 1);
    json_decref(printed);
    tool_free(&result);
}
END_TEST

static void make_scratch(void)
{
    scratch_make();
}

/* Valgrind dies with its program. */
START_TEST(a_file_that_is_cut_off_gives_what_is_whole_in_it)
{
    static const char text[] =
        "<valgrindoutput>\n<error>\n<kind>InvalidRead</kind>\n<what>Invalid read of size 4</what>\n"
        "<stack><frame><ip>0x1</ip><fn>f</fn></frame></stack>\n</error>\n"
        "<error>\n<kind>InvalidWrite</kind>\n<what>Inva";
    const char *problem;
    struct arena arena = {0};
    const struct memcheck_error *error = memcheck_read(scratch_write("cut.xml", text), &arena, &problem);

    ck_assert_ptr_nonnull(strstr(problem, "cut.xml: no element found"));
    ck_assert_ptr_nonnull(error);
    ck_assert_str_eq(error->what, "Invalid read of size 4");
    ck_assert_str_eq(error->stack->function, "f");
    ck_assert_ptr_null(error->next);
    arena_free(&arena);
}
END_TEST

START_TEST(a_file_that_is_not_there_or_no_xml_is_told)
{
    const char *problem;
    struct arena arena = {0};

    ck_assert_ptr_null(memcheck_read(scratch_path("none.xml"), &arena, &problem));
    ck_assert_ptr_nonnull(strstr(problem, "No such file"));
    ck_assert_ptr_null(memcheck_read(scratch_write("no.xml", "this is no XML\n"), &arena, &problem));
    ck_assert_ptr_nonnull(strstr(problem, "no.xml: syntax error"));
    arena_free(&arena);
}
END_TEST

Suite *leaks_suite(void)
{
    Suite *suite = suite_create("leaks");
    TCase *programs = tcase_create("programs"), *door = tcase_create("door"), *files = tcase_create("files");

    tcase_set_timeout(programs, 300);
    tcase_add_loop_test(programs, each_kind_of_leak_is_found, 0, ROW_COUNT);
    tcase_add_loop_test(programs, a_clean_program_is_not_blamed, 0, ROW_COUNT);
    tcase_add_test(programs, an_object_is_told_with_the_call_that_made_it);
    tcase_add_test(programs, a_suppressed_error_is_not_told);
    tcase_add_checked_fixture(door, make_scratch, scratch_remove);
    tcase_set_timeout(door, 300);
    tcase_add_loop_test(door, the_door_tells_by_its_exit_code_and_in_words, 0,
                        sizeof(doors) / sizeof(*doors));
    tcase_add_test(door, leaks_json_is_what_the_report_page_reads);
    tcase_add_checked_fixture(files, make_scratch, scratch_remove);
    tcase_add_test(files, a_file_that_is_cut_off_gives_what_is_whole_in_it);
    tcase_add_test(files, a_file_that_is_not_there_or_no_xml_is_told);
    suite_add_tcase(suite, programs);
    suite_add_tcase(suite, door);
    suite_add_tcase(suite, files);
    return suite;
}

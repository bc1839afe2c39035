/*
 * leaks/memory.h: faults and orders of calls under memcheck. A program that forgets a block when its semop fails is found
 * where it does, its clean twin (fixtures/leaks/) is not, and what shows undisturbed too is not due to a fault.
 */
#include <string.h>
#include <unistd.h>

#include "programs/disturbed.h"
#include "tests/surroundings.h"
#include "tests/tests.h"
#include "tests/tool.h"
#include "tests/traced_target.h"

#define LOST     "100 bytes in 1 blocks are definitely lost, in give_up (heap_on_failure.c:"
#define FAILING  "sweep --valgrind --inject semop:error=EIDRM:when=1"
#define REMOVING "interleave --valgrind --preemptions 1 --schedules 4"

static const struct {
    const char *sentence, *command, *programs[2]; /* of fixtures/leaks */
    int code;
} rows[] = {
    {"a failure is followed", FAILING, {"heap_on_failure"}, 1},
    {"the clean one is not blamed for it", FAILING, {"clean/heap_on_failure"}, 0},
    {"nothing is lost where nothing fails",
     "sweep --valgrind --inject semop:signal=SIGCONT",
     {"heap_on_failure"},
     0},
    {"nobody looks who is not asked to", "sweep --inject semop:error=EIDRM:when=1", {"heap_on_failure"}, 0},
    {"an order of calls is followed", REMOVING, {"heap_on_failure", "heap_on_failure"}, 1},
    {"nor is the clean one blamed for that", REMOVING, {"clean/heap_on_failure", "clean/heap_on_failure"}, 0},
};

START_TEST(what_memcheck_finds_is_a_finding)
{
    struct arena arena = {0};
    const char *programs = "";

    for (size_t i = 0; i < 2 && rows[_i].programs[i]; i++)
        programs = arena_print(&arena, "%s -- %s/leaks/%s", programs, programs_path(), rows[_i].programs[i]);
    struct tool_result result = tool_expect(rows[_i].code, "%s%s", rows[_i].command, programs);

    ck_assert_msg((strstr(result.out, LOST) != NULL) == (rows[_i].code == 1), "%s:\n%s", rows[_i].sentence,
                  result.out);
    tool_free(&result);
    arena_free(&arena);
}
END_TEST

static const struct {
    const char *sentence, *program, *options;
    int code;
} cases[] = {
    {"a case fails of what memcheck finds in its program", "heap", "--valgrind", 1},
    {"not of a clean one", "clean/heap", "--valgrind", 0},
    {"not of what is suppressed", "heap", "--valgrind --suppressions fixtures/leaks/heap.supp", 0},
    {"not unless it is asked for", "heap", "", 0},
};

START_TEST(what_memcheck_finds_fails_a_case)
{
    struct arena arena = {0};

    scratch_make();
    scratch_write("t.drill",
                  arena_print(&arena, "case \"t\"\n  program p \"leaks/%s\"\n  p  +++ exited with 0 +++\n",
                              cases[_i].program));
    struct tool_result result = tool_expect(cases[_i].code, "run %s --output %s %s", cases[_i].options,
                                            scratch_path("out"), scratch_path("t.drill"));

    ck_assert_msg(
        (strstr(result.out, "p: 100 bytes in 1 blocks are definitely lost, in forget_a_block (heap.c:") !=
         NULL) == (cases[_i].code == 1),
        "%s:\n%s", cases[_i].sentence, result.out);
    tool_free(&result);
    scratch_remove();
    arena_free(&arena);
}
END_TEST

/* A conversation without a word: its reader and writer are any programs. */
static void stage(struct staged *staged, const char *writer, struct arena *arena)
{
    static const struct pair pair = {.end_word = "end"};
    const char **words = arena_take(arena, 4 * sizeof(*words));

    words[0] = "/bin/true";
    words[2] = arena_print(arena, "%s/leaks/%s", programs_path(), writer);
    *staged = (struct staged){.scene = scene_at(0), .pair = &pair, .program_count = 2};
    staged->programs[0] = (struct session_program){.name = "reader", .words = words};
    staged->programs[1] = (struct session_program){.name = "writer", .words = words + 2};
}

/* Undisturbed, and with that done to the writer: what both find, in short. */
static const char *disturb(const char *writer, const char *what, struct arena *arena)
{
    const struct disturbed_means means = {
        .target = &target, .filter = filter, .memcheck = {.valgrind = "/usr/bin/valgrind"}};
    struct injection injection;
    const struct disturbance disturbance = {.victim = 1, .injection = &injection};
    struct undisturbed undisturbed;
    struct disturbed disturbed;
    struct staged staged;
    const char *problem = "";
    int at;

    stage(&staged, writer, arena);
    ck_assert(injection_read(what, &injection, arena, &at, &problem));
    ck_assert_msg(undisturbed_run(&means, &staged, arena, &undisturbed, &problem), "%s", problem);
    ck_assert_msg(!undisturbed.problems, "%s", undisturbed.problems->sentence);
    ck_assert_msg(disturbed_run(&means, &staged, &undisturbed, &disturbance, arena, &disturbed, &problem),
                  "%s", problem);
    ck_assert_uint_gt(disturbed.fired, 0);
    return arena_print(arena, "%s; %s", undisturbed.memory ? undisturbed.memory->sentence : "nothing",
                       disturbed.problems ? disturbed.problems->sentence : "nothing");
}

START_TEST(what_a_fault_makes_of_memory_is_a_problem)
{
    struct arena arena = {0};
    const char *told = disturb("heap_on_failure", "semop:error=EIDRM:when=1", &arena);

    ck_assert_msg(strncmp(told, "nothing; " LOST, strlen("nothing; " LOST)) == 0, "%s", told);
    arena_free(&arena);
}
END_TEST

START_TEST(what_shows_undisturbed_too_is_not_due_to_a_fault)
{
    struct arena arena = {0};
    const char *told = disturb("uninitialised_call", "semop:signal=SIGCONT", &arena);

    ck_assert_msg(strstr(told, "points to uninitialised byte(s), in main (uninitialised_call.c:") != NULL,
                  "%s", told);
    ck_assert_msg(strcmp(strstr(told, "; "), "; nothing") == 0, "%s", told);
    arena_free(&arena);
}
END_TEST

Suite *memcheck_suite(void)
{
    Suite *suite = suite_create("memcheck");
    TCase *tool = tcase_create("tool"), *pairs = tcase_create("pairs");

    tcase_set_timeout(tool, 120);
    tcase_add_loop_test(tool, what_memcheck_finds_is_a_finding, 0, sizeof(rows) / sizeof(*rows));
    tcase_add_loop_test(tool, what_memcheck_finds_fails_a_case, 0, sizeof(cases) / sizeof(*cases));
    tcase_set_timeout(pairs, 120);
    tcase_add_checked_fixture(pairs, open_target, close_target);
    tcase_add_test(pairs, what_a_fault_makes_of_memory_is_a_problem);
    tcase_add_test(pairs, what_shows_undisturbed_too_is_not_due_to_a_fault);
    suite_add_tcase(suite, tool);
    suite_add_tcase(suite, pairs);
    return suite;
}

/* programs/scene_case.h, cli/kept_cases.h: scenes in case files, and findings that are kept as such. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "notation/arena.h"
#include "tests/surroundings.h"
#include "tests/tests.h"
#include "tests/tool.h"

/* A case of the pair of that name, with these lines of a scene. */
static const char *write_case(const char *pair, const char *lines)
{
    struct arena arena = {0};
    const char *path =
        scratch_write("scene.drill", arena_print(&arena,
                                                 "case \"a scene\"\n  program reader \"tutorial/%s/reader\"\n"
                                                 "  program writer \"tutorial/%s/writer\"\n%s",
                                                 pair, pair, lines));

    arena_free(&arena);
    return path;
}

/* What is done to a pair, and what is said of it; NULL: nothing is wrong. */
static const struct {
    const char *pair, *lines, *said;
    int code;
} rows[] = {
    {"published", "  scene \"plain\"\n", NULL, 0},
    {"published", "  scene \"burst\"\n", "got       reader: a message is lost", 1},
    {"reference", "  scene \"burst\"\n", NULL, 0},
    {"reference", "  scene \"burst\" first=\"eins\" second=\"zwei\"\n", NULL, 0},
    {"reference", "  scene \"endless\" end=\"fin\" segment_key=77 set_key=0x99\n", NULL, 0},
    {"published", "  scene \"stopped reader\"\n", "reader: it takes that for a failure", 1},
    {"reference", "  scene \"stopped reader\"\n", NULL, 0},
    {"published", "  scene \"plain\"\n  inject writer semop:error=EACCES:when=1\n",
     "got       reader: a message is lost", 1},
    {"reference", "  scene \"plain\"\n  inject writer semop:error=EACCES:when=1\n", NULL, 0},
    {"reference", "  scene \"plain\"\n  inject reader semop:signal=SIGKILL:when=2\n", NULL, 0},
    {"reference", "  scene \"plain\"\n  inject writer semop:error=EINTR:when=99\n",
     "skipped 1: inject semop:error=EINTR:when=99: writer makes no such call any more", 0},
    {"published", "  scene \"burst\"\n  inject writer semop:error=EINTR:when=1\n", "a message is lost", 1},
    {"published", "  scene \"burst\"\n  schedule writer\n", "FAIL", 1},
    {"reference", "  scene \"burst\"\n  schedule writer*4 reader*2 writer\n", NULL, 0},
    {"reference", "  scene \"burst\"\n  schedule\n", NULL, 0},
    {"reference", "  scene \"burst\" prompt=\"Enter some text: \"\n", NULL, 0},
    {"reference", "  scene \"plain\" prompt=\"Your text: \"\n",
     "got       writer: it reads a line that it has not asked for", 1},
    {"none", "  scene \"plain\"\n", "reader cannot be started", 1},
};

START_TEST(a_scene_is_judged_as_programs_does_it)
{
    struct tool_result result = tool_expect(rows[_i].code, "run --agent %s --programs %s %s", agent_path(),
                                            programs_path(), write_case(rows[_i].pair, rows[_i].lines));

    ck_assert_msg(strstr(result.out, rows[_i].said ? rows[_i].said : "1 pass, 0 fail, 0 skip, 0 error"), "%s",
                  result.out);
    tool_free(&result);
}
END_TEST

/* Runs the scene whose name is given with the published pair; what it finds is kept, and the case returned as text. */
static char *keep(const char *scene)
{
    struct tool_result result =
        tool_expect(1,
                    "programs --agent %s --output %s --filter %s --reader %s/tutorial/published/reader "
                    "--writer %s/tutorial/published/writer --end bye",
                    agent_path(), scratch_path("kept"), scene, programs_path(), programs_path());
    char name[64];

    snprintf(name, sizeof(name), "kept/cases/%s.drill", scene);
    ck_assert_msg(strstr(result.out, scratch_path(name)), "the file is not named:\n%s", result.out);
    tool_free(&result);
    return read_whole(scratch_path(name));
}

START_TEST(a_finding_is_kept_as_a_case_that_fails_until_it_is_mended)
{
    char *text = keep("burst"), *at;
    struct tool_result result = tool_expect(1, "run --agent %s %s", agent_path(), scratch_path("kept/cases"));

    ck_assert_msg(strstr(result.out, "a message is lost"), "%s", result.out);
    tool_free(&result);
    while ((at = strstr(text, "published")))
        memcpy(at, "reference", strlen("reference"));
    ck_assert_ptr_nonnull(at = strstr(text, " end=\"bye\""));
    memset(at, ' ', strlen(" end=\"bye\""));
    result = tool_expect(0, "run --agent %s %s", agent_path(), scratch_write("mended.drill", text));
    tool_free(&result);
    free(text);
}
END_TEST

static void make_scratch(void)
{
    scratch_make();
}

Suite *scene_case_suite(void)
{
    Suite *suite = suite_create("scene case");
    TCase *scenes = tcase_create("scenes");

    tcase_add_checked_fixture(scenes, make_scratch, scratch_remove);
    tcase_add_loop_test(scenes, a_scene_is_judged_as_programs_does_it, 0, sizeof(rows) / sizeof(*rows));
    tcase_add_test(scenes, a_finding_is_kept_as_a_case_that_fails_until_it_is_mended);
    suite_add_tcase(suite, scenes);
    return suite;
}

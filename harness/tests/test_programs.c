/* programs/: every scene with the tutorial's pairs. The published pair has all its defects; the reference has none. */
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "programs/programs.h"
#include "tests/surroundings.h"
#include "tests/tests.h"
#include "tests/tool.h"

static struct conductor_options conductor;

static void prepare(void)
{
    conductor = (struct conductor_options){.agent = agent_path(), .timeout_ms = 60000, .processor = -1};
}

static bool every(void *context, const struct scene *scene)
{
    (void)context, (void)scene;
    return true;
}

/* All scenes with the pair of that name, and no schedules. */
static void run_pair(const char *name, struct arena *arena, struct programs_report *report)
{
    const char *const reader[] = {arena_print(arena, "%s/tutorial/%s/reader", programs_path(), name), NULL};
    const char *const writer[] = {arena_print(arena, "%s/tutorial/%s/writer", programs_path(), name), NULL};
    const struct programs_settings settings = {.conductor = &conductor,
                                               .pair = {.reader = reader,
                                                        .writer = writer,
                                                        .lines = {"message-1", "message-2"},
                                                        .end_word = "end",
                                                        .segment_key = 1234,
                                                        .set_key = 6666},
                                               .wanted = every};
    const char *problem = NULL;

    ck_assert_msg(programs_run(&settings, arena, report, &problem), "%s", problem);
}

/* What is wrong with the published pair (fixtures/tutorial/README.md), as it shows. */
static const struct {
    const char *program, *sentence, *scene;
} defects[] = {
    {"reader", "a message is lost", "burst"},
    {"reader", "a message is lost", "writer first"},
    {"reader", "it never ends: asleep in semop", "writer done"},
    {"reader", "it never ends: asleep in semop", "slow reader"},
    {"reader", "a message is lost", "killed writer"},
    {"reader", "it never ends: asleep in semop", "killed writer"},
    {"writer", "it exits with 0, and its message was never shown", "killed reader"},
    {"reader2", "it never ends: it goes on and on", "two readers"},
    {"reader", "it never ends: it goes on and on", "set removed"},
    {"writer", "it exits with 0, and its message was never shown", "set removed under the writer"},
    {"reader", "it never ends: asleep in semop", "ghost segment"},
    {"reader", "its segment is left behind", "SIGINT"},
    {"reader", "its semaphore set is left behind", "SIGINT"},
    {"writer", "its segment is left behind", "writer alone"},
    {"reader", "it takes that for a failure: it prints something else", "stopped reader"},
    {"writer", "it never ends: it goes on and on", "end of input"},
    {"reader", "a message is lost", "endless"},
    {"reader", "a long message is not shown whole", "long line"},
    {"reader", "a message is lost", "NUL"},
    {"reader", "it fails and tells neither the key nor the error", "small segment"},
    {"reader", "it removes a segment that is another's", "large segment"},
    {"reader", "it removes a semaphore set that is another's", "large set"},
};

static const struct finding *find(const struct programs_report *report, const char *program,
                                  const char *sentence, const char *scene, struct arena *arena)
{
    const char *whole = arena_print(arena, "%s, when %s", sentence, scene_named(scene)->when);

    for (const struct finding *finding = report->findings.first; finding; finding = finding->next)
        if (strcmp(finding->program, program) == 0 && strcmp(finding->sentence, whole) == 0)
            return finding;
    return NULL;
}

START_TEST(the_published_pair_has_every_defect_that_is_known)
{
    struct arena arena = {0};
    struct programs_report report;

    run_pair("published", &arena, &report);
    for (size_t i = 0; i < sizeof(defects) / sizeof(*defects); i++) {
        const struct finding *finding =
            find(&report, defects[i].program, defects[i].sentence, defects[i].scene, &arena);

        ck_assert_msg(finding != NULL, "not found: %s: %s, in %s", defects[i].program, defects[i].sentence,
                      defects[i].scene);
        ck_assert_ptr_nonnull(finding->trace);
        ck_assert_ptr_nonnull(finding->rule);
    }
    /* Nobody is root of other users but root. */
    if (report.conversations.skipped_count == 0)
        ck_assert_ptr_nonnull(find(&report, "reader", "it exited with 1, though nothing was done to it",
                                   "other user first", &arena));
    findings_free(&report.findings);
    arena_free(&arena);
}
END_TEST

START_TEST(the_reference_has_no_defect)
{
    struct arena arena = {0};
    struct programs_report report;

    run_pair("reference", &arena, &report);
    ck_assert_msg(report.findings.count == 0, "%s: %s", report.findings.first->program,
                  report.findings.first->sentence);
    ck_assert_uint_gt(report.conversations.runs, 30);
    findings_free(&report.findings);
    arena_free(&arena);
}
END_TEST

/* A reader that leaves a descriptor open, and the first scene in which it does; the reference leaves nothing in any. */
static const struct {
    const char *before, *scene;
} open_ends[] = {
    {"", NULL},
    {"exec 7</dev/null", "plain"},
    {"ipcs -m | grep -q 0x000004d2 && exec 7</dev/null", "writer first"},
};

START_TEST(what_a_program_leaves_open_is_told_of_the_first_scene_that_shows_it)
{
    struct arena arena = {0};
    struct findings findings = {0};
    const char *problem;

    scratch_make();
    const char *reader[] = {
        scratch_write("reader", arena_print(&arena, "#!/bin/sh\n%s\nexec %s/tutorial/reference/reader\n",
                                            open_ends[_i].before, programs_path())),
        NULL};
    const char *writer[] = {arena_print(&arena, "%s/tutorial/reference/writer", programs_path()), NULL};
    struct pair pair = pair_usual;

    pair.reader = reader;
    pair.writer = writer;
    ck_assert_int_eq(chmod(reader[0], 0755), 0);
    const struct scene_leaks_settings settings = {.conductor = &conductor, .pair = &pair};
    const struct scene_leaks *leaks = scene_leaks_run(&settings, &arena, &problem);

    ck_assert_msg(leaks != NULL, "%s", problem);
    scene_leaks_add_findings(leaks, &findings);
    json_t *all = scene_leaks_to_json(leaks);

    if (open_ends[_i].scene) {
        ck_assert_uint_eq(findings.count, 1);
        ck_assert_str_eq(findings.first->program, "reader");
        ck_assert_str_eq(findings.first->how,
                         arena_print(&arena, "at its end, in scene %s", open_ends[_i].scene));
        ck_assert_uint_gt(json_array_size(all), 1);
    } else {
        ck_assert_uint_eq(findings.count, 0);
        ck_assert_uint_eq(json_array_size(all), 0);
    }
    json_decref(all);
    findings_free(&findings);
    scratch_remove();
    arena_free(&arena);
}
END_TEST

START_TEST(scripts_are_read_to_the_end)
{
    static const char *const words[] = {"program", NULL};
    const struct pair pair = {.reader = words, .writer = words, .lines = {"one", "two"}, .end_word = "end"};
    const struct scene *scene;
    struct arena arena = {0};
    struct staged staged;
    const char *problem;

    for (size_t i = 0; (scene = scene_at(i)); i++) {
        ck_assert_msg(scene_stage(scene, &pair, &staged, &arena, &problem), "%s", problem);
        ck_assert_uint_gt(staged.program_count, 0);
        ck_assert_uint_le(scene->sure, staged.line_count);
        if (scene->base)
            ck_assert_ptr_nonnull(scene_named(scene->base));
    }
    arena_free(&arena);
}
END_TEST

/* A script that is wrong, and what is said of it. */
static const struct {
    const char *script, *problem;
} mistakes[] = {
    {"stop reader", "scene mine: no step: stop reader"},
    {"SIGINT to reader", "scene mine: reader has not started"},
    {"start reader; remove reader", "scene mine: remove what? reader"},
    {"make huge segment", "scene mine: make what? huge segment"},
    {"start writer; writer types three", "scene mine: nothing to type is called three"},
};

START_TEST(scripts_that_are_wrong_are_told)
{
    static const char *const words[] = {"program", NULL};
    const struct pair pair = {.reader = words, .writer = words, .lines = {"one", "two"}, .end_word = "end"};
    const struct scene scene = {.name = "mine", .script = mistakes[_i].script};
    struct arena arena = {0};
    struct staged staged;
    const char *problem;

    ck_assert(!scene_stage(&scene, &pair, &staged, &arena, &problem));
    ck_assert_str_eq(problem, mistakes[_i].problem);
    arena_free(&arena);
}
END_TEST

/* Programs that are nothing of the kind end in bounded time, with a finding or an error. */
static const struct {
    const char *command;
    int code;
    const char *said; /* a part of it */
} strangers[] = {
    {"/no/such/program", 3, "reader cannot be started: execv /no/such/program: ENOENT"},
    {"/etc/passwd", 3, "EACCES"},
    {"no-such-command", 2, "no command no-such-command in PATH"},
    {"/bin/false", 1, "though nothing was done to it, when nothing disturbs them"},
    {"/bin/true", 1, "a message is lost, when nothing disturbs them"},
    {"/bin/yes", 1, "it prints without end, when nothing disturbs them"},
};

START_TEST(what_is_no_reader_is_told)
{
    struct tool_result result =
        tool_expect(strangers[_i].code, "programs --filter plain --reader %s --writer %s",
                    strangers[_i].command, strangers[_i].command);

    ck_assert_msg(strstr(result.out, strangers[_i].said) || strstr(result.error, strangers[_i].said), "%s%s",
                  result.out, result.error);
    tool_free(&result);
}
END_TEST

/* Scripts, a static program, and what does harm: each line goes behind "#!/bin/sh". */
static const struct {
    const char *line;
    const char *said;
} harmful[] = {
    {"exec $specimen bomb", "it makes processes without end"},
    {"trap '' INT TERM HUP; while :; do $specimen greet; done", "reader: it "},
    {"exec $specimen ignore-signals block-signals wait-for-ever", "it never ends: asleep in pause"},
    {"exec $specimen-static greet", "a message is lost"},
};

START_TEST(what_does_harm_is_told_and_ends)
{
    struct arena arena = {0};
    const char *script;
    char path[PATH_MAX];

    scratch_make();
    tool_adopt_orphans();
    script = scratch_write("program", arena_print(&arena, "#!/bin/sh\nspecimen=%s\n%s\n",
                                                  realpath(specimen_path(), path), harmful[_i].line));
    ck_assert_int_eq(chmod(script, 0755), 0);
    struct tool_result result =
        tool_expect(1, "programs --filter plain --filter SIGINT --reader %s --writer %s", script, script);

    ck_assert_msg(strstr(result.out, harmful[_i].said) != NULL, "%s%s", result.out, result.error);
    ck_assert(tool_wait_for_all(10000));
    tool_free(&result);
    scratch_remove();
    arena_free(&arena);
}
END_TEST

START_TEST(findings_are_told_as_json)
{
    struct tool_result result =
        tool_expect(1, "programs --json --filter plain --reader /bin/false --writer /bin/false");
    json_t *object = json_loads(result.out, 0, NULL);

    ck_assert_msg(object != NULL, "no JSON: %s", result.out);
    ck_assert_int_eq(json_integer_value(json_object_get(object, "scenes")), 1);
    ck_assert(json_is_integer(json_object_get(object, "faults")));
    ck_assert(json_is_integer(json_object_get(object, "schedules")));
    ck_assert_uint_eq(json_array_size(json_object_get(object, "findings")), 3);
    json_decref(object);
    tool_free(&result);
}
END_TEST

Suite *programs_suite(void)
{
    Suite *suite = suite_create("programs");
    TCase *scenes = tcase_create("scenes");

    tcase_add_unchecked_fixture(scenes, prepare, NULL);
    tcase_add_test(scenes, the_published_pair_has_every_defect_that_is_known);
    tcase_add_test(scenes, the_reference_has_no_defect);
    tcase_add_loop_test(scenes, what_a_program_leaves_open_is_told_of_the_first_scene_that_shows_it, 0,
                        sizeof(open_ends) / sizeof(*open_ends));
    tcase_add_test(scenes, scripts_are_read_to_the_end);
    tcase_add_loop_test(scenes, scripts_that_are_wrong_are_told, 0, sizeof(mistakes) / sizeof(*mistakes));
    tcase_add_loop_test(scenes, what_is_no_reader_is_told, 0, sizeof(strangers) / sizeof(*strangers));
    tcase_add_loop_test(scenes, what_does_harm_is_told_and_ends, 0, sizeof(harmful) / sizeof(*harmful));
    tcase_add_test(scenes, findings_are_told_as_json);
    tcase_set_timeout(scenes, 120);
    suite_add_tcase(suite, scenes);
    return suite;
}

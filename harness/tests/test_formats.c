/* report/: KTAP, Markdown, GitHub's annotations, GitLab's code quality; known deviations in every format. */
#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "report/formats.h"
#include "tests/surroundings.h"
#include "tests/tests.h"
#include "tests/tool.h"

static const char hostile[] = "case \"a ]]> | <b> & `c` # not ok 7 - \\\\ \\x01\\xff \xc3\xa4 # SKIP\"\n"
                              "  program p \"/usr/bin/printf\" \"ok 1 x%%%%\\\\n::error::x%%%%\\\\n</pre># "
                              "SKIP <LAVA_SIGNAL_TESTCASE TEST_CASE_ID=x RESULT=pass>\\\\n\"\n"
                              "  p  -> \"nothing of that\\n\"\n"
                              "case \"passes\"\n  writer  getpid() = _\n"
                              "case \"passes after all\"\n  writer  getpid() = _\n"
                              "case \"skips # TODO\"\n  needs linux 99.0\n  writer  getpid() = _\n"
                              "case \"errs\"\n  require 1/0\n"
                              "case \"known\"\n  writer  shmget(KEY, 1, 0) = 7\n";
static const char many[] = "case \"fails <n>\"\n  writer  shmget(KEY, 1, 0) = 7\n  where\n    n\n    1..12\n";
static const char known[] =
    "*\thostile.drill\tknown\tfail *ENOENT\twe know # | <it>\thttps://example.org/?a&b\n"
    "*\thostile.drill\tpasses after all\tfail\tgone\t-\n";

static void make_scratch(void)
{
    unsetenv("GITHUB_ACTIONS");
    unsetenv("GITHUB_STEP_SUMMARY");
    setenv("GITHUB_WORKSPACE", scratch_make(), 1);
    scratch_write("hostile.drill", hostile);
    scratch_write("many.drill", many);
    scratch_write("known.tsv", known);
}

static void run_file(int code, const char *file, const char *options)
{
    struct tool_result result = tool_expect(
        code,
        "run --agent %s --output %s --known %s --format "
        "jsonl,ktap,tap,junit,junit-file,markdown,github,code-quality,lava %s %s",
        agent_path(), scratch_path("out"), scratch_path("known.tsv"), options, scratch_path(file));

    tool_free(&result);
}

static size_t count(const char *text, const char *part)
{
    size_t found = 0;

    for (; (text = strstr(text, part)); text += strlen(part))
        found++;
    return found;
}

START_TEST(every_format_is_text_without_control_bytes)
{
    static const char *const reports[] = {"out/results.ktap", "out/junit-file.xml",    "out/summary.md",
                                          "out/github.txt",   "out/code-quality.json", "out/results.lava"};

    run_file(1, "hostile.drill", "");
    char *text = read_whole(scratch_path(reports[_i]));
    json_t *all = json_stringn(text, strlen(text)); /* refuses what is no UTF-8 */

    ck_assert_msg(all != NULL, "%s is no UTF-8", reports[_i]);
    for (const char *byte = text; *byte; byte++)
        ck_assert_msg(*byte == '\n' || ((unsigned char)*byte >= ' ' && *byte != 0x7f),
                      "a control byte %#x in %s", (unsigned char)*byte, reports[_i]);
    json_decref(all);
    free(text);
}
END_TEST

/* What a reader of KTAP makes of it: results by directive, at the depth of the subtests. */
struct ktap_counts {
    int plan, results, good, bad, skips, xfails;
};

/* "ok 3 text # SKIP why", as ktap.rst has it: no # but that of the directive. */
static void read_ktap_result(const char *line, struct ktap_counts *counts)
{
    bool bad = strncmp(line, "not ", 4) == 0;
    const char *number = line + (bad ? 7 : 3);
    const char *directive = strstr(line, " # ");
    const char *sign = strchr(line, '#');

    ck_assert_int_eq(atoi(number), ++counts->results);
    ck_assert_msg(!sign || (directive && sign == directive + 1 && !strchr(sign + 1, '#')), "%s", line);
    counts->bad += bad;
    counts->good += !bad;
    counts->skips += directive && strncmp(directive, " # SKIP", 7) == 0;
    counts->xfails += directive && strncmp(directive, " # XFAIL", 8) == 0;
}

static void read_ktap(char *text, struct ktap_counts levels[2])
{
    char *line = strsep(&text, "\n");

    ck_assert_str_eq(line, "KTAP version 1");
    while ((line = strsep(&text, "\n")) && *line) {
        size_t blanks = strspn(line, " ");
        struct ktap_counts *level = &levels[blanks / 2];
        char *rest = line + blanks;

        ck_assert(blanks == 0 || blanks == 2);
        if (strcmp(rest, "KTAP version 1") == 0)
            *level = (struct ktap_counts){0};
        else if (strncmp(rest, "1..", 3) == 0)
            level->plan = atoi(rest + 3);
        else if (*rest != '#')
            read_ktap_result(rest, level);
    }
    ck_assert_int_eq(levels[0].plan, levels[0].results);
    ck_assert_int_eq(levels[1].plan, levels[1].results);
}

START_TEST(ktap_nests_instances_in_groups_and_knows_skips_and_known_deviations)
{
    struct ktap_counts levels[2] = {{0}};

    run_file(1, "hostile.drill", "");
    char *ktap = read_whole(scratch_path("out/results.ktap"));

    read_ktap(ktap, levels);
    ck_assert_int_eq(levels[0].plan, 1);
    ck_assert_int_eq(levels[0].bad, 1);
    ck_assert_int_eq(levels[1].plan, 6);
    ck_assert_int_eq(levels[1].bad, 2);
    ck_assert_int_eq(levels[1].skips, 1);
    ck_assert_int_eq(levels[1].xfails, 1);
    free(ktap);
}
END_TEST

START_TEST(ktap_of_a_shuffled_run_of_two_groups_keeps_its_plans)
{
    struct ktap_counts levels[2] = {{0}};

    ck_assert(mkdir(scratch_path("a"), 0755) == 0 && mkdir(scratch_path("b"), 0755) == 0);
    scratch_write("a/many.drill", many);
    scratch_write("b/many.drill", many);
    char options[1024];

    snprintf(options, sizeof(options), "--shuffle=5 %s", scratch_path("a/many.drill"));
    run_file(1, "b/many.drill", options);
    char *ktap = read_whole(scratch_path("out/results.ktap"));

    read_ktap(ktap, levels);
    ck_assert_int_gt(levels[0].plan, 2);
    ck_assert_int_eq(levels[0].bad, levels[0].plan);
    free(ktap);
}
END_TEST

START_TEST(known_deviations_are_not_red_in_any_format)
{
    static const struct {
        const char *report, *has;
    } parts[] = {
        {"out/results.tap", "not ok 3 - "},
        {"out/results.tap", ": known # TODO we know \\# | <it>\n"},
        {"out/results.tap", ": passes after all # TODO gone\n"},
        {"out/results.ktap", "  ok 3 known # XFAIL we know \\x23 | <it>\n"},
        {"out/junit.xml", "failures=\"0\" errors=\"0\""},
        {"out/junit.xml", "skipped=\"1\""},
        {"out/junit.xml", "<skipped message=\"xfail: we know # | &lt;it&gt;\"/>"},
        {"out/junit.xml", "<system-out>xpass: gone</system-out>"},
        {"out/summary.md", "none failed"},
        {"out/summary.md", "we know &#35; &#124; &#60;it&#62;"},
        {"out/github.txt", "::warning title=ipcdrill::known deviations that passed: 1;"},
        {"out/code-quality.json", "[]\n"},
    };

    run_file(0, "hostile.drill", "--filter passes --filter known");
    for (size_t i = 0; i < sizeof(parts) / sizeof(*parts); i++) {
        char *text = read_whole(scratch_path(parts[i].report));

        ck_assert_msg(strstr(text, parts[i].has) != NULL, "no '%s' in\n%s", parts[i].has, text);
        free(text);
    }
    run_file(1, "hostile.drill", "--filter passes --filter known --strict-known");
    run_file(0, "hostile.drill", "--filter known --strict-known");
}
END_TEST

START_TEST(markdown_shows_hostile_text_as_text)
{
    run_file(1, "hostile.drill", "");
    char *text = read_whole(scratch_path("out/summary.md"));

    ck_assert_ptr_nonnull(strstr(text, "2 of 6 instances failed"));
    ck_assert_ptr_null(strstr(text, "<b> &"));
    ck_assert_uint_eq(count(text, "<pre>"), 2);
    ck_assert_uint_eq(count(text, "</pre>"), 2); /* and not the program's */
    ck_assert_ptr_nonnull(strstr(text, "a &#93;&#93;&#62; &#124; &#60;b&#62; &#38; &#96;c&#96; &#35;"));
    free(text);
}
END_TEST

START_TEST(markdown_is_never_longer_than_github_takes)
{
    enum { RECORDS = 500 };
    char *text, *line, *results;
    size_t length;
    struct tally tally = {0};
    FILE *out = open_memstream(&text, &length);
    struct diagnostics diagnostics = {0};

    run_file(1, "hostile.drill", "--filter errs");
    results = read_whole(scratch_path("out/results.jsonl"));
    line = strsep(&(char *){results}, "\n");
    FILE *in = fopen(scratch_path("many.jsonl"), "w+");

    for (int i = 0; i < RECORDS; i++) {
        struct arena arena = {0};
        struct record record;
        const char *problem;

        ck_assert(record_from_json(line, &record, &arena, &problem));
        record.verdict.reason = record.verdict.expected = record.verdict.got = arena_take(&arena, 5001);
        memset((char *)(uintptr_t)record.verdict.reason, '<', 5000);
        fputs(record_to_json(&record, &arena), in);
        tally_add(&tally, &record);
        arena_free(&arena);
    }
    struct results_source source = {in, "many.jsonl", &tally, NULL, NULL, NULL};

    ck_assert(markdown_write(&source, out, &diagnostics));
    fclose(out);
    ck_assert_uint_le(length, MARKDOWN_BYTES_MAX);
    ck_assert_uint_ge(length, MARKDOWN_BYTES_MAX / 2);
    ck_assert_ptr_nonnull(strstr(text, "500 of 500 instances failed"));
    ck_assert_ptr_nonnull(strstr(text, " parts of this page were left out"));
    fclose(in);
    tally_free(&tally);
    free(text);
    free(results);
}
END_TEST

START_TEST(github_is_told_the_first_nine_failures_and_the_total)
{
    run_file(1, "many.drill", "");
    char *text = read_whole(scratch_path("out/github.txt"));

    ck_assert_uint_eq(count(text, "::error "), ANNOTATIONS_MAX);
    ck_assert_uint_eq(count(text, "::error file=many.drill,line=2,title=fails "), ANNOTATIONS_MAX - 1);
    ck_assert_ptr_nonnull(strstr(text, "::error title=ipcdrill::12 of 12 instances: 12 fail, 0 error\n"));
    free(text);
    run_file(1, "hostile.drill", "");
    text = read_whole(scratch_path("out/github.txt"));
    ck_assert_ptr_nonnull(strstr(text, "x%25"));
    ck_assert_uint_eq(count(text, "\n"), 4);
    free(text);
}
END_TEST

/* With a folder for reports and without one; the place in the repository is that of the working folder. */
static const char *const github_options[] = {"--output out", ""};

START_TEST(in_a_step_of_github_summary_and_annotations_go_where_it_reads)
{
    char command[4096], *tool = realpath(tool_path(), NULL), *agent = realpath(agent_path(), NULL);

    scratch_write("step.md", "before\n");
    snprintf(command, sizeof(command),
             "cd %s && mkdir below && cd below && GITHUB_ACTIONS=true GITHUB_STEP_SUMMARY=../step.md %s run "
             "--agent %s "
             "%s ../many.drill > ../log 2>&1",
             scratch_path("."), tool, agent, github_options[_i]);
    ck_assert_int_eq(system(command), 1 << 8);
    char *summary = read_whole(scratch_path("step.md")), *log = read_whole(scratch_path("log"));

    ck_assert_int_eq(strncmp(summary, "before\n## ", 10), 0);
    ck_assert_uint_eq(count(summary, "<code>many.drill:2</code>"), 12);
    ck_assert_uint_eq(count(log, "\n::error "), ANNOTATIONS_MAX);
    ck_assert_msg(strstr(log, "\n::error file=many.drill,line=2,") != NULL, "%s", log);
    free(summary);
    free(log);
    free(tool);
    free(agent);
}
END_TEST

/* LAVA cuts a signal at its first '>' and splits it at blanks. */
START_TEST(lava_hears_one_signal_of_each_instance_and_nothing_else)
{
    run_file(1, "hostile.drill", "");
    char *results = read_whole(scratch_path("out/results.jsonl")),
         *text = read_whole(scratch_path("out/results.lava"));

    ck_assert_uint_eq(count(text, "<LAVA_SIGNAL_TESTCASE "), count(results, "\n"));
    ck_assert_uint_eq(count(text, "<LAVA_SIGNAL"), count(results, "\n") + 2);
    ck_assert_uint_eq(count(text, " RESULT=fail "),
                      count(results, "\"verdict\":\"fail\"") + count(results, "\"error\""));
    for (const char *line = text; *line; line = strchr(line, '\n') + 1)
        ck_assert_msg(strncmp(line, "# ", 2) == 0 || strncmp(line, "<LAVA_SIGNAL_", 13) == 0, "%s", line);
    free(results);
    free(text);
}
END_TEST

START_TEST(code_quality_is_an_array_of_issues_that_differ)
{
    run_file(1, "many.drill", "--repeat 2");
    json_error_t error;
    json_t *issues = json_load_file(scratch_path("out/code-quality.json"), JSON_REJECT_DUPLICATES, &error),
           *issue;
    size_t index, other;

    ck_assert_msg(issues != NULL, "%s", error.text);
    ck_assert_uint_eq(json_array_size(issues), 24);
    json_array_foreach(issues, index, issue)
    {
        const char *description, *check, *fingerprint, *severity, *path;
        int line;

        ck_assert_int_eq(json_unpack(issue, "{s:s, s:s, s:s, s:s, s:{s:s, s:{s:i}}}", "description",
                                     &description, "check_name", &check, "fingerprint", &fingerprint,
                                     "severity", &severity, "location", "path", &path, "lines", "begin",
                                     &line),
                         0);
        ck_assert_str_eq(path, "many.drill");
        ck_assert_str_eq(severity, "major");
        ck_assert_int_eq(line, 2);
        for (other = 0; other < index; other++)
            ck_assert_str_ne(fingerprint, json_string_value(
                                              json_object_get(json_array_get(issues, other), "fingerprint")));
    }
    json_decref(issues);
}
END_TEST

START_TEST(a_run_that_skipped_everything_ends_as_told)
{
    run_file(77, "hostile.drill", "--filter skips --all-skipped 77");
    run_file(0, "hostile.drill", "--filter skips");
    run_file(0, "hostile.drill", "--filter skips --filter passes --all-skipped 77");
}
END_TEST

Suite *formats_suite(void)
{
    Suite *suite = suite_create("formats");
    TCase *formats = tcase_create("formats");

    tcase_set_timeout(formats, 30);
    tcase_add_checked_fixture(formats, make_scratch, scratch_remove);
    tcase_add_loop_test(formats, every_format_is_text_without_control_bytes, 0, 6);
    tcase_add_test(formats, ktap_nests_instances_in_groups_and_knows_skips_and_known_deviations);
    tcase_add_test(formats, ktap_of_a_shuffled_run_of_two_groups_keeps_its_plans);
    tcase_add_test(formats, known_deviations_are_not_red_in_any_format);
    tcase_add_test(formats, markdown_shows_hostile_text_as_text);
    tcase_add_test(formats, markdown_is_never_longer_than_github_takes);
    tcase_add_test(formats, github_is_told_the_first_nine_failures_and_the_total);
    tcase_add_loop_test(formats, in_a_step_of_github_summary_and_annotations_go_where_it_reads, 0, 2);
    tcase_add_test(formats, lava_hears_one_signal_of_each_instance_and_nothing_else);
    tcase_add_test(formats, code_quality_is_an_array_of_issues_that_differ);
    tcase_add_test(formats, a_run_that_skipped_everything_ends_as_told);
    suite_add_tcase(suite, formats);
    return suite;
}

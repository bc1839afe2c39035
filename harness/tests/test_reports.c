/* report/: every format of a run with hostile text is what its readers take. */
#include <fcntl.h>
#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "supervisor/record.h"
#include "tests/surroundings.h"
#include "tests/tests.h"
#include "tests/tool.h"

/* What a title may hold, and what a process under test may say. */
static const char hostile[] =
    "case \"a ]]> b & <c> 'd' \\\"e\\\" # not ok 7 - f \\\\ \\x01\\xff \xc3\xa4 # SKIP\"\n"
    "  clause SHMGET-07\n"
    "  program p \"/usr/bin/printf\" \"ok 1 - ]]>&<\\\\\\\\ \\\\033[31m \\\\377\\\\001# SKIP\\\\n\"\n"
    "  p  -> \"nothing of that\\n\"\n"
    "case \"passes\"\n  writer  getpid() = _\n"
    "case \"skips # TODO\"\n  needs linux 99.0\n  writer  getpid() = _\n"
    "case \"errs\"\n  require 1/0\n"
    "case \"deviates\"\n  writer  shmget(KEY, 1, 0) = -1 ENOENT (POSIX: EINVAL)\n";

enum { RECORDS = 5 };

static void make_reports(void)
{
    scratch_make();
    scratch_write("clauses.tsv",
                  "id\ttier\tsource\trequirement\nSHMGET-07\tP\tshmget ]]>\tIt <fails> & \"more\".\n");
    scratch_write("hostile.drill", hostile);
    struct tool_result result = tool_expect(1, "run --agent %s --output %s --timeout 1s %s", agent_path(),
                                            scratch_path("reports"), scratch_path("hostile.drill"));

    ck_assert_ptr_nonnull(strstr(result.out, "5 instances: 2 pass, 1 fail, 1 skip, 1 error"));
    tool_free(&result);
}

/* Whether `reader`, with the words before the path of a report, takes it. True where it is not on this machine. */
static bool reader_takes(const char *reader, const char *words, const char *report)
{
    char line[1024];

    snprintf(line, sizeof(line), "command -v %s > /dev/null || exit 77; %s %s %s > /dev/null 2>&1", reader,
             reader, words, report);
    int status = system(line);

    return status == 0 || (WIFEXITED(status) && WEXITSTATUS(status) == 77);
}

START_TEST(each_line_of_the_results_is_an_object_with_every_field)
{
    static const struct {
        const char *name;
        json_type type;
        bool or_null;
    } fields[] = {
        {"v", JSON_INTEGER, false},        {"tool", JSON_STRING, false},
        {"position", JSON_INTEGER, false}, {"of", JSON_INTEGER, false},
        {"known", JSON_OBJECT, true},      {"case", JSON_STRING, false},
        {"file", JSON_STRING, false},      {"line", JSON_INTEGER, false},
        {"instance", JSON_INTEGER, false}, {"repeat", JSON_INTEGER, false},
        {"clauses", JSON_ARRAY, false},    {"group", JSON_STRING, false},
        {"target", JSON_OBJECT, false},    {"verdict", JSON_STRING, false},
        {"reason", JSON_STRING, true},     {"expected", JSON_STRING, true},
        {"got", JSON_STRING, true},        {"failed_line", JSON_INTEGER, true},
        {"deviates", JSON_TRUE, false},    {"duration_ns", JSON_INTEGER, false},
        {"transcript", JSON_ARRAY, false},
    };
    char *results = read_whole(scratch_path("reports/results.jsonl")), *rest = results, *line;
    size_t count = 0, deviating = 0;

    for (; (line = strsep(&rest, "\n")) && *line; count++) {
        json_error_t error;
        json_t *record = json_loads(line, JSON_REJECT_DUPLICATES, &error);

        ck_assert_msg(record != NULL, "%s: %s", error.text, line);
        for (size_t i = 0; i < sizeof(fields) / sizeof(*fields); i++) {
            const json_t *field = json_object_get(record, fields[i].name);

            ck_assert_msg(field != NULL, "no %s in %s", fields[i].name, line);
            ck_assert_msg(json_typeof(field) == fields[i].type ||
                              (fields[i].or_null && json_is_null(field)) ||
                              (fields[i].type == JSON_TRUE && json_is_boolean(field)),
                          "%s in %s", fields[i].name, line);
        }
        ck_assert_uint_eq(json_object_size(record), sizeof(fields) / sizeof(*fields));
        deviating += json_is_true(json_object_get(record, "deviates"));
        json_decref(record);
    }
    ck_assert_uint_eq(count, RECORDS);
    ck_assert_uint_eq(deviating, 1);
    free(results);
}
END_TEST

START_TEST(reports_are_text_without_control_bytes)
{
    static const char *const reports[] = {"reports/results.jsonl", "reports/results.tap",
                                          "reports/junit.xml"};
    char *text = read_whole(scratch_path(reports[_i]));

    for (const char *byte = text; *byte; byte++)
        ck_assert_msg(*byte == '\n' || *byte == '\t' || ((unsigned char)*byte >= ' ' && *byte != 0x7f),
                      "a control byte %#x in %s", (unsigned char)*byte, reports[_i]);
    json_t *all = json_stringn(text, strlen(text)); /* refuses what is no UTF-8 */

    ck_assert_msg(all != NULL, "%s is no UTF-8", reports[_i]);
    json_decref(all);
    free(text);
}
END_TEST

START_TEST(tap_counts_what_ran_whatever_the_text_holds)
{
    char *tap = read_whole(scratch_path("reports/results.tap")), *rest = tap, *line;
    int good = 0, bad = 0, skipped = 0;

    ck_assert_int_eq(strncmp(tap, "TAP version 14\n", 15), 0);
    ck_assert_ptr_nonnull(strstr(tap, "\n1..5\n"));
    while ((line = strsep(&rest, "\n"))) {
        bool is_good = strncmp(line, "ok ", 3) == 0, is_bad = strncmp(line, "not ok ", 7) == 0;
        const char *directive = is_good || is_bad ? strstr(line, " # ") : NULL;

        good += is_good;
        bad += is_bad;
        skipped += directive && strncmp(directive, " # SKIP", 7) == 0;
    }
    ck_assert_int_eq(good, 3);
    ck_assert_int_eq(bad, 2);
    ck_assert_int_eq(skipped, 1);
    free(tap);
}
END_TEST

START_TEST(prove_reads_the_tap_of_a_green_run)
{
    struct tool_result result =
        tool_expect(0, "run --agent %s --output %s --filter passes --filter skips %s", agent_path(),
                    scratch_path("green"), scratch_path("hostile.drill"));

    tool_free(&result);
    /* Perl's TAP::Parser before 3.46 knows versions up to 13; nothing that we write differs between them. */
    ck_assert(reader_takes("prove", "-e 'sed 1s/14/13/'", scratch_path("green/results.tap")));
}
END_TEST

START_TEST(junit_is_well_formed_and_counts_what_ran)
{
    char *xml = read_whole(scratch_path("reports/junit.xml"));
    int cases = 0;

    for (const char *at = xml; (at = strstr(at, "<testcase ")); at++)
        cases++;
    ck_assert_int_eq(cases, RECORDS);
    ck_assert_ptr_nonnull(strstr(xml, "tests=\"5\""));
    ck_assert_ptr_nonnull(strstr(xml, "failures=\"1\""));
    ck_assert_ptr_nonnull(strstr(xml, "errors=\"1\""));
    ck_assert_ptr_nonnull(strstr(xml, "skipped=\"1\""));
    ck_assert(reader_takes("xmllint", "--noout", scratch_path("reports/junit.xml")));
    free(xml);
}
END_TEST

START_TEST(only_the_formats_asked_for_are_written)
{
    struct tool_result result = tool_expect(0, "run --agent %s --output %s --format tap --filter passes %s",
                                            agent_path(), scratch_path("one"), scratch_path("hostile.drill"));

    ck_assert_int_eq(access(scratch_path("one/results.tap"), F_OK), 0);
    ck_assert_int_ne(access(scratch_path("one/junit.xml"), F_OK), 0);
    ck_assert_int_ne(access(scratch_path("one/results.jsonl"), F_OK), 0);
    tool_free(&result);
}
END_TEST

START_TEST(nothing_but_the_reports_is_left_in_the_folder)
{
    char command[1024];

    snprintf(command, sizeof(command),
             "test \"$(ls -A %s | tr '\\n' ' ')\" = 'junit.xml results.jsonl results.tap '",
             scratch_path("reports"));
    ck_assert_int_eq(system(command), 0);
}
END_TEST

START_TEST(a_failure_shows_the_line_the_values_and_the_clause)
{
    struct tool_result result = tool_expect(1, "run --agent %s --output %s --filter ]]> %s", agent_path(),
                                            scratch_path("reports"), scratch_path("hostile.drill"));
    static const char *const parts[] = {"FAIL",
                                        "hostile.drill:4",
                                        "a ]]> b & <c>",
                                        "expected",
                                        "p       -> \"nothing of that\\n\"",
                                        "got",
                                        "clause",
                                        "SHMGET-07",
                                        "It <fails> & \"more\"."};
    const char *cursor = result.out;

    for (size_t i = 0; i < sizeof(parts) / sizeof(*parts); i++) {
        cursor = strstr(cursor, parts[i]);
        ck_assert_msg(cursor != NULL, "no '%s' at its place in\n%s", parts[i], result.out);
    }
    tool_free(&result);
}
END_TEST

/* What the tool prints on a terminal of its own, to be freed. */
static char *on_a_terminal(const char *no_colour)
{
    int master = posix_openpt(O_RDWR | O_NOCTTY | O_CLOEXEC);
    char *text;
    size_t length;
    FILE *out = open_memstream(&text, &length);

    ck_assert(master >= 0 && grantpt(master) == 0 && unlockpt(master) == 0);
    char *slave = strdup(ptsname(master));
    pid_t child = fork();

    if (child == 0) {
        int terminal = open(slave, O_RDWR | O_NOCTTY);

        dup2(terminal, STDOUT_FILENO);
        dup2(terminal, STDERR_FILENO);
        setenv("TERM", "xterm", 1);
        if (no_colour)
            setenv("NO_COLOR", no_colour, 1);
        else
            unsetenv("NO_COLOR");
        execl(tool_path(), tool_path(), "run", "--agent", agent_path(), "--output", scratch_path("terminal"),
              scratch_path("hostile.drill"), (char *)NULL);
        _exit(127);
    }
    int held = open(slave, O_RDWR | O_NOCTTY | O_CLOEXEC); /* so that reading ends only with the child */
    char bytes[4096];
    bool ended = false;

    while (!ended) {
        ended = waitpid(child, NULL, WNOHANG) == child;
        fcntl(master, F_SETFL, O_NONBLOCK);
        for (ssize_t got; (got = read(master, bytes, sizeof(bytes))) > 0;)
            fwrite(bytes, 1, (size_t)got, out);
    }
    fclose(out);
    close(held);
    close(master);
    free(slave);
    return text;
}

START_TEST(a_terminal_has_colour_unless_it_is_not_wanted)
{
    char *coloured = on_a_terminal(NULL), *plain = on_a_terminal("1"), *empty = on_a_terminal("");

    ck_assert_ptr_nonnull(strstr(coloured, "\033[3"));
    ck_assert_ptr_null(strstr(plain, "\033[3"));
    ck_assert_ptr_nonnull(strstr(empty, "\033[3")); /* no-color.org: set and not empty */
    ck_assert_ptr_nonnull(strstr(plain, "5 instances: 2 pass, 1 fail, 1 skip, 1 error"));
    /* What the program under test printed is not obeyed. */
    ck_assert_ptr_null(strstr(plain, "\033[31m"));
    free(coloured);
    free(plain);
    free(empty);
}
END_TEST

START_TEST(a_record_survives_being_written_and_read)
{
    char *results = read_whole(scratch_path("reports/results.jsonl")), *rest = results, *line;

    while ((line = strsep(&rest, "\n")) && *line) {
        struct arena arena = {0};
        struct record record;
        const char *problem, *again;
        char with_newline[RECORD_TEXT_BYTES_MAX * 4];

        ck_assert_msg(record_from_json(line, &record, &arena, &problem), "%s", problem);
        again = record_to_json(&record, &arena);
        snprintf(with_newline, sizeof(with_newline), "%s\n", line);
        ck_assert_str_eq(again, with_newline);
        arena_free(&arena);
    }
    free(results);
}
END_TEST

START_TEST(a_record_that_lacks_a_field_or_is_none_is_refused)
{
    char *results = read_whole(scratch_path("reports/results.jsonl"));
    struct arena arena = {0};
    struct record record;
    const char *problem = NULL;

    results[strcspn(results, "\n")] = '\0';
    for (size_t length = 0; length < strlen(results); length++)
        ck_assert(!record_from_json(arena_copy(&arena, results, length), &record, &arena, &problem));
    char *name = strstr(results, "\"deviates\"");

    name[1] = 'D';
    ck_assert(!record_from_json(results, &record, &arena, &problem));
    ck_assert_ptr_nonnull(strstr(problem, "deviates"));
    arena_free(&arena);
    free(results);
}
END_TEST

Suite *reports_suite(void)
{
    Suite *suite = suite_create("reports");
    TCase *formats = tcase_create("formats");

    tcase_set_timeout(formats, 30);
    tcase_add_checked_fixture(formats, make_reports, scratch_remove);
    tcase_add_test(formats, each_line_of_the_results_is_an_object_with_every_field);
    tcase_add_loop_test(formats, reports_are_text_without_control_bytes, 0, 3);
    tcase_add_test(formats, tap_counts_what_ran_whatever_the_text_holds);
    tcase_add_test(formats, prove_reads_the_tap_of_a_green_run);
    tcase_add_test(formats, junit_is_well_formed_and_counts_what_ran);
    tcase_add_test(formats, only_the_formats_asked_for_are_written);
    tcase_add_test(formats, nothing_but_the_reports_is_left_in_the_folder);
    tcase_add_test(formats, a_failure_shows_the_line_the_values_and_the_clause);
    tcase_add_test(formats, a_terminal_has_colour_unless_it_is_not_wanted);
    tcase_add_test(formats, a_record_survives_being_written_and_read);
    tcase_add_test(formats, a_record_that_lacks_a_field_or_is_none_is_refused);
    suite_add_tcase(suite, formats);
    return suite;
}

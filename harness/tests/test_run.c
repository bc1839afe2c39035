/* supervisor/ and cli/run.c: which instances run, in which order they are told, and with which exit code. */
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <unistd.h>

#include "supervisor/record.h"
#include "tests/surroundings.h"
#include "tests/tests.h"
#include "tests/tool.h"

/* Two files of 30 and 12 instances; of each kind of verdict there are some. */
static const char many[] = "case \"size <size> flags <flags>\"\n"
                           "  clause SHMGET-07\n"
                           "  writer  shmget(KEY, <size>, <flags>) = -1 ENOENT\n"
                           "  where\n    size\n    1..10\n"
                           "  where\n    flags\n    0\n    0400\n    IPC_EXCL\n";
static const char mixed[] = "case \"passes\"\n  clause SEMGET-01\n  writer  getpid() = _\n"
                            "case \"fails\"\n  clause SEMGET-02\n  writer  shmget(KEY, 1, 0) = 7\n"
                            "case \"skips\"\n  needs linux 99.0\n  writer  getpid() = _\n"
                            "case \"errs\"\n  require 1/0\n"
                            "case \"numbered <n>\"\n  writer  getpid() = _\n  where\n    n\n    1..8\n";

static void make_scratch(void)
{
    scratch_make();
    scratch_write("many.drill", many);
    scratch_write("mixed.drill", mixed);
}

/* "verdict file: title#repeat" of every record, a line each, in order. To be freed. */
static char *told(void)
{
    char *text, *results = read_whole(scratch_path("reports/results.jsonl")), *rest = results, *line;
    size_t length;
    FILE *out = open_memstream(&text, &length);

    while ((line = strsep(&rest, "\n")) && *line) {
        struct arena arena = {0};
        struct record record;
        const char *problem;

        ck_assert_msg(record_from_json(line, &record, &arena, &problem), "%s: %s", problem, line);
        fprintf(out, "%s %s: %s#%zu\n", verdict_name(record.verdict.kind), strrchr(record.file, '/') + 1,
                record.title, record.repeat);
        arena_free(&arena);
    }
    fclose(out);
    free(results);
    return text;
}

/* Runs all of the scratch folder with `options`, expects `code`, and returns what was told. To be freed. */
static char *run_all(int code, const char *options)
{
    struct tool_result result = tool_expect(code, "run --agent %s --output %s %s %s", agent_path(),
                                            scratch_path("reports"), options, scratch_path("."));

    tool_free(&result);
    return told();
}

static size_t count_lines(const char *text)
{
    size_t count = 0;

    for (; *text; text++)
        count += *text == '\n';
    return count;
}

static int compare_texts(const void *one, const void *other)
{
    return strcmp(*(char *const *)one, *(char *const *)other);
}

/* The lines of the texts, sorted. To be freed. */
static char *sorted(const char *text)
{
    char *copy = strdup(text), *rest = copy, *line, *all;
    char **lines = calloc(count_lines(text) + 1, sizeof(*lines));
    size_t count = 0, length;

    ck_assert(copy && lines);
    while ((line = strsep(&rest, "\n")) && *line)
        lines[count++] = line;
    qsort(lines, count, sizeof(*lines), compare_texts);
    FILE *out = open_memstream(&all, &length);

    for (size_t i = 0; i < count; i++)
        fprintf(out, "%s\n", lines[i]);
    fclose(out);
    free(lines);
    free(copy);
    return all;
}

START_TEST(the_order_does_not_depend_on_how_many_run_at_a_time)
{
    char *one = run_all(1, "-j 1"), *four = run_all(1, "-j 4"), *nine = run_all(1, "-j 9");

    ck_assert_uint_eq(count_lines(one), 42);
    ck_assert_str_eq(one, four);
    ck_assert_str_eq(one, nine);
    ck_assert_ptr_nonnull(
        strstr(one, "pass many.drill: size 1 flags 0#0\npass many.drill: size 1 flags 0400#0\n"));
    free(one);
    free(four);
    free(nine);
}
END_TEST

START_TEST(a_shuffled_order_is_another_and_its_seed_gives_it_again)
{
    char *plain = run_all(1, "-j 2"), *first = run_all(1, "--shuffle=7 -j 1"),
         *again = run_all(1, "--shuffle=7 -j 4"), *other = run_all(1, "--shuffle=8 -j 2");
    char *plain_sorted = sorted(plain), *first_sorted = sorted(first), *other_sorted = sorted(other);

    ck_assert_str_eq(first, again);
    ck_assert_str_ne(first, plain);
    ck_assert_str_ne(first, other);
    ck_assert_str_eq(first_sorted, plain_sorted);
    ck_assert_str_eq(other_sorted, plain_sorted);
    free(plain);
    free(first);
    free(again);
    free(other);
    free(plain_sorted);
    free(first_sorted);
    free(other_sorted);
}
END_TEST

/* Codes differ: a shard without the failing cases is green. */
static char *run_shard(const char *options)
{
    struct tool_result result = tool_run("run --agent %s --output %s %s %s", agent_path(),
                                         scratch_path("reports"), options, scratch_path("."));

    ck_assert_msg(result.status == 0 || result.status == 1 << 8, "%#x: %s", result.status, result.error);
    tool_free(&result);
    return told();
}

START_TEST(shards_together_are_exactly_the_whole)
{
    static const char *const orders[] = {"", "--shuffle=3"};
    char options[64], *whole = run_all(1, ""), *parts;
    size_t length;
    FILE *out = open_memstream(&parts, &length);

    for (int i = 1; i <= 5; i++) {
        snprintf(options, sizeof(options), "--shard %d/5 %s", i, orders[_i]);
        char *part = run_shard(options);

        ck_assert_uint_ge(count_lines(part), 42 / 5);
        ck_assert_uint_le(count_lines(part), 42 / 5 + 1);
        fputs(part, out);
        free(part);
    }
    fclose(out);
    char *whole_sorted = sorted(whole), *parts_sorted = sorted(parts);

    ck_assert_str_eq(parts_sorted, whole_sorted);
    free(whole);
    free(parts);
    free(whole_sorted);
    free(parts_sorted);
}
END_TEST

START_TEST(a_repeated_run_tells_every_instance_so_often)
{
    char *all = run_all(0, "--repeat 3 --filter numbered");

    ck_assert_uint_eq(count_lines(all), 24);
    ck_assert_ptr_nonnull(strstr(all, "pass mixed.drill: numbered 8#0\npass mixed.drill: numbered 1#1\n"));
    ck_assert_ptr_nonnull(strstr(all, "numbered 8#2\n"));
    free(all);
}
END_TEST

static const struct {
    const char *options;
    int code;
    const char *told;
} selections[] = {
    {"--filter passes", 0, "pass mixed.drill: passes#0\n"},
    {"--filter PASSES", 0, "pass mixed.drill: passes#0\n"},
    {"--filter passes --filter skips", 0, "pass mixed.drill: passes#0\nskip mixed.drill: skips#0\n"},
    {"--filter many.drill --filter passes --clause SEMGET", 0, "pass mixed.drill: passes#0\n"},
    {"--clause SEMGET-02", 1, "fail mixed.drill: fails#0\n"},
    {"--clause semget", 1, "pass mixed.drill: passes#0\nfail mixed.drill: fails#0\n"},
    {"--filter fails", 1, "fail mixed.drill: fails#0\n"},
    {"--filter errs", 1, "error mixed.drill: errs#0\n"},
    {"--fail-fast -j 4 --filter mixed.drill", 1, "pass mixed.drill: passes#0\nfail mixed.drill: fails#0\n"},
    {"--fail-fast -j 1 --filter mixed.drill", 1, "pass mixed.drill: passes#0\nfail mixed.drill: fails#0\n"},
};

START_TEST(what_is_selected_runs_and_nothing_else)
{
    char *got = run_all(selections[_i].code, selections[_i].options);

    ck_assert_msg(strcmp(got, selections[_i].told) == 0, "%s gives\n%s", selections[_i].options, got);
    free(got);
}
END_TEST

/* Words behind `ipcdrill`, %s the scratch folder, and the exit code they must give. */
static const struct {
    const char *command;
    int code;
    const char *error; /* part of what is said on standard error */
} codes[] = {
    {"run --output %s/out --filter passes %s", 0, ""},
    {"run --output %s/out --filter skips %s", 0, ""},
    {"run --output %s/out --filter fails %s", 1, ""},
    {"run --output %s/out --filter errs %s", 1, ""},
    {"run --filter nowhere %s", 2, "no case matches"},
    {"run --clause NOWHERE-1 %s", 2, ""},
    {"run %s/none.drill", 2, "No such file or directory"},
    {"run %s/bad.txt", 2, "unknown actor wrter, did you mean writer?"},
    {"run --output %s/out --agent /nowhere --filter passes %s", 3, "/nowhere"},
    {"run --jobs 0 %s", 2, "--jobs cannot be '0'"},
    {"run --jbos 2 %s", 2, "did you mean --jobs?"},
    {"run --shard 4/3 %s", 2, "--shard cannot be '4/3'"},
    {"run --shard 0/3 %s", 2, "--shard cannot be '0/3'"},
    {"run --timeout soon %s", 2, "--timeout cannot be 'soon'"},
    {"run --isolation some %s", 2, "--isolation cannot be 'some'"},
    {"run --calls both %s", 2, "--calls cannot be 'both'"},
    {"run --format html %s", 2, "--format cannot be 'html'"},
    {"run --repeat", 2, "--repeat needs a value"},
    {"rnu %s", 2, "did you mean run?"},
    {"check-syntax %s", 0, ""},
    {"check-syntax %s/bad.txt", 2, "did you mean writer?"},
    {"list %s", 0, ""},
    {"show passes --cases %s", 0, ""},
    {"show nowhere --cases %s", 2, ""},
    {"--version", 0, ""},
    {"--help", 0, ""},
};

START_TEST(the_exit_code_tells_what_happened)
{
    scratch_write("bad.txt", "case \"t\"\n  wrter  getpid() = _\n");
    char words[512] = "";
    const char *row = codes[_i].command;

    for (const char *mark; (mark = strstr(row, "%s")); row = mark + 2)
        snprintf(words + strlen(words), sizeof(words) - strlen(words), "%.*s%s", (int)(mark - row), row,
                 scratch_path("."));
    strncat(words, row, sizeof(words) - strlen(words) - 1);
    struct tool_result result = tool_expect(codes[_i].code, "%s", words);

    ck_assert_msg(strstr(result.error, codes[_i].error) != NULL, "'%s' says\n%s", codes[_i].command,
                  result.error);
    tool_free(&result);
}
END_TEST

START_TEST(a_file_with_a_mistake_is_told_and_the_others_run)
{
    scratch_write("bad.drill", "case \"t\"\n  wrter  getpid() = _\n");
    scratch_write("empty.drill", "");
    char *got = run_all(2, "--filter passes");

    ck_assert_str_eq(got, "pass mixed.drill: passes#0\n");
    free(got);
}
END_TEST

START_TEST(reports_that_cannot_be_written_are_trouble_and_the_verdict_stands)
{
    scratch_write("file", "no folder");
    struct tool_result result = tool_expect(3, "run --agent %s --output %s --filter passes %s", agent_path(),
                                            scratch_path("file/reports"), scratch_path("."));

    ck_assert_ptr_nonnull(strstr(result.out, "1 instance: 1 pass"));
    ck_assert_ptr_nonnull(strstr(result.error, "file/reports"));
    tool_free(&result);
    result = tool_expect(3, "run --agent %s --output %s --filter fails %s", agent_path(),
                         scratch_path("file/reports"), scratch_path("."));
    ck_assert_ptr_nonnull(strstr(result.out, "FAIL"));
    tool_free(&result);
}
END_TEST

START_TEST(a_full_disk_is_trouble_and_the_verdict_stands)
{
    if (unshare(CLONE_NEWNS) < 0 || mount("none", "/", NULL, MS_REC | MS_PRIVATE, NULL) < 0)
        return; /* without root nothing can be mounted */
    const char *folder = scratch_path("full");

    ck_assert_int_eq(mkdir(folder, 0700), 0);
    ck_assert_int_eq(mount("none", folder, "tmpfs", 0, "size=16k"), 0);
    struct tool_result result = tool_expect(3, "run --agent %s --output %s --repeat 10 --filter many %s",
                                            agent_path(), folder, scratch_path("."));

    ck_assert_ptr_nonnull(strstr(result.out, "300 instances: 300 pass"));
    ck_assert_ptr_nonnull(strstr(result.error, "No space left on device"));
    tool_free(&result);
    ck_assert_int_eq(umount(folder), 0);
}
END_TEST

START_TEST(a_pipe_that_nobody_reads_is_not_success)
{
    struct tool_result result = tool_run("list %s", scratch_path("."));

    ck_assert_int_eq(result.status, 0);
    tool_free(&result);
    char command[1024];

    snprintf(command, sizeof(command), "%s list %s > /dev/full 2> /dev/null", tool_path(), scratch_path("."));
    ck_assert_int_eq(system(command), 3 << 8);
}
END_TEST

START_TEST(on_a_pipe_there_is_nothing_but_data)
{
    struct tool_result result = tool_expect(1, "run --agent %s --output %s %s", agent_path(),
                                            scratch_path("reports"), scratch_path("."));

    for (const char *byte = result.out; *byte; byte++)
        ck_assert_msg(*byte == '\n' || (unsigned char)*byte >= ' ', "a control byte %#x", *byte);
    ck_assert_ptr_nonnull(strstr(result.out, "42 instances: 39 pass, 1 fail, 1 skip, 1 error"));
    tool_free(&result);
}
END_TEST

Suite *run_suite(void)
{
    Suite *suite = suite_create("run");
    TCase *runs = tcase_create("runs");

    tcase_set_timeout(runs, 30);
    tcase_add_checked_fixture(runs, make_scratch, scratch_remove);
    tcase_add_test(runs, the_order_does_not_depend_on_how_many_run_at_a_time);
    tcase_add_test(runs, a_shuffled_order_is_another_and_its_seed_gives_it_again);
    tcase_add_loop_test(runs, shards_together_are_exactly_the_whole, 0, 2);
    tcase_add_test(runs, a_repeated_run_tells_every_instance_so_often);
    tcase_add_loop_test(runs, what_is_selected_runs_and_nothing_else, 0,
                        sizeof(selections) / sizeof(*selections));
    tcase_add_loop_test(runs, the_exit_code_tells_what_happened, 0, sizeof(codes) / sizeof(*codes));
    tcase_add_test(runs, a_file_with_a_mistake_is_told_and_the_others_run);
    tcase_add_test(runs, reports_that_cannot_be_written_are_trouble_and_the_verdict_stands);
    tcase_add_test(runs, a_full_disk_is_trouble_and_the_verdict_stands);
    tcase_add_test(runs, a_pipe_that_nobody_reads_is_not_success);
    tcase_add_test(runs, on_a_pipe_there_is_nothing_but_data);
    suite_add_tcase(suite, runs);
    return suite;
}

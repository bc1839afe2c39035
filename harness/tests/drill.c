#include "tests/drill.h"

#include <check.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "supervisor/processors.h"
#include "supervisor/record.h"
#include "tests/surroundings.h"

/*
 * Longer than Check waits for a test: a test that passes has not waited for it.
 */
enum { CALL_TIMEOUT_MS = 60 * 1000 };

struct case_file *drill_read(const char *text)
{
    struct diagnostics diagnostics = {0};
    struct case_file *file = notation_parse("t.drill", text, strlen(text), &diagnostics);

    if (file)
        notation_check(file, NULL, &diagnostics);
    if (diagnostics.first)
        ck_abort_msg("%d:%d: %s in\n%s", diagnostics.first->at.line, diagnostics.first->at.column,
                     diagnostics.first->text, text);
    return file;
}

char *drill_print(const struct case_file *file)
{
    char *text;
    size_t length;
    FILE *out = open_memstream(&text, &length);

    notation_print_file(file, out);
    fclose(out);
    return text;
}

struct conductor_options bench_options(void)
{
    return (struct conductor_options){.agent = agent_path(),
                                      .programs = programs_path(),
                                      .timeout_ms = CALL_TIMEOUT_MS,
                                      .processor = processors_at(0)};
}

void bench_open(struct bench *bench, const struct conductor_options *options)
{
    const char *problem = NULL;

    *bench = (struct bench){.options = *options};
    bench->conductor = conductor_start(&bench->options, &bench->arena, &problem);
    ck_assert_msg(bench->conductor != NULL, "%s", problem);
}

struct verdict bench_run(struct bench *bench, const char *text, size_t index)
{
    struct verdict verdict;

    notation_free(bench->file);
    bench->file = drill_read(text);
    conductor_run(bench->conductor, bench->file, bench->file->cases, index, &bench->arena, &verdict);
    return verdict;
}

void bench_close(struct bench *bench)
{
    conductor_stop(bench->conductor);
    notation_free(bench->file);
    arena_free(&bench->arena);
}

static void expect_text(const struct expectation *row, const char *what, const char *expected,
                        const char *got)
{
    if (expected && (!got || strcmp(expected, got) != 0))
        ck_abort_msg("%s: %s is\n  %s\ninstead of\n  %s\nin\n%s", row->sentence, what, got ? got : "nothing",
                     expected, row->text);
}

/* An ordinary user without subordinate ids can take nobody else's: such rows are root's to judge. */
static bool is_for_root(const struct verdict *verdict)
{
    return geteuid() != 0 && verdict->kind == VERDICT_SKIP && verdict->reason &&
           strncmp(verdict->reason, "needs uids", strlen("needs uids")) == 0;
}

void bench_expect(struct bench *bench, const struct expectation *row)
{
    struct verdict verdict = bench_run(bench, row->text, 0);

    if (is_for_root(&verdict))
        return;
    if (verdict.kind != row->kind)
        ck_abort_msg("%s: %s (%s, got %s) instead of %s in\n%s", row->sentence, verdict_name(verdict.kind),
                     verdict.reason ? verdict.reason : "no reason", verdict.got ? verdict.got : "nothing",
                     verdict_name(row->kind), row->text);
    expect_text(row, "reason", row->reason, verdict.reason);
    expect_text(row, "expected", row->expected, verdict.expected);
    expect_text(row, "got", row->got, verdict.got);
    ck_assert_msg(!row->line || row->line == verdict.line, "%s: line %d instead of %d in\n%s", row->sentence,
                  verdict.line, row->line, row->text);
}

char *transcript_text(const struct verdict *verdict)
{
    char *text;
    size_t length;
    FILE *out = open_memstream(&text, &length);

    for (const struct word *line = verdict->transcript; line; line = line->next)
        fprintf(out, "%s\n", line->text);
    fclose(out);
    return text;
}

struct bench plain_bench;

void plain_bench_open(void)
{
    const struct conductor_options options = bench_options();

    bench_open(&plain_bench, &options);
}

void plain_bench_close(void)
{
    bench_close(&plain_bench);
}

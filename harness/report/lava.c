/*
 * The signals by which a LAVA test shell hears of results when they are printed on the console: a test set for each
 * group, a test case for each instance, named by file, line and row. What failed stands in lines of the log above it.
 * LAVA has no word for a known deviation: it is a skip.
 */
#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "report/failure.h"
#include "report/formats.h"

struct lava {
    const struct results_source *source;
    FILE *out;
    char *set; /* that is open, or NULL */
};

static const char *const results[VERDICT_KINDS] = {
    [VERDICT_PASS] = "pass",  [VERDICT_FAIL] = "fail",  [VERDICT_SKIP] = "skip",
    [VERDICT_ERROR] = "fail", [VERDICT_XFAIL] = "skip", [VERDICT_XPASS] = "pass",
};

/* LAVA takes letters, digits, '_', '-' and '.' in names. */
static void print_word(const char *text, size_t length, FILE *out)
{
    for (; length-- > 0; text++)
        fputc(isalnum((unsigned char)*text) || strchr("_-.", *text) ? *text : '_', out);
}

static void close_set(struct lava *lava)
{
    if (lava->set)
        fputs("<LAVA_SIGNAL_TESTSET STOP>\n", lava->out);
    free(lava->set);
    lava->set = NULL;
}

static void open_set(struct lava *lava, const char *group)
{
    if (lava->set && strcmp(lava->set, group) == 0)
        return;
    close_set(lava);
    lava->set = strdup(group);
    fputs("<LAVA_SIGNAL_TESTSET START ", lava->out);
    print_word(group, strlen(group), lava->out);
    fputs(">\n", lava->out);
}

/* What failed, in lines that begin with "# "; a '<' of theirs must not begin a signal. */
static void print_details(const struct record *record, const struct clause_table *clauses, FILE *out)
{
    char *details, *rest, *line;
    size_t size;
    FILE *memory = open_memstream(&details, &size);

    if (!memory)
        abort();
    failure_print_details(record, clauses, memory);
    fclose(memory);
    rest = details;
    while ((line = strsep(&rest, "\n")) && (*line || rest)) {
        fputs("# ", out);
        for (; *line; line++)
            fputc(*line == '<' && line[1] == 'L' ? '(' : *line, out);
        fputc('\n', out);
    }
    free(details);
}

/* The file's name without its ending, the line, and the numbers of row and repeat where they are not the first. */
static void print_id(const struct record *record, FILE *out)
{
    const char *slash = strrchr(record->file, '/');
    const char *name = slash ? slash + 1 : record->file;

    print_word(name, strcspn(name, "."), out);
    fprintf(out, ".%d", record->line);
    if (record->instance > 0)
        fprintf(out, ".%zu", record->instance);
    if (record->repeat > 0)
        fprintf(out, ".repeat-%zu", record->repeat + 1);
}

static void print_record(void *context, size_t number, const struct record *record)
{
    struct lava *lava = context;
    enum verdict_kind kind = record->verdict.kind;

    (void)number;
    open_set(lava, record->group);
    if (verdict_is_red(kind))
        print_details(record, lava->source->clauses, lava->out);
    fputs("<LAVA_SIGNAL_TESTCASE TEST_CASE_ID=", lava->out);
    print_id(record, lava->out);
    fprintf(lava->out, " RESULT=%s MEASUREMENT=%.3f UNITS=ms>\n", results[kind],
            (double)record->verdict.duration_ns / 1e6);
}

bool lava_write(const struct results_source *source, FILE *out, struct diagnostics *diagnostics)
{
    struct lava lava = {.source = source, .out = out};
    bool good = results_read_stream(source->stream, source->path, print_record, &lava, diagnostics);

    close_set(&lava);
    return good;
}

/*
 * TAP version 14 (testanything.org): a plan, one line for each record, and a YAML block under those that
 * failed.
 */
#include <string.h>

#include "report/naming.h"
#include "supervisor/text.h"

/* In a description, # would begin a directive and \ an escape. */
static void print_description(const char *text, FILE *out)
{
    for (; *text; text++) {
        if (*text == '#' || *text == '\\')
            fputc('\\', out);
        fputc(*text, out);
    }
}

/* A double-quoted scalar of YAML: its escapes are JSON's where JSON has them. */
static void print_scalar(const char *text, FILE *out)
{
    fputc('"', out);
    for (; *text; text++) {
        unsigned char byte = (unsigned char)*text;

        if (byte == '"' || byte == '\\')
            fprintf(out, "\\%c", byte);
        else if (byte < ' ' || byte == 0x7f)
            fprintf(out, "\\x%02x", byte);
        else
            fputc(byte, out);
    }
    fputc('"', out);
}

static void print_field(const char *name, const char *text, FILE *out)
{
    if (!text)
        return;
    fprintf(out, "  %s: ", name);
    print_scalar(text, out);
    fputc('\n', out);
}

static void print_list(const char *name, const struct word *words, FILE *out)
{
    if (!words)
        return;
    fprintf(out, "  %s:\n", name);
    for (const struct word *word = words; word; word = word->next) {
        fputs("    - ", out);
        print_scalar(word->text, out);
        fputc('\n', out);
    }
}

static void print_block(const struct record *record, FILE *out)
{
    const struct verdict *verdict = &record->verdict;

    fputs("  ---\n", out);
    print_field("verdict", verdict_name(verdict->kind), out);
    print_field("file", record->file, out);
    fprintf(out, "  line: %d\n", verdict->line);
    print_field("message", verdict->reason, out);
    print_field("expected", verdict->expected, out);
    print_field("got", verdict->got, out);
    print_list("transcript", verdict->transcript, out);
    print_list("clauses", record->clauses, out);
    print_field("link", record->known.link, out);
    fputs("  ...\n", out);
}

/* Readers count an unexpected pass of a TODO, and take its failure for none. */
static void print_directive(const struct record *record, struct arena *arena, FILE *out)
{
    const char *reason = record->verdict.kind == VERDICT_SKIP ? record->verdict.reason : record->known.reason;

    if (record->verdict.kind == VERDICT_SKIP)
        fputs(" # SKIP ", out);
    else if (reason)
        fputs(" # TODO ", out);
    print_description(text_visible(reason ? reason : "", arena), out);
}

struct tap {
    const struct results_source *source;
    FILE *out;
};

static void print_record(void *context, size_t number, const struct record *record)
{
    const struct tap *tap = context;
    struct arena arena = {0};
    bool failed = verdict_is_red(record->verdict.kind) || record->verdict.kind == VERDICT_XFAIL;

    fprintf(tap->out, "%s %zu - ", failed ? "not ok" : "ok", number);
    print_description(text_visible(record->file, &arena), tap->out);
    fputs(": ", tap->out);
    print_description(text_visible(record_name(record, tap->source, &arena), &arena), tap->out);
    print_directive(record, &arena, tap->out);
    fputc('\n', tap->out);
    if (failed)
        print_block(record, tap->out);
    arena_free(&arena);
}

bool tap_write(const struct results_source *source, FILE *out, struct diagnostics *diagnostics)
{
    size_t count = count_sum(&source->tally->total);
    struct tap tap = {source, out};

    fprintf(out, "TAP version 14\n1..%zu", count);
    fputs(count == 0 ? " # SKIP nothing to run\n" : "\n", out);
    return results_read_stream(source->stream, source->path, print_record, &tap, diagnostics);
}

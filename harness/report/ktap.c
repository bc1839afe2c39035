/*
 * KTAP version 1, as the kernel's Documentation/dev-tools/ktap.rst has it and kselftest's and KUnit's readers take it:
 * two blanks a level, and no # in a description, for which there is no escape (\x23 stands for it). Each stretch of
 * records of one group (and target) is a test, its records are subtests. Plans come first, so stretches are counted in
 * a first reading.
 */
#include <stdlib.h>
#include <string.h>

#include "report/naming.h"
#include "supervisor/text.h"

struct stretch {
    size_t count, skipped;
    bool red;
};

struct ktap {
    const struct results_source *source;
    FILE *out;
    struct stretch *stretches;
    size_t count, room;
    char *name, *before; /* of the stretch that is read, and of the one before it */
    size_t at;           /* in the second reading: how many stretches began, */
    size_t subtest;      /* and instances of the last of them */
};

static const char *stretch_name(const struct ktap *ktap, const struct record *record, struct arena *arena)
{
    if (ktap->source->tally->targets.count <= 1)
        return record->group;
    return arena_print(arena, "%s [%s]", record->group, target_label(&record->target, arena));
}

/* Returns whether another stretch begins with this record. */
static bool begins(struct ktap *ktap, const struct record *record)
{
    struct arena arena = {0};
    const char *name = stretch_name(ktap, record, &arena);
    bool another = !ktap->name || strcmp(ktap->name, name) != 0;

    if (another) {
        free(ktap->before);
        ktap->before = ktap->name;
        ktap->name = strdup(name);
    }
    arena_free(&arena);
    return another;
}

static void count_record(void *context, size_t number, const struct record *record)
{
    struct ktap *ktap = context;

    (void)number;
    if (begins(ktap, record)) {
        if (ktap->count == ktap->room) {
            ktap->room = ktap->room * 2 + 64;
            ktap->stretches = reallocarray(ktap->stretches, ktap->room, sizeof(*ktap->stretches));
            if (!ktap->stretches)
                abort();
        }
        ktap->stretches[ktap->count++] = (struct stretch){0};
    }
    struct stretch *stretch = &ktap->stretches[ktap->count - 1];

    stretch->count++;
    stretch->skipped += record->verdict.kind == VERDICT_SKIP;
    stretch->red = stretch->red || verdict_is_red(record->verdict.kind);
}

/* Nothing of it can be taken for a directive or another line. */
static void print_plain(const char *text, FILE *out)
{
    struct arena arena = {0};

    for (const char *at = text_visible(text, &arena); *at; at++) {
        if (*at == '#')
            fputs("\\x23", out);
        else
            fputc(*at, out);
    }
    arena_free(&arena);
}

static void print_diagnostic(const char *label, const char *text, FILE *out)
{
    if (!text)
        return;
    fprintf(out, "  # %-9s ", label);
    text_print_visible(text, out);
    fputc('\n', out);
}

static void print_diagnostics(const struct record *record, FILE *out)
{
    const struct verdict *verdict = &record->verdict;
    struct arena arena = {0};

    print_diagnostic("at", arena_print(&arena, "%s:%d", record->file, verdict->line), out);
    print_diagnostic("reason", verdict->reason, out);
    print_diagnostic("expected", verdict->expected, out);
    print_diagnostic("got", verdict->got, out);
    for (const struct word *step = verdict->transcript; step; step = step->next)
        print_diagnostic(step == verdict->transcript ? "so far" : "", step->text, out);
    for (const struct word *clause = record->clauses; clause; clause = clause->next)
        print_diagnostic(clause == record->clauses ? "clause" : "", clause->text, out);
    arena_free(&arena);
}

static void end_stretch(struct ktap *ktap, const char *name)
{
    const struct stretch *stretch = &ktap->stretches[ktap->at - 1];

    fprintf(ktap->out, "%s %zu ", stretch->red ? "not ok" : "ok", ktap->at);
    print_plain(name, ktap->out);
    fputs(stretch->skipped == stretch->count ? " # SKIP\n" : "\n", ktap->out);
}

static void begin_stretch(struct ktap *ktap)
{
    fputs("  KTAP version 1\n  # Subtest: ", ktap->out);
    print_plain(ktap->name, ktap->out);
    fprintf(ktap->out, "\n  1..%zu\n", ktap->stretches[ktap->at++].count);
    ktap->subtest = 0;
}

/* A known deviation is an XFAIL, which is ok: kselftest prints it so. */
static void print_subtest(struct ktap *ktap, const struct record *record)
{
    enum verdict_kind kind = record->verdict.kind;
    struct arena arena = {0};

    if (verdict_is_red(kind))
        print_diagnostics(record, ktap->out);
    if (kind == VERDICT_XPASS)
        print_diagnostic("xpass", record->known.reason, ktap->out);
    fprintf(ktap->out, "  %s %zu ", verdict_is_red(kind) ? "not ok" : "ok", ++ktap->subtest);
    print_plain(record_name(record, ktap->source, &arena), ktap->out);
    if (kind == VERDICT_SKIP || kind == VERDICT_XFAIL) {
        const char *reason = kind == VERDICT_SKIP ? record->verdict.reason : record->known.reason;

        fputs(kind == VERDICT_SKIP ? " # SKIP " : " # XFAIL ", ktap->out);
        print_plain(reason ? reason : "", ktap->out);
    }
    fputc('\n', ktap->out);
    arena_free(&arena);
}

static void print_record(void *context, size_t number, const struct record *record)
{
    struct ktap *ktap = context;

    if (begins(ktap, record)) {
        if (number > 1)
            end_stretch(ktap, ktap->before);
        begin_stretch(ktap);
    }
    print_subtest(ktap, record);
}

bool ktap_write(const struct results_source *source, FILE *out, struct diagnostics *diagnostics)
{
    struct ktap ktap = {.source = source, .out = out};
    bool good = results_read_stream(source->stream, source->path, count_record, &ktap, diagnostics);

    free(ktap.name);
    ktap.name = NULL;
    fprintf(out, "KTAP version 1\n1..%zu\n", ktap.count);
    good = good && results_read_stream(source->stream, source->path, print_record, &ktap, diagnostics);
    if (ktap.at > 0)
        end_stretch(&ktap, ktap.name);
    free(ktap.name);
    free(ktap.before);
    free(ktap.stretches);
    return good;
}

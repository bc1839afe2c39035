/*
 * GitHub's workflow commands (docs: "Workflow commands for GitHub Actions"): a runner that sees these lines in the log
 * annotates the file. It shows ten errors of a step, so the last of ours tells the total.
 */
#include <string.h>

#include "report/naming.h"

struct annotations {
    const struct results_source *source;
    FILE *out;
    size_t errors;
};

/* A message may hold no % and no end of a line as it is; a property no : and , either. */
static void print_escaped(const char *text, const char *special, FILE *out)
{
    for (; *text; text++) {
        if ((unsigned char)*text < ' ' || strchr(special, *text))
            fprintf(out, "%%%02X", (unsigned char)*text);
        else
            fputc(*text, out);
    }
}

static void print_message(const char *text, FILE *out)
{
    print_escaped(text, "%", out);
}

static void print_property(const char *name, const char *text, FILE *out)
{
    fprintf(out, "%s=", name);
    print_escaped(text, "%:,", out);
}

static void print_part(const char *label, const char *text, FILE *out)
{
    if (!text)
        return;
    fprintf(out, "%%0A%-9s ", label);
    print_message(text, out);
}

static void annotate(void *context, size_t number, const struct record *record)
{
    struct annotations *annotations = context;
    const struct verdict *verdict = &record->verdict;
    FILE *out = annotations->out;
    struct arena arena = {0};

    (void)number;
    if (!verdict_is_red(verdict->kind) || annotations->errors == ANNOTATIONS_MAX - 1)
        return;
    annotations->errors++;
    fputs("::error ", out);
    print_property("file", path_in_repository(record->file, annotations->source, &arena), out);
    fprintf(out, ",line=%d,", verdict->line);
    print_property("title", record_name(record, annotations->source, &arena), out);
    fputs("::", out);
    print_message(verdict->reason ? verdict->reason : verdict_name(verdict->kind), out);
    print_part("expected", verdict->expected, out);
    print_part("got", verdict->got, out);
    for (const struct word *clause = record->clauses; clause; clause = clause->next)
        print_part("clause", clause->text, out);
    fputc('\n', out);
    arena_free(&arena);
}

bool github_write(const struct results_source *source, FILE *out, struct diagnostics *diagnostics)
{
    struct annotations annotations = {source, out, 0};
    const struct count *total = &source->tally->total;
    bool good = results_read_stream(source->stream, source->path, annotate, &annotations, diagnostics);

    if (count_is_red(total))
        fprintf(out, "::error title=ipcdrill::%zu of %zu instances: %zu fail, %zu error\n", count_red(total),
                count_sum(total), total->of[VERDICT_FAIL], total->of[VERDICT_ERROR]);
    if (total->of[VERDICT_XPASS])
        fprintf(
            out,
            "::warning title=ipcdrill::known deviations that passed: %zu; the list of them is out of date\n",
            total->of[VERDICT_XPASS]);
    return good;
}

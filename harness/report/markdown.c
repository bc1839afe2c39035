/*
 * GitHub-flavoured Markdown: counts, every red instance, why others were skipped. Text of records is written as
 * character references where Markdown or HTML could see structure in it: a reference never is structure (GFM 6.2).
 * Each block is written whole or, when it would pass MARKDOWN_BYTES_MAX, counted as left out.
 */
#include <stdlib.h>
#include <string.h>

#include "report/failure.h"
#include "report/naming.h"
#include "supervisor/text.h"

enum {
    END_BYTES = 1024, /* kept for telling what was left out */
    NAME_COLUMNS_MAX = 200,
};

struct page {
    const struct results_source *source;
    FILE *out;
    size_t written;
    size_t left_out;
    /* The block that is being made. */
    FILE *block;
    char *text;
    size_t length;
};

static FILE *begin(struct page *page)
{
    page->block = open_memstream(&page->text, &page->length);
    if (!page->block)
        abort();
    return page->block;
}

static void end(struct page *page)
{
    fclose(page->block);
    if (page->written + page->length <= MARKDOWN_BYTES_MAX - END_BYTES) {
        fwrite(page->text, 1, page->length, page->out);
        page->written += page->length;
    } else {
        page->left_out++;
    }
    free(page->text);
}

static void print_references(const char *text, const char *special, FILE *out)
{
    struct arena arena = {0};

    for (const char *at = text_visible(text, &arena); *at; at++) {
        if (strchr(special, *at))
            fprintf(out, "&#%d;", *at);
        else
            fputc(*at, out);
    }
    arena_free(&arena);
}

/* On a line or in a cell; a long one is cut. */
static void print_inline(const char *text, FILE *out)
{
    struct arena arena = {0};
    size_t length = text_prefix(text, NAME_COLUMNS_MAX);

    print_references(arena_copy(&arena, text, length), "&<>\"'`*_|[]\\~#@!(){}$", out);
    fputs(text[length] ? " ..." : "", out);
    arena_free(&arena);
}

static void print_headline(struct page *page)
{
    const struct count *total = &page->source->tally->total;
    FILE *out = begin(page);
    size_t sum = count_sum(total), red = count_red(total);

    if (red)
        fprintf(out, "## ❌ ipcdrill: %zu of %zu instances failed\n\n", red, sum);
    else
        fprintf(out, "## %s ipcdrill: %zu of %zu instances passed, none failed\n\n",
                sum == total->of[VERDICT_SKIP] ? "⚠️" : "✅", total->of[VERDICT_PASS], sum);
    end(page);
}

static bool is_shown(const struct tally *tally, int kind)
{
    return kind < VERDICT_XFAIL || tally->total.of[kind] > 0;
}

static void print_counts(struct page *page, const char *heading, const struct counts *counts)
{
    const struct tally *tally = page->source->tally;
    FILE *out = begin(page);

    fprintf(out, "| %s |", heading);
    for (int kind = 0; kind < VERDICT_KINDS; kind++)
        if (is_shown(tally, kind))
            fprintf(out, " %s |", verdict_name((enum verdict_kind)kind));
    fputs("\n| :-- |", out);
    for (int kind = 0; kind < VERDICT_KINDS; kind++)
        fputs(is_shown(tally, kind) ? " --: |" : "", out);
    fputc('\n', out);
    end(page);
    for (size_t i = 0; i < counts->count; i++) {
        out = begin(page);
        fputs("| ", out);
        print_inline(counts->list[i].name, out);
        fputs(" |", out);
        for (int kind = 0; kind < VERDICT_KINDS; kind++)
            if (is_shown(tally, kind))
                fprintf(out, " %zu |", counts->list[i].of[kind]);
        fputc('\n', out);
        end(page);
    }
}

static void print_plain(struct page *page, const char *text)
{
    fputs(text, begin(page));
    end(page);
}

static void print_reasons(struct page *page, const char *heading, const struct counts *reasons)
{
    if (reasons->count == 0)
        return;
    print_plain(page, heading);
    for (size_t i = 0; i < reasons->count; i++) {
        FILE *out = begin(page);

        fprintf(out, "- %zu × ", count_sum(&reasons->list[i]));
        print_inline(reasons->list[i].name, out);
        fputc('\n', out);
        end(page);
    }
}

static void print_failure(void *context, size_t number, const struct record *record)
{
    struct page *page = context;
    struct arena arena = {0};

    (void)number;
    if (!verdict_is_red(record->verdict.kind))
        return;
    FILE *out = begin(page);
    struct arena_stream details;

    fprintf(out, "<details><summary><b>%s</b> <code>", verdict_name(record->verdict.kind));
    print_inline(path_in_repository(record->file, page->source, &arena), out);
    fprintf(out, ":%d</code> ", record->verdict.line);
    print_inline(record_name(record, page->source, &arena), out);
    fputs("</summary>\n<pre>", out);
    failure_print_details(record, page->source->clauses, arena_stream_open(&details));
    for (char *rest = arena_stream_close(&details, &arena), *line; (line = strsep(&rest, "\n"));) {
        print_references(line, "&<>", out);
        fputs(rest ? "\n" : "", out);
    }
    fputs("</pre>\n</details>\n\n", out);
    arena_free(&arena);
    end(page);
}

bool markdown_write(const struct results_source *source, FILE *out, struct diagnostics *diagnostics)
{
    struct page page = {.source = source, .out = out};
    const struct tally *tally = source->tally;
    bool good = true;

    print_headline(&page);
    print_counts(&page, "target", &tally->targets);
    print_plain(&page, "\n");
    if (count_is_red(&tally->total))
        good = results_read_stream(source->stream, source->path, print_failure, &page, diagnostics);
    print_plain(&page, "<details><summary>By group</summary>\n\n");
    print_counts(&page, "group", &tally->groups);
    print_plain(&page, "\n</details>\n");
    print_reasons(&page, "\nSkipped, because something is missing:\n\n", &tally->reasons);
    print_reasons(&page, "\nKnown deviations:\n\n", &tally->known);
    if (page.left_out)
        fprintf(out, "\n\n%zu parts of this page were left out: it would be longer than 1 MiB.\n",
                page.left_out);
    return good;
}

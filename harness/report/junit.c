/*
 * JUnit XML. The schema is Jenkins' junit-10.xsd, the strictest of the readers: no file or line on a
 * testcase, no skipped on testsuites. GitLab drops a second testcase of the same classname and name, so a
 * repeat says so in its name; all read the place of a failure from the first line of its body.
 */
#include <stdlib.h>
#include <string.h>

#include "report/failure.h"
#include "report/formats.h"
#include "supervisor/text.h"

struct page {
    FILE *out;
    const struct clause_table *clauses;
};

/* Text is UTF-8 by the schema of records; XML 1.0 has no other control characters than these three. */
static void print_text(const char *text, FILE *out)
{
    static const struct {
        char byte;
        const char *entity;
    } entities[] = {
        {'&', "&amp;"},  {'<', "&lt;"},  {'>', "&gt;"},   {'"', "&quot;"},
        {'\n', "&#10;"}, {'\t', "&#9;"}, {'\r', "&#13;"},
    };

    for (; *text; text++) {
        const char *entity = NULL;

        for (size_t i = 0; i < sizeof(entities) / sizeof(entities[0]); i++) {
            if (entities[i].byte == *text)
                entity = entities[i].entity;
        }
        if (entity)
            fputs(entity, out);
        else if ((unsigned char)*text >= ' ' && *text != 0x7f)
            fputc(*text, out);
    }
}

/* "cases/shmget/existing.drill" becomes "cases.shmget.existing": readers group by what is between dots. */
static void print_class(const char *file, FILE *out)
{
    size_t length = strlen(file);
    struct arena arena = {0};

    while (strncmp(file, "./", 2) == 0 || strncmp(file, "../", 3) == 0 || *file == '/')
        file = strchr(file, '/') + 1;
    length = strlen(file);
    if (length > 6 && strcmp(file + length - 6, ".drill") == 0)
        length -= 6;
    char *name = arena_copy(&arena, file, length);

    for (char *at = name; *at; at++)
        *at = *at == '/' ? '.' : *at == '.' ? '_' : *at;
    print_text(name, out);
    arena_free(&arena);
}

static void print_seconds(uint64_t duration_ns, FILE *out)
{
    fprintf(out, "%llu.%03llu", (unsigned long long)(duration_ns / 1000000000),
            (unsigned long long)(duration_ns / 1000000 % 1000));
}

/* "path:line: reason", then what the terminal shows. */
static void print_red(const struct page *page, const struct record *record)
{
    const char *element = record->verdict.kind == VERDICT_ERROR ? "error" : "failure";
    char *details = NULL;
    size_t size = 0;
    FILE *memory = open_memstream(&details, &size);

    if (!memory)
        return;
    failure_print_details(record, page->clauses, memory);
    fclose(memory);
    fprintf(page->out, "\n      <%s type=\"%s\" message=\"", element, verdict_name(record->verdict.kind));
    print_text(record->verdict.reason ? record->verdict.reason : "", page->out);
    fputs("\">", page->out);
    print_text(record->file, page->out);
    fprintf(page->out, ":%d\n", record->verdict.line);
    for (char *line = strtok(details, "\n"); line; line = strtok(NULL, "\n")) {
        print_text(line, page->out);
        fputc('\n', page->out);
    }
    fprintf(page->out, "</%s>\n    ", element);
    free(details);
}

static void print_record(void *context, size_t number, const struct record *record)
{
    const struct page *page = context;

    (void)number;
    fputs("    <testcase classname=\"", page->out);
    print_class(record->file, page->out);
    fputs("\" name=\"", page->out);
    print_text(record->title, page->out);
    if (record->repeat > 0)
        fprintf(page->out, " (repeat %zu)", record->repeat + 1);
    fputs("\" time=\"", page->out);
    print_seconds(record->verdict.duration_ns, page->out);
    fputs("\">", page->out);
    if (verdict_is_red(record->verdict.kind))
        print_red(page, record);
    if (record->verdict.kind == VERDICT_SKIP) {
        fputs("<skipped message=\"", page->out);
        print_text(record->verdict.reason ? record->verdict.reason : "", page->out);
        fputs("\"/>", page->out);
    }
    fputs("</testcase>\n", page->out);
}

static void print_suite_attributes(const struct count *total, FILE *out)
{
    fprintf(out, "name=\"ipcdrill\" tests=\"%zu\" failures=\"%zu\" errors=\"%zu\" time=\"", count_sum(total),
            total->of[VERDICT_FAIL], total->of[VERDICT_ERROR]);
    print_seconds(total->duration_ns, out);
    fputc('"', out);
}

bool junit_write(const struct results_source *source, FILE *out, struct diagnostics *diagnostics)
{
    const struct count *total = &source->tally->total;
    struct page page = {.out = out, .clauses = source->clauses};

    fputs("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testsuites ", out);
    print_suite_attributes(total, out);
    fputs(">\n  <testsuite ", out);
    print_suite_attributes(total, out);
    fprintf(out, " skipped=\"%zu\">\n", total->of[VERDICT_SKIP]);
    bool good = results_read_stream(source->stream, source->path, print_record, &page, diagnostics);

    fputs("  </testsuite>\n</testsuites>\n", out);
    return good;
}

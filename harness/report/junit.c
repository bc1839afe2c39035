/*
 * JUnit XML. The schema is Jenkins' junit-10.xsd, the strictest of the readers: no file or line on a
 * testcase (junit_file_write has them), no skipped on testsuites. GitLab drops a second testcase of the same classname
 * and name, so repeats and targets are in the name; all read the place of a failure from the first line of its body.
 */
#include <stdlib.h>
#include <string.h>

#include "report/failure.h"
#include "report/naming.h"
#include "supervisor/text.h"

struct page {
    const struct results_source *source;
    FILE *out;
    bool with_file; /* and line, on each testcase */
    char *target;   /* of the suite that is open, or NULL */
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
        else if ((unsigned char)*text < ' ' || *text == 0x7f)
            fprintf(out, "\\x%02x", (unsigned char)*text);
        else
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
    failure_print_details(record, page->source->clauses, memory);
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

static void print_skipped(const struct page *page, const char *kind, const char *reason)
{
    fprintf(page->out, "<skipped message=\"%s", kind);
    print_text(reason ? reason : "", page->out);
    fputs("\"/>", page->out);
}

/* Readers know no known deviations: they are no failures, and no passes. */
static void print_outcome(const struct page *page, const struct record *record)
{
    switch (record->verdict.kind) {
    case VERDICT_PASS:
        break;
    case VERDICT_FAIL:
    case VERDICT_ERROR:
        print_red(page, record);
        break;
    case VERDICT_SKIP:
        print_skipped(page, "", record->verdict.reason);
        break;
    case VERDICT_XFAIL:
        print_skipped(page, "xfail: ", record->known.reason);
        break;
    case VERDICT_XPASS:
        fputs("<system-out>xpass: ", page->out);
        print_text(record->known.reason, page->out);
        fputs("</system-out>", page->out);
        break;
    }
}

static void print_suite_attributes(const char *name, const struct count *count, FILE *out)
{
    fputs("name=\"", out);
    print_text(name, out);
    fprintf(out, "\" tests=\"%zu\" failures=\"%zu\" errors=\"%zu\" time=\"", count_sum(count),
            count->of[VERDICT_FAIL], count->of[VERDICT_ERROR]);
    print_seconds(count->duration_ns, out);
    fputc('"', out);
}

static void print_property(const char *name, const char *value, FILE *out)
{
    fprintf(out, "      <property name=\"%s\" value=\"", name);
    print_text(value, out);
    fputs("\"/>\n", out);
}

static void end_suite(struct page *page)
{
    if (page->target)
        fputs("  </testsuite>\n", page->out);
    free(page->target);
    page->target = NULL;
}

/* One suite for each target. */
static void begin_suite(struct page *page, const struct judged_target *target, const char *label)
{
    const struct tally *tally = page->source->tally;
    const struct count *count = counts_find(&tally->targets, label);

    end_suite(page);
    page->target = strdup(label);
    fputs("  <testsuite ", page->out);
    print_suite_attributes(tally->targets.count > 1 ? label : "ipcdrill", count, page->out);
    fprintf(page->out, " skipped=\"%zu\">\n    <properties>\n",
            count->of[VERDICT_SKIP] + count->of[VERDICT_XFAIL]);
    print_property("kernel", target->kernel, page->out);
    print_property("machine", target->machine, page->out);
    print_property("libc", target->libc, page->out);
    print_property("calls", target->calls, page->out);
    print_property("isolation", target->isolation, page->out);
    fputs("    </properties>\n", page->out);
}

static void print_record(void *context, size_t number, const struct record *record)
{
    struct page *page = context;
    struct arena arena = {0};
    const char *label = target_label(&record->target, &arena);

    (void)number;
    if (!page->target || strcmp(page->target, label) != 0)
        begin_suite(page, &record->target, label);
    fputs("    <testcase classname=\"", page->out);
    print_class(record->file, page->out);
    fputs("\" name=\"", page->out);
    print_text(record_name(record, page->source, &arena), page->out);
    fputs("\" time=\"", page->out);
    print_seconds(record->verdict.duration_ns, page->out);
    if (page->with_file) {
        fputs("\" file=\"", page->out);
        print_text(path_in_repository(record->file, page->source, &arena), page->out);
        fprintf(page->out, "\" line=\"%d", record->verdict.line);
    }
    fputs("\">", page->out);
    print_outcome(page, record);
    fputs("</testcase>\n", page->out);
    arena_free(&arena);
}

static bool write_page(struct page *page, struct diagnostics *diagnostics)
{
    const struct results_source *source = page->source;

    fputs("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testsuites ", page->out);
    print_suite_attributes("ipcdrill", &source->tally->total, page->out);
    fputs(">\n", page->out);
    bool good = results_read_stream(source->stream, source->path, print_record, page, diagnostics);

    end_suite(page);
    fputs("</testsuites>\n", page->out);
    return good;
}

bool junit_write(const struct results_source *source, FILE *out, struct diagnostics *diagnostics)
{
    struct page page = {.source = source, .out = out};

    return write_page(&page, diagnostics);
}

bool junit_file_write(const struct results_source *source, FILE *out, struct diagnostics *diagnostics)
{
    struct page page = {.source = source, .out = out, .with_file = true};

    return write_page(&page, diagnostics);
}

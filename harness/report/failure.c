#include "report/failure.h"

#include "supervisor/text.h"

const struct colours colours_none = {"", "", "", "", "", ""};
const struct colours colours_terminal = {"\033[31m", "\033[32m", "\033[33m", "\033[2m", "\033[1m", "\033[0m"};

enum { LABEL_COLUMNS = 10 };

#define INDENT "      "

static void print_line(const char *indent, const char *label, const char *text, FILE *out)
{
    fprintf(out, "%s%-*s", indent, LABEL_COLUMNS, label);
    text_print_visible(text, out);
    fputc('\n', out);
}

static void print_clauses(const struct record *record, const struct clause_table *clauses, const char *indent,
                          FILE *out)
{
    for (const struct word *id = record->clauses; id; id = id->next) {
        const struct clause *clause = clauses ? clause_find(clauses, id->text) : NULL;

        fprintf(out, "%s%-*s", indent, LABEL_COLUMNS, id == record->clauses ? "clause" : "");
        text_print_visible(id->text, out);
        if (clause)
            fprintf(out, "  \"%s\" (%s)", clause->requirement, clause->source);
        fputc('\n', out);
    }
}

static void print_details(const struct record *record, const struct clause_table *clauses, const char *indent,
                          FILE *out)
{
    const struct verdict *verdict = &record->verdict;

    if (verdict->reason && !(verdict->expected && verdict->got))
        print_line(indent, verdict_name(verdict->kind), verdict->reason, out);
    if (verdict->expected)
        print_line(indent, "expected", verdict->expected, out);
    if (verdict->got)
        print_line(indent, "got", verdict->got, out);
    for (const struct word *step = verdict->transcript; step && verdict->kind != VERDICT_XPASS;
         step = step->next)
        print_line(indent, step == verdict->transcript ? "so far" : "", step->text, out);
    print_clauses(record, clauses, indent, out);
    if (record->known.reason) {
        print_line(indent, "known", record->known.reason, out);
        print_line(indent, "", record->known.link, out);
    }
}

static const char *heading(enum verdict_kind kind)
{
    static const char *const headings[VERDICT_KINDS] = {
        [VERDICT_PASS] = "PASS",   [VERDICT_FAIL] = "FAIL",   [VERDICT_SKIP] = "SKIP",
        [VERDICT_ERROR] = "ERROR", [VERDICT_XFAIL] = "XFAIL", [VERDICT_XPASS] = "XPASS",
    };

    return headings[kind];
}

void failure_print(const struct record *record, const struct clause_table *clauses,
                   const struct colours *colours, bool name_target, FILE *out)
{
    struct arena arena = {0};

    fprintf(out, "%s%s%s  %s", verdict_is_red(record->verdict.kind) ? colours->red : colours->yellow,
            heading(record->verdict.kind), colours->plain, colours->bold);
    text_print_visible(record->file, out);
    fprintf(out, ":%d%s  ", record->verdict.line, colours->plain);
    text_print_visible(record->title, out);
    if (record->repeat > 0)
        fprintf(out, " (repeat %zu)", record->repeat + 1);
    fputc('\n', out);
    if (name_target)
        print_line(INDENT, "target", target_label(&record->target, &arena), out);
    print_details(record, clauses, INDENT, out);
    fputc('\n', out);
    arena_free(&arena);
}

void failure_print_details(const struct record *record, const struct clause_table *clauses, FILE *out)
{
    print_details(record, clauses, "", out);
}

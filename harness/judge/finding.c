#include "judge/finding.h"

#include <stdint.h>
#include <string.h>

#include "report/failure.h"
#include "supervisor/text.h"

enum { TEXT_BYTES_MAX = 4096, TRACE_COLUMNS_MAX = 160 };

static const char *const severities[FINDING_SEVERITIES] = {
    [FINDING_CORRUPTS] = "corrupts", [FINDING_HANGS] = "hangs",   [FINDING_CRASHES] = "crashes",
    [FINDING_LEAVES] = "leaves",     [FINDING_SILENT] = "silent",
};

const char *finding_severity_name(enum finding_severity severity)
{
    return severities[severity];
}

static const char *copy(struct findings *findings, const char *text)
{
    return text ? arena_copy(&findings->arena, text, strlen(text)) : NULL;
}

struct finding *findings_add(struct findings *findings, const struct finding *finding, bool *is_new)
{
    struct finding **at = &findings->first;

    for (; *at; at = &(*at)->next)
        if (strcmp((*at)->kind, finding->kind) == 0 && strcmp((*at)->program, finding->program) == 0 &&
            strcmp((*at)->sentence, finding->sentence) == 0)
            break;
    if (is_new)
        *is_new = !*at;
    if (*at) {
        (*at)->times++;
        return *at;
    }
    *at = arena_take(&findings->arena, sizeof(**at));
    **at = (struct finding){.severity = finding->severity,
                            .kind = copy(findings, finding->kind),
                            .program = copy(findings, finding->program),
                            .sentence = copy(findings, finding->sentence),
                            .why = copy(findings, finding->why),
                            .details = copy(findings, finding->details),
                            .how = copy(findings, finding->how),
                            .again = copy(findings, finding->again),
                            .kept = copy(findings, finding->kept),
                            .trace = copy(findings, finding->trace),
                            .rule = copy(findings, finding->rule),
                            .times = 1};
    findings->count++;
    return *at;
}

/* Whether the list "EINTR, EIDRM" has it. */
static bool has_detail(const char *details, const char *detail)
{
    size_t length = strlen(detail);

    while (details &&
           (strncmp(details, detail, length) != 0 || (details[length] && details[length] != ','))) {
        details = strchr(details, ',');
        if (details)
            details += 2;
    }
    return details != NULL;
}

void finding_add_detail(struct findings *findings, struct finding *finding, const char *detail)
{
    if (!finding->details)
        finding->details = copy(findings, detail);
    else if (!has_detail(finding->details, detail))
        finding->details = arena_print(&findings->arena, "%s, %s", finding->details, detail);
}

void findings_sort(struct findings *findings)
{
    struct finding *sorted = NULL, **end = &sorted;

    for (int severity = 0; severity < FINDING_SEVERITIES; severity++)
        for (struct finding **at = &findings->first; *at;) {
            struct finding *finding = *at;

            if (finding->severity != (enum finding_severity)severity) {
                at = &finding->next;
                continue;
            }
            *at = finding->next;
            finding->next = NULL;
            *end = finding;
            end = &finding->next;
        }
    findings->first = sorted;
}

/* Where the last `lines` lines of the trace begin (0: all). */
static const char *find_tail(const char *trace, size_t lines)
{
    const char *at = trace + strlen(trace);
    size_t found = 0;

    while (lines && at > trace && found <= lines) {
        at--;
        found += *at == '\n' && at[1];
        if (found == lines)
            return at + 1;
    }
    return trace;
}

static void print_trace(const struct finding *finding, size_t lines, FILE *out)
{
    const char *line = find_tail(finding->trace, lines), *label = "trace";

    if (line != finding->trace) {
        fprintf(out, "      %-7s  ...\n", label);
        label = "";
    }
    for (struct arena arena = {0}; *line; label = "") {
        size_t length = strcspn(line, "\n");
        size_t shown = length > TRACE_COLUMNS_MAX ? TRACE_COLUMNS_MAX : length;

        fprintf(out, "      %-7s  ", label);
        text_print_visible(arena_copy(&arena, line, shown), out);
        fputs(shown < length ? "...\n" : "\n", out);
        line += length + (line[length] == '\n');
        arena_free(&arena);
    }
}

static void print_detail(const char *label, const char *text, FILE *out)
{
    if (!text)
        return;
    fprintf(out, "      %-7s  ", label);
    text_print_visible(text, out);
    fputc('\n', out);
}

static bool is_same(const char *one, const char *other)
{
    return one && other && strcmp(one, other) == 0;
}

/* The number of the first finding that the same run shows; 0: none before this one. */
static int find_same_run(const struct findings *findings, const struct finding *wanted)
{
    int number = 1;

    for (const struct finding *finding = findings->first; finding != wanted;
         finding = finding->next, number++)
        if (is_same(finding->how, wanted->how) && is_same(finding->trace, wanted->trace))
            return number;
    return 0;
}

static void print_run(const struct finding *finding, size_t trace_lines, FILE *out)
{
    print_detail("how", finding->how, out);
    print_detail("case", finding->kept, out);
    if (finding->trace)
        print_trace(finding, trace_lines, out);
}

void findings_print(const struct findings *findings, size_t trace_lines, bool colour, FILE *out)
{
    const struct colours *colours = colour ? &colours_terminal : &colours_none;
    int number = 0;

    for (const struct finding *finding = findings->first; finding; finding = finding->next) {
        fprintf(out, "%s%3d.%s %s%-8s%s ", colours->bold, ++number, colours->plain, colours->red,
                finding_severity_name(finding->severity), colours->plain);
        fputs(colours->bold, out);
        text_print_visible(finding->program, out);
        fputs(": ", out);
        text_print_visible(finding->sentence, out);
        fputs(colours->plain, out);
        if (finding->details)
            fprintf(out, ": %s", finding->details);
        if (finding->times > 1)
            fprintf(out, "%s  (%u runs)%s", colours->dim, finding->times, colours->plain);
        fputc('\n', out);
        print_detail("why", finding->why, out);
        int same = find_same_run(findings, finding);

        if (same)
            fprintf(out, "      %-7s  in the run of %d\n", "seen", same);
        else
            print_run(finding, trace_lines, out);
        print_detail("rule", finding->rule, out);
        fputc('\n', out);
    }
}

static json_t *to_string(const char *text)
{
    struct arena arena = {0};
    json_t *string =
        text ? json_string(text_to_utf8(text, strlen(text), TEXT_BYTES_MAX, &arena)) : json_null();

    arena_free(&arena);
    return string;
}

static json_t *trace_to_json(const char *trace)
{
    json_t *lines = json_array();
    struct arena arena = {0};

    for (const char *line = trace ? trace : ""; *line;) {
        size_t length = strcspn(line, "\n");

        json_array_append_new(lines, json_string(text_to_utf8(line, length, TEXT_BYTES_MAX, &arena)));
        line += length + (line[length] == '\n');
    }
    arena_free(&arena);
    return lines;
}

json_t *findings_to_json(const struct findings *findings)
{
    json_t *array = json_array();

    for (const struct finding *finding = findings->first; finding; finding = finding->next) {
        json_t *object = json_object();

        json_object_set_new(object, "kind", to_string(finding->kind));
        json_object_set_new(object, "severity", to_string(finding_severity_name(finding->severity)));
        json_object_set_new(object, "program", to_string(finding->program));
        json_object_set_new(object, "sentence", to_string(finding->sentence));
        json_object_set_new(object, "why", to_string(finding->why));
        json_object_set_new(object, "details", to_string(finding->details));
        json_object_set_new(object, "how", to_string(finding->how));
        json_object_set_new(object, "case", to_string(finding->kept));
        json_object_set_new(object, "trace", trace_to_json(finding->trace));
        json_object_set_new(object, "clause", to_string(finding->rule));
        json_object_set_new(object, "times", json_integer(finding->times));
        json_array_append_new(array, object);
    }
    return array;
}

void findings_free(struct findings *findings)
{
    arena_free(&findings->arena);
    *findings = (struct findings){0};
}

/*
 * GitLab's code quality report: an array of Code Climate issues, which a merge request shows beside the lines. An issue
 * is told from another by its fingerprint, which must not change while the issue stays the same.
 */
#include <jansson.h>
#include <stdlib.h>

#include "report/naming.h"
#include "supervisor/text.h"

struct issues {
    const struct results_source *source;
    FILE *out;
    size_t count;
};

static const char *fingerprint(const struct record *record, const char *path, const char *name,
                               struct arena *arena)
{
    uint64_t hash = text_hash(text_hash(TEXT_HASH_START, path), name);

    return arena_print(arena, "%016llx%016llx", (unsigned long long)hash,
                       (unsigned long long)text_hash(hash, target_label(&record->target, arena)));
}

static void print_issue(void *context, size_t number, const struct record *record)
{
    struct issues *issues = context;
    const struct verdict *verdict = &record->verdict;
    struct arena arena = {0};

    (void)number;
    if (!verdict_is_red(verdict->kind))
        return;
    const char *path = path_in_repository(record->file, issues->source, &arena);
    const char *name = record_name(record, issues->source, &arena);
    const char *description =
        arena_print(&arena, "%s: %s", name, verdict->reason ? verdict->reason : verdict_name(verdict->kind));
    const char *check = record->clauses ? record->clauses->text : "ipcdrill";
    json_t *issue = json_pack("{s:s, s:s, s:s, s:s, s:{s:s, s:{s:i}}}", "description", description,
                              "check_name", check, "fingerprint", fingerprint(record, path, name, &arena),
                              "severity", verdict->kind == VERDICT_ERROR ? "critical" : "major", "location",
                              "path", path, "lines", "begin", verdict->line);

    if (!issue)
        abort();
    fputs(issues->count++ ? ",\n" : "\n", issues->out);
    json_dumpf(issue, issues->out, JSON_COMPACT | JSON_PRESERVE_ORDER);
    json_decref(issue);
    arena_free(&arena);
}

bool code_quality_write(const struct results_source *source, FILE *out, struct diagnostics *diagnostics)
{
    struct issues issues = {source, out, 0};

    fputc('[', out);
    bool good = results_read_stream(source->stream, source->path, print_issue, &issues, diagnostics);

    fputs(issues.count ? "\n]\n" : "]\n", out);
    return good;
}

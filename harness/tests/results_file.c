#include "tests/results_file.h"

#include <check.h>
#include <stdlib.h>
#include <string.h>

#include "tests/surroundings.h"

static struct record lengthen(const struct short_record *from)
{
    return (struct record){
        .tool = "0.1.0",
        .position = from->position,
        .of = from->of ? from->of : 1,
        .title = from->title,
        .file = "cases/a/b.drill",
        .line = 7,
        .group = "a",
        .target = {from->target, "Linux 6.1", "x86_64", "musl", "libc", "full"},
        .verdict = {.kind = from->kind,
                    .line = 7,
                    .duration_ns = (from->duration_ms ? from->duration_ms : 1) * 1000000,
                    .reason = from->kind == VERDICT_PASS ? NULL : "why"},
        .known = {from->kind >= VERDICT_XFAIL ? "known" : NULL, from->kind >= VERDICT_XFAIL ? "-" : NULL},
    };
}

const char *results_write(const char *name, const struct short_record *records, size_t count)
{
    char *text;
    size_t length;
    FILE *out = open_memstream(&text, &length);

    for (size_t i = 0; i < count; i++) {
        struct arena arena = {0};
        struct record record = lengthen(&records[i]);
        const char *line = record_to_json(&record, &arena);

        if (records[i].of == 0) { /* they began with the title, and had no known deviations */
            fputc('{', out);
            line = strstr(line, "\"case\"");
            fprintf(out, "%.*s", (int)(strstr(line, "\"known\"") - line), line);
            line = strstr(line, "\"reason\"");
        }
        fputs(line, out);
        arena_free(&arena);
    }
    fclose(out);
    const char *path = scratch_write(name, text);

    free(text);
    return path;
}

char *results_without_durations(const char *path)
{
    static const char name[] = "\"duration_ns\":";
    char *text = read_whole(path), *to = text;

    for (const char *from = text; *from;) {
        size_t length = strncmp(from, name, sizeof(name) - 1) == 0 ? sizeof(name) - 1 : 1;

        memmove(to, from, length);
        to += length;
        from += length;
        if (length > 1)
            from += strspn(from, "0123456789");
    }
    *to = '\0';
    return text;
}

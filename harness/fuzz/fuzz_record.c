/*
 * libFuzzer target for results files: whatever the bytes, the reader ends, complains or visits; and what it visits is a
 * record that survives being written and read, in text that is fit for every format.
 */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "report/results.h"
#include "supervisor/text.h"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t length);

static void require_fit(const char *text, struct arena *arena)
{
    if (text && strcmp(text, text_to_utf8(text, strlen(text), RECORD_TEXT_BYTES_MAX, arena)) != 0)
        abort();
}

static void visit(void *context, size_t number, const struct record *record)
{
    struct arena arena = {0};
    struct record again;
    const char *problem;
    const char *line = record_to_json(record, &arena);
    char *bare = arena_copy(&arena, line, strlen(line) - 1);

    (void)context, (void)number;
    if (record->of == 0) { /* an old one: it has no place in a run to be written with */
        arena_free(&arena);
        return;
    }
    if (!record_from_json(bare, &again, &arena, &problem) ||
        strcmp(record_to_json(&again, &arena), line) != 0)
        abort();
    require_fit(record->title, &arena);
    require_fit(record->verdict.got, &arena);
    arena_free(&arena);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t length)
{
    struct diagnostics diagnostics = {0};
    FILE *stream = length ? fmemopen((void *)(uintptr_t)bytes, length, "r") : NULL;

    if (!stream)
        return 0;
    results_read_stream(stream, "results.jsonl", visit, NULL, &diagnostics);
    fclose(stream);
    diagnostics_free(&diagnostics);
    return 0;
}

/*
 * libFuzzer target for the notation: any bytes may be given to the parser; what it accepts must survive checking,
 * expanding and printing, and must say the same once printed and parsed again.
 */
#include <stdint.h>
#include <stdlib.h>

#include "notation/notation.h"

enum {
    EXPANDED_INSTANCES_MAX = 4,      /* of each case */
    PRINTED_BYTES_MAX = 1024 * 1024, /* what libFuzzer lets grow beyond this only costs time */
};

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t length);

static void print_diagnostics(struct diagnostics *diagnostics, struct arena *arena)
{
    struct arena_stream stream;

    diagnostics_print(diagnostics, arena_stream_open(&stream));
    arena_stream_close(&stream, arena);
    diagnostics_free(diagnostics);
}

static void expand_first_instances(const struct case_file *file)
{
    for (const struct drill_case *each = file->cases; each; each = each->next) {
        struct arena arena = {0};

        for (size_t i = 0; i < each->instance_count && i < EXPANDED_INSTANCES_MAX; i++) {
            struct diagnostics diagnostics = {0};
            struct drill_case *expanded = notation_expand(file, each, i, &arena, &diagnostics);
            struct arena_stream stream;
            FILE *out = arena_stream_open(&stream);

            notation_title(each, i, &arena);
            notation_line(each, i);
            if (expanded)
                notation_print_case(expanded, out);
            arena_stream_close(&stream, &arena);
            print_diagnostics(&diagnostics, &arena);
        }
        arena_free(&arena);
    }
}

/* Ends the program, which libFuzzer takes for a crash, when the file does not survive printing and parsing. */
static void require_round_trip(const struct case_file *file)
{
    struct arena arena = {0};
    struct arena_stream stream;
    struct diagnostics diagnostics = {0};

    notation_print_file(file, arena_stream_open(&stream));
    const char *printed = arena_stream_close(&stream, &arena);

    if (stream.length <= PRINTED_BYTES_MAX) {
        struct case_file *again = notation_parse("printed", printed, stream.length, &diagnostics);

        if (!again || !notation_equal(file, again)) {
            fprintf(stderr, "printed:\n%s\n", printed);
            diagnostics_print(&diagnostics, stderr);
            abort();
        }
        notation_free(again);
    }
    diagnostics_free(&diagnostics);
    arena_free(&arena);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t length)
{
    struct arena arena = {0};
    struct diagnostics diagnostics = {0};
    struct case_file *file = notation_parse("fuzz", (const char *)bytes, length, &diagnostics);

    if (file) {
        notation_check(file, NULL, &diagnostics);
        expand_first_instances(file);
        require_round_trip(file);
        notation_free(file);
    }
    print_diagnostics(&diagnostics, &arena);
    arena_free(&arena);
    return 0;
}

/*
 * libFuzzer target for what an agent says: a message that makes no sense must become ANSWER_TROUBLE, and every
 * value that is understood must print as an expression of the notation.
 */
#include <stdint.h>
#include <stdlib.h>

#include "conductor/answer.h"
#include "notation/notation.h"

enum { OUTPUTS_ASKED = 6 }; /* more than any call has arguments */

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t length);

static void print_value(const struct value *value, struct arena *arena)
{
    struct arena_stream stream;

    if (!value_equal(value, value))
        abort();
    notation_print_expression(value_expression(value, arena), arena_stream_open(&stream));
    arena_stream_close(&stream, arena);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t length)
{
    struct arena arena = {0};
    char *message = arena_copy(&arena, (const char *)bytes, length);
    const struct answer *answer = answer_read(message, &arena);

    if (answer->kind == ANSWER_RETURNED)
        print_value(&answer->value, &arena);
    if (answer->kind == ANSWER_FAULT || answer->kind == ANSWER_SIGNAL || answer->kind == ANSWER_HELLO) {
        value_field(&answer->fields, "pid");
        print_value(&answer->fields, &arena);
    }
    if (answer->kind == ANSWER_TROUBLE && !answer->trouble)
        abort();
    for (int i = 0; i < OUTPUTS_ASKED && answer->kind != ANSWER_TROUBLE; i++) {
        const struct value *output = answer_output(answer, i);

        if (output)
            print_value(output, &arena);
    }
    arena_free(&arena);
    return 0;
}

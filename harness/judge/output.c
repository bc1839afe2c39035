#include "judge/output.h"

#include <ctype.h>
#include <string.h>

#include "supervisor/text.h"

enum { OUTPUT_BYTES_MAX = 64 * 1024 }; /* more is not compared */

const char *judge_output(const struct program_outcome *program, struct arena *arena)
{
    const char *text = text_to_utf8(program->output, program->output_length, OUTPUT_BYTES_MAX, arena);
    char *copy = arena_copy(arena, text, strlen(text)), *to = copy;

    while (*text) {
        *to++ = *text;
        if (*text++ != '0' || *text != 'x' || !isxdigit((unsigned char)text[1]))
            continue;
        *to++ = *text++;
        while (isxdigit((unsigned char)*text))
            text++;
        *to++ = '_';
    }
    *to = '\0';
    return copy;
}

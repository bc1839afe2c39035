#include "supervisor/text.h"

#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

enum { ESCAPE_BYTES = 4 }; /* \x80 */

/*
 * The length of the character at `at`, or 0 when the bytes are no character of text: not UTF-8 (RFC 3629: no
 * overlong form, no surrogate, nothing above U+10FFFF), a C1 control (terminals obey them), or U+FFFE and
 * U+FFFF (which XML forbids).
 */
static size_t character_length(const unsigned char *at, size_t left)
{
    if (at[0] < 0x80)
        return 1;
    size_t length = at[0] >= 0xf0 ? 4 : at[0] >= 0xe0 ? 3 : 2;

    if (at[0] < 0xc2 || at[0] > 0xf4 || length > left)
        return 0;
    uint32_t point = at[0] & (0x7fU >> length);

    for (size_t i = 1; i < length; i++) {
        if ((at[i] & 0xc0) != 0x80)
            return 0;
        point = point << 6 | (at[i] & 0x3fU);
    }
    static const uint32_t least[] = {0, 0, 0xa0, 0x800, 0x10000};

    if (point < least[length] || point > 0x10ffff || (point >= 0xd800 && point <= 0xdfff) ||
        point == 0xfffe || point == 0xffff)
        return 0;
    return length;
}

static bool is_control(unsigned char byte)
{
    return byte < 0x20 || byte == 0x7f;
}

static char short_escape(unsigned char byte)
{
    static const char letters[] = "\bb\tt\nn\ff\rr";

    for (const char *pair = letters; *pair; pair += 2) {
        if ((unsigned char)*pair == byte)
            return pair[1];
    }
    return '\0';
}

const char *text_to_utf8(const char *bytes, size_t length, size_t size_max, struct arena *arena)
{
    static const char ellipsis[] = "...";
    const unsigned char *at = (const unsigned char *)bytes;
    const unsigned char *end = at + length;
    size_t room = length < size_max / ESCAPE_BYTES ? length * ESCAPE_BYTES : size_max;
    char *text = arena_take(arena, room + 1);
    size_t used = 0;
    size_t cut = 0; /* the last place where the ellipsis would fit */

    while (at < end) {
        size_t taken = character_length(at, (size_t)(end - at));
        bool escaped = taken == 0 || (is_control(*at) && !short_escape(*at));
        size_t size = escaped ? ESCAPE_BYTES : taken;

        if (used + size > room) {
            strcpy(text + cut, ellipsis);
            break;
        }
        if (escaped)
            snprintf(text + used, ESCAPE_BYTES + 1, "\\x%02x", *at);
        else
            memcpy(text + used, at, size);
        used += size;
        at += escaped ? 1 : taken;
        if (used + sizeof(ellipsis) - 1 <= room)
            cut = used;
    }
    return text;
}

void text_print_visible(const char *text, FILE *out)
{
    const unsigned char *at = (const unsigned char *)text;
    const unsigned char *end = at + strlen(text);

    while (at < end) {
        size_t taken = character_length(at, (size_t)(end - at));

        if (taken && !is_control(*at)) {
            fwrite(at, 1, taken, out);
            at += taken;
            continue;
        }
        if (taken && short_escape(*at))
            fprintf(out, "\\%c", short_escape(*at));
        else
            fprintf(out, "\\x%02x", *at);
        at++;
    }
}

const char *text_visible(const char *text, struct arena *arena)
{
    char *memory = NULL;
    size_t size = 0;
    FILE *out = open_memstream(&memory, &size);

    if (!out)
        return "";
    text_print_visible(text, out);
    fclose(out);
    const char *copy = arena_copy(arena, memory, size);

    free(memory);
    return copy;
}

uint64_t text_hash(uint64_t hash, const char *text)
{
    do
        hash = (hash ^ (unsigned char)*text) * 0x100000001b3;
    while (*text++);
    return hash;
}

size_t text_prefix(const char *text, size_t columns)
{
    size_t length = 0;

    while (text[length] && columns > 0) {
        length++;
        while (((unsigned char)text[length] & 0xc0) == 0x80)
            length++;
        columns--;
    }
    return length;
}

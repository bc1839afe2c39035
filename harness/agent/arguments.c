/* Arguments in, buffers out. */
#include "agent/arguments.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "agent/buffers.h"
#include "agent/structures.h"

/* FNV-1a: tells whether a buffer was changed without a second copy of it. */
static unsigned long long fingerprint(const unsigned char *bytes, size_t size)
{
    unsigned long long hash = 0xcbf29ce484222325ULL;
    for (size_t i = 0; i < size; i++)
        hash = (hash ^ bytes[i]) * 0x100000001b3ULL;
    return hash;
}

static int hex_digit(char character)
{
    return isdigit((unsigned char)character) ? character - '0' : tolower((unsigned char)character) - 'a' + 10;
}

/* Reads the escape behind a backslash, or returns -1. Hex escapes have exactly two digits. */
static int read_escape(const char **text)
{
    static const char letters[] = "ntrabfve\\\"'";
    static const char meanings[] = "\n\t\r\a\b\f\v\033\\\"'";
    const char *at = *text;
    if (at[0] == 'x' && isxdigit((unsigned char)at[1]) && isxdigit((unsigned char)at[2])) {
        *text = at + 3;
        return hex_digit(at[1]) * 16 + hex_digit(at[2]);
    }
    if (*at >= '0' && *at <= '7') {
        int byte = 0;
        for (int digits = 0; digits < 3 && *at >= '0' && *at <= '7'; digits++)
            byte = byte * 8 + *at++ - '0';
        *text = at;
        return byte & 0xff;
    }
    const char *letter = *at ? strchr(letters, *at) : NULL;
    *text = at + 1;
    return letter ? (unsigned char)meanings[letter - letters] : -1;
}

/*
 * Reads what stands between the quotes: counts the bytes, and stores them when `bytes` is there.
 * Leaves `text` behind the closing quote.
 */
static bool read_quoted(const char **text, unsigned char *bytes, size_t *size)
{
    const char *at = *text + 1;
    *size = 0;
    while (*at != '"') {
        int byte = (unsigned char)*at++;
        if (byte == '\\')
            byte = read_escape(&at);
        if (byte < 0 || at[-1] == '\0')
            return false;
        if (bytes)
            bytes[*size] = (unsigned char)byte;
        ++*size;
    }
    *text = at + 1;
    return true;
}

static bool read_text(struct argument *argument, const char **text, const char **complaint)
{
    const char *after = *text;
    size_t size;
    *complaint = "malformed text";
    if (!read_quoted(&after, NULL, &size))
        return false;
    size_t times = 1;
    if (*after == '*') {
        char *end;
        times = strtoul(after + 1, &end, 10);
        after = end;
    }
    *complaint = "text too big";
    if (times > BUFFER_SIZE_MAX || size * times >= BUFFER_SIZE_MAX)
        return false;
    unsigned char *bytes = buffers_take(size * times + 1);
    if (!bytes)
        return false;
    if (times > 0)
        read_quoted(text, bytes, &size);
    for (size_t i = 1; i < times; i++)
        memcpy(bytes + i * size, bytes, size);
    bytes[size * times] = '\0';
    argument->kind = ARGUMENT_TEXT;
    argument->value = (unsigned long)bytes;
    argument->size = size * times;
    *text = after;
    return true;
}

/* How many elements stand in a [list]: one more than its commas outside braces. */
static size_t count_elements(const char *text)
{
    size_t count = text[1] != ']';
    int depth = 0;
    for (const char *at = text + 1; *at && *at != ']' && *at != ' '; at++) {
        depth += (*at == '{') - (*at == '}');
        count += *at == ',' && depth == 0;
    }
    return count;
}

static bool read_elements(const struct argument *argument, const char **text, size_t element_size,
                          size_t count)
{
    unsigned char *bytes = (unsigned char *)argument->value;
    const char *at = *text + 1;
    for (size_t i = 0; i < count; i++) {
        if (!structure_read(argument->structure, at, &at, bytes + i * element_size))
            return false;
        if (i + 1 < count && *at++ != ',')
            return false;
    }
    *text = at + 1;
    return *at == ']';
}

/* Takes a buffer of argument->size bytes, all of them `content`. */
static bool take_buffer(struct argument *argument, int content, const char **complaint)
{
    void *bytes = buffers_take(argument->size);
    *complaint = "buffer too big";
    if (!bytes)
        return false;
    memset(bytes, content, argument->size);
    argument->value = (unsigned long)bytes;
    return true;
}

/* Reads ?[3], ?[] and [..] behind an element's name. */
static bool read_array(struct argument *argument, const char **text, size_t element_size,
                       const char **complaint)
{
    argument->array = true;
    if (!argument->filled) {
        size_t count = count_elements(*text);
        argument->size = count * element_size;
        if (!take_buffer(argument, 0, complaint))
            return false;
        *complaint = "malformed array";
        return read_elements(argument, text, element_size, count);
    }
    char *end;
    unsigned long count = strtoul(*text + 1, &end, 10);
    argument->unwanted = end == *text + 1;
    *complaint = "malformed array";
    if (*end != ']' || count > BUFFER_SIZE_MAX)
        return false;
    *text = end + 1;
    argument->size = argument->unwanted ? (size_t)UNWANTED_ARRAY_BYTES : count * element_size;
    return take_buffer(argument, BUFFER_POISON, complaint);
}

/* Reads NAME{...}, NAME?, NAME[...], NAME?[...]. */
static bool read_buffer(struct argument *argument, const char **text, const char **complaint)
{
    size_t length = strcspn(*text, "?{[ ");
    *complaint = "unknown structure";
    if (length >= sizeof(argument->structure))
        return false;
    memcpy(argument->structure, *text, length);
    argument->structure[length] = '\0';
    size_t size = structure_size(argument->structure);
    if (size == 0)
        return false;
    argument->kind = ARGUMENT_BUFFER;
    *text += length;
    argument->filled = **text == '?';
    *text += argument->filled;
    if (**text == '[')
        return read_array(argument, text, size, complaint);
    argument->size = size;
    if (!take_buffer(argument, argument->filled ? BUFFER_POISON : 0, complaint))
        return false;
    *complaint = "malformed structure";
    return argument->filled || (**text == '{' && structure_read(argument->structure, *text, text,
                                                                (unsigned char *)argument->value));
}

static bool read_argument(struct argument *argument, const char **text, const char **complaint)
{
    if (**text == '"')
        return read_text(argument, text, complaint);
    if (**text != '-' && !isdigit((unsigned char)**text)) {
        if (!read_buffer(argument, text, complaint))
            return false;
        if (!argument->filled)
            argument->fingerprint = fingerprint((const unsigned char *)argument->value, argument->size);
        return true;
    }
    char *end;
    argument->negative = **text == '-';
    argument->value = (unsigned long)strtoull(*text, &end, 0);
    *complaint = "malformed number";
    bool read = end != *text;
    *text = end;
    return read;
}

bool arguments_read(struct arguments *arguments, const char *text, const char **complaint)
{
    arguments->count = 0;
    memset(arguments->items, 0, sizeof(arguments->items));
    while (*text) {
        *complaint = "too many arguments";
        if (*text != ' ' || arguments->count == CALL_PARAMETERS_MAX)
            return false;
        text++;
        struct argument *argument = &arguments->items[arguments->count++];
        if (!read_argument(argument, &text, complaint))
            return false;
        *complaint = "malformed argument";
        if (*text != ' ' && *text != '\0')
            return false;
    }
    return true;
}

int arguments_read_words(char *text, char **words, int words_max)
{
    const char *at = text;
    int count = 0;
    while (*at) {
        if (at[0] != ' ' || at[1] != '"' || count == words_max)
            return -1;
        char *word = text + (++at - text);
        size_t size;
        if (!read_quoted(&at, (unsigned char *)word, &size) || (*at != ' ' && *at != '\0'))
            return -1;
        word[size] = '\0';
        words[count++] = word;
    }
    words[count] = NULL;
    return count;
}

static void write_array(struct message *message, const struct argument *argument)
{
    size_t element_size = structure_size(argument->structure);
    const unsigned char *bytes = (const unsigned char *)argument->value;
    message_character(message, '[');
    for (size_t at = 0; at < argument->size; at += element_size) {
        if (at > 0)
            message_character(message, ',');
        structure_write(message, argument->structure, bytes + at);
    }
    message_character(message, ']');
}

static void write_index(struct message *message, const char *before, int index, const char *behind)
{
    message_word(message, before);
    message_number(message, index);
    message_word(message, behind);
}

void arguments_write_filled(struct message *message, const struct arguments *arguments)
{
    for (int i = 0; i < arguments->count; i++) {
        const struct argument *argument = &arguments->items[i];
        const unsigned char *bytes = (const unsigned char *)argument->value;
        if (argument->kind != ARGUMENT_BUFFER || argument->unwanted)
            continue;
        if (!argument->filled) {
            if (fingerprint(bytes, argument->size) != argument->fingerprint)
                write_index(message, " changed=", i, "");
            continue;
        }
        write_index(message, " ", i, "=");
        if (argument->array)
            write_array(message, argument);
        else
            structure_write_filled(message, argument->structure, bytes);
    }
}

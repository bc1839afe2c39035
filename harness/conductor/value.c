#include "conductor/value.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

enum { TEXT_BYTES_MAX = 4 * 1024 * 1024, DIGITS_MAX = 42, NESTING_MAX = 8 };

static bool read_value(const char **cursor, struct value *value, struct arena *arena, int nesting);

static int hex_digit(char digit)
{
    return isdigit((unsigned char)digit) ? digit - '0' : tolower((unsigned char)digit) - 'a' + 10;
}

static bool read_number(const char **cursor, struct value *value)
{
    const char *text = *cursor;
    bool negative = *text == '-';
    int base = 10;

    text += negative;
    if (text[0] == '0' && text[1] == 'x') {
        base = 16;
        text += 2;
    }
    if (!isxdigit((unsigned char)*text))
        return false;
    *value = (struct value){.kind = VALUE_NUMBER, .format = base == 16 ? FORMAT_HEX : FORMAT_DECIMAL};
    for (int digits = 0; isxdigit((unsigned char)*text); text++, digits++) {
        if (hex_digit(*text) >= base || digits == DIGITS_MAX / 2)
            return false;
        value->number = value->number * base + hex_digit(*text);
    }
    if (negative)
        value->number = -value->number;
    *cursor = text;
    return true;
}

static bool read_escape(const char **text, char *byte)
{
    static const char letters[] = "ntrabfve\\\"'", values[] = "\n\t\r\a\b\f\v\033\\\"'";
    const char *cursor = *text;
    const char *letter = *cursor ? strchr(letters, *cursor) : NULL;

    if (letter) {
        *byte = values[letter - letters];
        *text = cursor + 1;
        return true;
    }
    if (*cursor == 'x' && isxdigit((unsigned char)cursor[1]) && isxdigit((unsigned char)cursor[2])) {
        *byte = (char)(hex_digit(cursor[1]) * 16 + hex_digit(cursor[2]));
        *text = cursor + 3;
        return true;
    }
    if (*cursor < '0' || *cursor > '7')
        return false;
    for (*byte = 0; *cursor >= '0' && *cursor <= '7' && cursor < *text + 3; cursor++)
        *byte = (char)(*byte * 8 + *cursor - '0');
    *text = cursor;
    return true;
}

static bool read_text(const char **cursor, struct value *value, struct arena *arena)
{
    const char *text = *cursor + 1;
    char *bytes = arena_take(arena, strlen(text) + 1);
    size_t length = 0;

    for (; *text != '"'; length++) {
        if (!*text)
            return false;
        if (*text == '\\') {
            text++;
            if (!read_escape(&text, &bytes[length]))
                return false;
        } else {
            bytes[length] = *text++;
        }
    }
    text++;
    *value = (struct value){.kind = VALUE_TEXT, .format = FORMAT_TEXT, .bytes = bytes, .length = length};
    if (*text == '*' && length) {
        char *end;
        size_t times = strtoul(text + 1, &end, 10);

        if (times > TEXT_BYTES_MAX / length)
            return false;
        char *all = arena_take(arena, times * length + 1);

        for (size_t i = 0; i < times; i++)
            memcpy(all + i * length, bytes, length);
        value->bytes = all;
        value->length = times * length;
        text = end;
    }
    *cursor = text;
    return true;
}

static bool read_list(const char **cursor, struct value *value, struct arena *arena, int nesting)
{
    char close = **cursor == '{' ? '}' : ']';
    const char *text = *cursor + 1;
    struct named_value **last = &value->fields;

    *value = (struct value){.kind = VALUE_LIST};
    while (*text != close) {
        size_t name_length = strcspn(text, "=,\"{}[] ");

        *last = arena_take(arena, sizeof(**last));
        if (text[name_length] == '=') {
            (*last)->name = arena_copy(arena, text, name_length);
            text += name_length + 1;
        }
        if (!read_value(&text, &(*last)->value, arena, nesting + 1) || (*text != ',' && *text != close))
            return false;
        text += *text == ',';
        last = &(*last)->next;
    }
    *cursor = text + 1;
    return true;
}

static bool read_value(const char **cursor, struct value *value, struct arena *arena, int nesting)
{
    if (**cursor == '"')
        return read_text(cursor, value, arena);
    if (**cursor == '{' || **cursor == '[')
        return nesting < NESTING_MAX && read_list(cursor, value, arena, nesting);
    return read_number(cursor, value);
}

bool value_read(const char **cursor, struct value *value, struct arena *arena)
{
    return read_value(cursor, value, arena, 0);
}

const struct value *value_field(const struct value *list, const char *name)
{
    const struct value *found = NULL;

    for (const struct named_value *field = list->fields; field; field = field->next) {
        if (!field->name)
            continue;
        if (strcmp(field->name, name) == 0)
            return &field->value;
        const char *dot = strrchr(field->name, '.');

        if (dot && strcmp(dot + 1, name) == 0)
            found = &field->value;
    }
    return found;
}

bool value_equal(const struct value *one, const struct value *other)
{
    if (one->kind != other->kind)
        return false;
    if (one->kind == VALUE_NUMBER)
        return one->number == other->number;
    if (one->kind == VALUE_TEXT)
        return one->length == other->length && memcmp(one->bytes, other->bytes, one->length) == 0;
    const struct named_value *left = one->fields, *right = other->fields;

    for (; left && right; left = left->next, right = right->next)
        if (!value_equal(&left->value, &right->value))
            return false;
    return left == right;
}

const char *integer_print(integer number, struct arena *arena)
{
    char digits[DIGITS_MAX], *first = digits + sizeof(digits);
    __extension__ unsigned __int128 rest = (unsigned __int128)number;

    if (number < 0)
        rest = 0 - rest;

    *--first = '\0';
    do
        *--first = (char)('0' + (int)(rest % 10));
    while (rest /= 10);
    if (number < 0)
        *--first = '-';
    return arena_copy(arena, first, strlen(first));
}

static const char *number_text(const struct value *value, struct arena *arena)
{
    unsigned long long bits = (unsigned long long)value->number;

    if (value->number < 0 || value->number >> 64)
        return integer_print(value->number, arena);
    if (value->format == FORMAT_HEX)
        return bits ? arena_print(arena, "%#llx", bits) : "0";
    if (value->format == FORMAT_OCTAL)
        return bits ? arena_print(arena, "0%llo", bits) : "0";
    return arena_print(arena, "%llu", bits);
}

struct expression *value_expression(const struct value *value, struct arena *arena)
{
    struct expression *expression = arena_take(arena, sizeof(*expression));
    struct element **last = &expression->elements;

    switch (value->kind) {
    case VALUE_NUMBER:
        expression->kind = EXPRESSION_NUMBER;
        expression->text = number_text(value, arena);
        break;
    case VALUE_TEXT:
        expression->kind = EXPRESSION_STRING;
        expression->bytes = value->bytes;
        expression->length = value->length;
        break;
    case VALUE_LIST:
        expression->kind = value->fields && value->fields->name ? EXPRESSION_STRUCTURE : EXPRESSION_ARRAY;
        for (const struct named_value *field = value->fields; field; field = field->next) {
            *last = arena_take(arena, sizeof(**last));
            (*last)->name = field->name;
            (*last)->value = value_expression(&field->value, arena);
            last = &(*last)->next;
        }
        break;
    }
    return expression;
}

/* Fields, by offset, width and sign. */
#include "agent/structures.h"

#include <stdlib.h>
#include <string.h>
#include <sys/ipc.h>
#include <sys/resource.h>
#include <sys/sem.h>
#include <sys/shm.h>
#include <sys/time.h>
#include <time.h>

#include "agent/buffers.h"
#include "vocabulary/vocabulary.h"

enum { FIELD_NAME_MAX = 64 };

/* An element without fields has an empty member: it is its own field. */
#define MEMBER(type, ...) ((*(type *)0)__VA_OPT__(.) __VA_ARGS__)
#define OFFSET(type, ...) (0 __VA_OPT__(+offsetof(type, __VA_ARGS__)))

struct layout {
    size_t offset, width, structure_size;
    bool is_signed;
};

/* In the order of structures.def: a field's layout stands where vocabulary_field_at has the field. */
static const struct layout layouts[] = {
#define FIELD(structure, type, member, name, format)                                                         \
    {OFFSET(type, member), sizeof(MEMBER(type, member)), sizeof(type),                                       \
     (__typeof__(MEMBER(type, member)))-1 < (__typeof__(MEMBER(type, member)))1},
#include "vocabulary/structures.def"
#undef FIELD
};

enum { FIELDS_MAX = sizeof(layouts) / sizeof(layouts[0]) };

/* The fields of one structure stand together: [first, end) of the table. */
struct field_range {
    size_t first, end;
};

static struct field_range fields_of(const char *structure)
{
    struct field_range range = {0, 0};
    while (range.first < FIELDS_MAX && strcmp(vocabulary_field_at(range.first)->structure, structure) != 0)
        range.first++;
    range.end = range.first;
    while (range.end < FIELDS_MAX && strcmp(vocabulary_field_at(range.end)->structure, structure) == 0)
        range.end++;
    return range;
}

size_t structure_size(const char *structure)
{
    struct field_range range = fields_of(structure);
    return range.first < range.end ? layouts[range.first].structure_size : 0;
}

/* Numbers of any width, in the target's byte order. */
static void store(unsigned char *bytes, const struct layout *layout, unsigned long long value)
{
    unsigned char *place = bytes + layout->offset;
    switch (layout->width) {
    case 2:
        memcpy(place, &(unsigned short){(unsigned short)value}, 2);
        break;
    case 4:
        memcpy(place, &(unsigned int){(unsigned int)value}, 4);
        break;
    default:
        memcpy(place, &value, 8);
        break;
    }
}

static unsigned long long load(const unsigned char *bytes, const struct layout *layout)
{
    const unsigned char *place = bytes + layout->offset;
    unsigned short two;
    unsigned int four;
    unsigned long long eight;
    switch (layout->width) {
    case 2:
        memcpy(&two, place, 2);
        return layout->is_signed ? (unsigned long long)(short)two : two;
    case 4:
        memcpy(&four, place, 4);
        return layout->is_signed ? (unsigned long long)(int)four : four;
    default:
        memcpy(&eight, place, 8);
        return eight;
    }
}

static bool read_number(const char *text, const char **end, unsigned long long *value)
{
    char *after;
    *value = strtoull(text, &after, 0);
    *end = after;
    return after != text;
}

/* Gives the field that stands before '=', and the text behind it; or the field at `position` without a name.
 */
static bool read_field_name(const char *structure, struct field_range range, size_t position,
                            const char **text, size_t *field)
{
    size_t length = strcspn(*text, "=,}");
    if ((*text)[length] != '=') {
        *field = range.first + position;
        return *field < range.end;
    }
    char name[FIELD_NAME_MAX];
    if (length >= sizeof(name))
        return false;
    memcpy(name, *text, length);
    name[length] = '\0';
    *text += length + 1;
    const struct structure_field *found = vocabulary_field(structure, name);
    if (found)
        *field = (size_t)(found - vocabulary_field_at(0));
    return found != NULL;
}

bool structure_read(const char *structure, const char *text, const char **end, unsigned char *bytes)
{
    struct field_range range = fields_of(structure);
    unsigned long long value;
    if (*text != '{') {
        if (!read_number(text, end, &value))
            return false;
        store(bytes, &layouts[range.first], value);
        return true;
    }
    for (size_t position = 0; *text != '}'; position++) {
        size_t field = range.first;
        text++;
        if (*text == '}' && position == 0)
            break;
        if (!read_field_name(structure, range, position, &text, &field) || !read_number(text, &text, &value))
            return false;
        if (*text != ',' && *text != '}')
            return false;
        store(bytes, &layouts[field], value);
    }
    *end = text + 1;
    return true;
}

static void write_field(struct message *message, size_t field, const unsigned char *bytes)
{
    const char *name = vocabulary_field_at(field)->name;
    if (*name) {
        message_word(message, name);
        message_character(message, '=');
    }
    unsigned long long value = load(bytes, &layouts[field]);
    if (layouts[field].is_signed)
        message_number(message, (long long)value);
    else
        message_unsigned(message, value);
}

static void write_fields(struct message *message, struct field_range range, const unsigned char *bytes)
{
    for (size_t field = range.first; field < range.end; field++) {
        if (field > range.first)
            message_character(message, ',');
        write_field(message, field, bytes);
    }
}

void structure_write(struct message *message, const char *structure, const unsigned char *bytes)
{
    struct field_range range = fields_of(structure);
    bool plain = *vocabulary_field_at(range.first)->name == '\0';
    if (!plain)
        message_character(message, '{');
    write_fields(message, range, bytes);
    if (!plain)
        message_character(message, '}');
}

static bool still_poison(const unsigned char *bytes, const struct layout *layout)
{
    for (size_t i = 0; i < layout->width; i++)
        if (bytes[layout->offset + i] != BUFFER_POISON)
            return false;
    return true;
}

static bool in_a_field(struct field_range range, size_t offset)
{
    for (size_t field = range.first; field < range.end; field++)
        if (offset >= layouts[field].offset && offset - layouts[field].offset < layouts[field].width)
            return true;
    return false;
}

void structure_write_filled(struct message *message, const char *structure, const unsigned char *bytes)
{
    struct field_range range = fields_of(structure);
    size_t size = layouts[range.first].structure_size;
    unsigned written = 0, unwritten = 0;
    unsigned char padding = 0;
    for (size_t i = 0; i < size; i++) {
        written += bytes[i] != BUFFER_POISON;
        if (!in_a_field(range, i))
            padding |= bytes[i];
    }
    for (size_t field = range.first; field < range.end; field++)
        unwritten += still_poison(bytes, &layouts[field]);
    message_character(message, '{');
    write_fields(message, range, bytes);
    message_word(message, ",written=");
    message_unsigned(message, written);
    message_word(message, ",unwritten=");
    message_unsigned(message, unwritten);
    message_word(message, ",padding=");
    message_unsigned(message, padding);
    message_character(message, '}');
}

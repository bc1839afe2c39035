/* The tables of vocabulary.h, made from the .def files. */
#include "vocabulary/vocabulary.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#define COUNT_OF(array) (sizeof(array) / sizeof((array)[0]))

enum {
    NAME_LENGTH_MAX = 64, /* a longer name is never near another */
};

struct command_description {
    const char *call;
    const char *command;
    struct parameter parameter;
};

/* What a result kind of calls.def means. */
struct result_description {
    enum result_kind kind;
    enum value_format format;
};

enum result_word {
    WORD_NUMBER,
    WORD_HEX,
    WORD_OCTAL,
    WORD_TEXT,
    WORD_FIELDS,
    WORD_ACTOR,
    WORD_NONE,
    WORD_NEVER,
};

static const struct result_description result_descriptions[] = {
    [WORD_NUMBER] = {RESULT_IS_NUMBER, FORMAT_DECIMAL}, [WORD_HEX] = {RESULT_IS_NUMBER, FORMAT_HEX},
    [WORD_OCTAL] = {RESULT_IS_NUMBER, FORMAT_OCTAL},    [WORD_TEXT] = {RESULT_IS_TEXT, FORMAT_TEXT},
    [WORD_FIELDS] = {RESULT_IS_FIELDS, FORMAT_DECIMAL}, [WORD_ACTOR] = {RESULT_IS_ACTOR, FORMAT_DECIMAL},
    [WORD_NONE] = {RESULT_IS_NONE, FORMAT_DECIMAL},     [WORD_NEVER] = {RESULT_IS_NEVER, FORMAT_DECIMAL},
};

static const struct {
    const char *name;
    enum result_word result;
} call_rows[] = {
#define CALL(name, result, parameters) {#name, WORD_##result},
#include "vocabulary/calls.def"
#undef CALL
};

static const struct {
    const char *call, *command;
} command_rows[] = {
#define COMMAND(call, command, parameter) {#call, #command},
#include "vocabulary/commands.def"
#undef COMMAND
};

static const struct structure_field fields[] = {
#define FIELD(structure, type, member, name, format) {#structure, name, FORMAT_##format},
#include "vocabulary/structures.def"
#undef FIELD
};

static const char *const constants[] = {
#include "constant_names.inc"
#define FACT(name, value) #name,
#include "agent/facts.def"
#undef FACT
};

/*
 * The parameter strings one behind the other, each with its NUL. They are cut into names and types in place,
 * once: what the tables below point into.
 */
static char call_texts[] =
#define CALL(name, result, parameters) parameters "\0"
#include "vocabulary/calls.def"
#undef CALL
    ;

static char command_texts[] =
#define COMMAND(call, command, parameter) parameter "\0"
#include "vocabulary/commands.def"
#undef COMMAND
    ;

/* Filled at first use and constant from then on. */
static struct {
    bool ready;
    struct call_description calls[COUNT_OF(call_rows)];
    struct command_description commands[COUNT_OF(command_rows)];
    int constants_sorted[COUNT_OF(constants)];
} tables;

/* Reads the part of a parameter behind its colon: see calls.def. */
static void parse_type(char *type, struct parameter *parameter)
{
    if (*type == '<' || *type == '>') {
        parameter->direction = *type++ == '>' ? DIRECTION_OUT : DIRECTION_IN;
        size_t length = strlen(type);
        bool array = length > 2 && strcmp(type + length - 2, "[]") == 0;
        if (array)
            type[length - 2] = '\0';
        parameter->kind = array ? PARAMETER_ARRAY : PARAMETER_STRUCTURE;
        parameter->type = type;
    } else if (*type == '"') {
        parameter->kind = PARAMETER_TEXT;
        parameter->format = FORMAT_TEXT;
    } else if (*type == '?') {
        parameter->kind = PARAMETER_COMMAND;
    } else {
        parameter->format = *type == 'x' ? FORMAT_HEX : FORMAT_OCTAL;
    }
}

/* Cuts one NAME:TYPE~ in place. */
static void parse_parameter(char *text, struct parameter *parameter)
{
    *parameter = (struct parameter){.name = text};
    size_t length = strlen(text);
    if (text[length - 1] == '~') {
        parameter->optional = true;
        text[length - 1] = '\0';
    }
    char *colon = strchr(text, ':');
    if (colon) {
        *colon = '\0';
        parse_type(colon + 1, parameter);
    }
}

/* Cuts the parameters of one call, separated by single spaces. */
static void parse_parameters(char *text, struct call_description *call)
{
    while (*text && call->parameter_count < CALL_PARAMETERS_MAX) {
        char *space = strchr(text, ' ');
        char *next = space ? space + 1 : text + strlen(text);
        if (space)
            *space = '\0';
        parse_parameter(text, &call->parameters[call->parameter_count++]);
        text = next;
    }
}

static int compare_constants(const void *left, const void *right)
{
    return strcmp(constants[*(const int *)left], constants[*(const int *)right]);
}

static void make_tables(void)
{
    if (tables.ready)
        return;
    char *text = call_texts;
    for (size_t i = 0; i < COUNT_OF(call_rows); i++) {
        const struct result_description *result = &result_descriptions[call_rows[i].result];
        tables.calls[i] =
            (struct call_description){call_rows[i].name, result->kind, result->format, 0, {{0}}};
        char *next = text + strlen(text) + 1;
        parse_parameters(text, &tables.calls[i]);
        text = next;
    }
    text = command_texts;
    for (size_t i = 0; i < COUNT_OF(command_rows); i++) {
        tables.commands[i].call = command_rows[i].call;
        tables.commands[i].command = command_rows[i].command;
        char *next = text + strlen(text) + 1;
        parse_parameter(text, &tables.commands[i].parameter);
        text = next;
    }
    for (size_t i = 0; i < COUNT_OF(constants); i++)
        tables.constants_sorted[i] = (int)i;
    qsort(tables.constants_sorted, COUNT_OF(constants), sizeof(int), compare_constants);
    tables.ready = true;
}

const struct call_description *vocabulary_call_at(size_t index)
{
    make_tables();
    return index < COUNT_OF(call_rows) ? &tables.calls[index] : NULL;
}

const struct call_description *vocabulary_call(const char *name)
{
    for (size_t i = 0; i < COUNT_OF(call_rows); i++)
        if (strcmp(call_rows[i].name, name) == 0)
            return vocabulary_call_at(i);
    return NULL;
}

const struct parameter *vocabulary_command(const char *call, const char *command)
{
    make_tables();
    for (size_t i = 0; i < COUNT_OF(command_rows); i++)
        if (strcmp(command_rows[i].call, call) == 0 && strcmp(command_rows[i].command, command) == 0)
            return &tables.commands[i].parameter;
    return NULL;
}

/* Whether `name` is the whole dotted name, or what stands behind one of its dots. */
static bool ends_with_name(const char *dotted, const char *name)
{
    size_t whole = strlen(dotted);
    size_t part = strlen(name);
    if (part == 0 || part > whole || strcmp(dotted + whole - part, name) != 0)
        return false;
    return part == whole || dotted[whole - part - 1] == '.';
}

const struct structure_field *vocabulary_field(const char *structure, const char *name)
{
    const struct structure_field *found = NULL;
    for (size_t i = 0; i < COUNT_OF(fields); i++) {
        if (strcmp(fields[i].structure, structure) != 0)
            continue;
        if (strcmp(fields[i].name, name) == 0)
            return &fields[i];
        if (!ends_with_name(fields[i].name, name))
            continue;
        if (found)
            return NULL;
        found = &fields[i];
    }
    return found;
}

const struct structure_field *vocabulary_field_at(size_t index)
{
    return index < COUNT_OF(fields) ? &fields[index] : NULL;
}

static int compare_name_with_constant(const void *name, const void *index)
{
    return strcmp(name, constants[*(const int *)index]);
}

int vocabulary_constant(const char *name)
{
    make_tables();
    const int *found =
        bsearch(name, tables.constants_sorted, COUNT_OF(constants), sizeof(int), compare_name_with_constant);
    return found ? *found : -1;
}

const char *vocabulary_constant_at(int index)
{
    return index >= 0 && (size_t)index < COUNT_OF(constants) ? constants[index] : NULL;
}

static int least(int left, int right)
{
    return left < right ? left : right;
}

static bool same_letter(char left, char right)
{
    return tolower((unsigned char)left) == tolower((unsigned char)right);
}

/* How many letters were inserted, left out, changed or swapped with their neighbour; the case of letters is
 * free. */
static int edit_distance(const char *from, size_t from_length, const char *to, size_t to_length)
{
    int rows[3][NAME_LENGTH_MAX + 1];
    int *before = rows[0], *above = rows[1], *row = rows[2];
    for (size_t j = 0; j <= to_length; j++)
        above[j] = (int)j;
    for (size_t i = 1; i <= from_length; i++) {
        row[0] = (int)i;
        for (size_t j = 1; j <= to_length; j++) {
            bool same = same_letter(from[i - 1], to[j - 1]);
            row[j] = least(least(above[j], row[j - 1]) + 1, above[j - 1] + !same);
            if (i > 1 && j > 1 && same_letter(from[i - 1], to[j - 2]) && same_letter(from[i - 2], to[j - 1]))
                row[j] = least(row[j], before[j - 2] + 1);
        }
        int *oldest = before;
        before = above;
        above = row;
        row = oldest;
    }
    return above[to_length];
}

const char *vocabulary_nearest(const char *wrong, const char *(*next)(void *context, size_t index),
                               void *context)
{
    size_t length = strlen(wrong);
    if (length > NAME_LENGTH_MAX)
        return NULL;
    const char *nearest = NULL;
    int nearest_distance = (int)length / 3 + 1;
    const char *name;
    for (size_t i = 0; (name = next(context, i)); i++) {
        size_t name_length = strlen(name);
        if (name_length > NAME_LENGTH_MAX)
            continue;
        int distance = edit_distance(wrong, length, name, name_length);
        if (distance < nearest_distance) {
            nearest = name;
            nearest_distance = distance;
        }
    }
    return nearest;
}

#include "conductor/answer.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { MESSAGE_SHOWN_MAX = 120 };

/* pid=7 uid=0 ... into a LIST. */
static bool read_fields(const char **cursor, struct value *list, struct arena *arena)
{
    struct named_value **last = &list->fields;

    *list = (struct value){.kind = VALUE_LIST};
    while (**cursor == ' ') {
        const char *name = *cursor + 1;
        size_t length = strcspn(name, "= ");

        if (!length || name[length] != '=')
            return false;
        *cursor = name + length + 1;
        *last = arena_take(arena, sizeof(**last));
        (*last)->name = arena_copy(arena, name, length);
        if (!value_read(cursor, &(*last)->value, arena))
            return false;
        last = &(*last)->next;
    }
    return **cursor == '\0';
}

/* The outputs behind a result, "changed" and "fired". */
static bool read_outputs(const char *cursor, struct answer *answer, struct arena *arena)
{
    struct value list;

    if (!read_fields(&cursor, &list, arena))
        return false;
    answer->outputs = list.fields;
    for (const struct named_value *output = list.fields; output; output = output->next)
        if (strcmp(output->name, "changed") == 0)
            answer->changed = (int)output->value.number;
        else if (strcmp(output->name, "fired") == 0)
            answer->fired = output->value.number != 0;
    return true;
}

static bool read_result(const char *cursor, struct answer *answer, struct arena *arena)
{
    if (strncmp(cursor, "-1 ", 3) == 0 && strspn(cursor + 3, "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789")) {
        size_t length = strspn(cursor + 3, "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789");

        if (cursor[3 + length] == '\0' || cursor[3 + length] == ' ') {
            answer->kind = ANSWER_FAILED;
            answer->name = arena_copy(arena, cursor + 3, length);
            return read_outputs(cursor + 3 + length, answer, arena);
        }
    }
    answer->kind = ANSWER_RETURNED;
    return value_read(&cursor, &answer->value, arena) && read_outputs(cursor, answer, arena);
}

static bool read_signal(const char *cursor, struct answer *answer, enum answer_kind kind, struct arena *arena)
{
    size_t length = strcspn(cursor, " ");

    answer->kind = kind;
    answer->name = arena_copy(arena, cursor, length);
    cursor += length;
    return length && read_fields(&cursor, &answer->fields, arena);
}

struct answer *answer_read(const char *message, struct arena *arena)
{
    struct answer *answer = arena_take(arena, sizeof(*answer));
    const char *fields = message + strlen("hello");
    bool sense = false;

    answer->changed = answer->fired = -1;
    if (strncmp(message, "= ", 2) == 0) {
        sense = read_result(message + 2, answer, arena);
    } else if (strncmp(message, "! ", 2) == 0) {
        sense = read_signal(message + 2, answer, ANSWER_FAULT, arena);
    } else if (strncmp(message, "~ ", 2) == 0) {
        sense = read_signal(message + 2, answer, ANSWER_SIGNAL, arena);
    } else if (strncmp(message, "hello ", 6) == 0) {
        answer->kind = ANSWER_HELLO;
        sense = read_fields(&fields, &answer->fields, arena);
    } else if (strncmp(message, "? ", 2) == 0) {
        answer->kind = ANSWER_TROUBLE;
        answer->trouble = arena_copy(arena, message + 2, strlen(message + 2));
        sense = true;
    }
    if (!sense) {
        answer->kind = ANSWER_TROUBLE;
        answer->trouble = arena_print(arena, "the agent talks nonsense: '%.*s'", MESSAGE_SHOWN_MAX, message);
    }
    return answer;
}

const struct value *answer_output(const struct answer *answer, int index)
{
    for (const struct named_value *output = answer->outputs; output; output = output->next)
        if (output->name[0] >= '0' && output->name[0] <= '9' && atoi(output->name) == index)
            return &output->value;
    return NULL;
}

/*
 * Values: what an expression is worth, what an answer of the agent holds. All live in the arena of the running
 * case.
 */
#ifndef IPCDRILL_VALUE_H
#define IPCDRILL_VALUE_H

#include "notation/tree.h"

enum value_kind { VALUE_NUMBER, VALUE_TEXT, VALUE_LIST };

struct value {
    enum value_kind kind;
    enum value_format format;   /* NUMBER: how it is shown */
    integer number;             /* NUMBER */
    const char *bytes;          /* TEXT */
    size_t length;              /* TEXT */
    struct named_value *fields; /* LIST: {name=value, ...}, or [value, ...] with names NULL */
};

struct named_value {
    const char *name;
    struct value value;
    struct named_value *next;
};

/*
 * Reads one value of the wire at *cursor and moves it behind: 12, 0x1f, "text"*3, {a=1,b=2}, [1,2]. Returns false
 * when there is none.
 */
bool value_read(const char **cursor, struct value *value, struct arena *arena);

/* A field by its dotted name or, where that is unambiguous, its last part. NULL when there is none. */
const struct value *value_field(const struct value *list, const char *name);

/* Whether two values are the same, whatever they are shown as. */
bool value_equal(const struct value *one, const struct value *other);

/* The value as an expression of the notation that stands for itself, for showing. */
struct expression *value_expression(const struct value *value, struct arena *arena);

/* A number in decimal, whatever its size. In `arena`. */
const char *integer_print(integer number, struct arena *arena);

#endif

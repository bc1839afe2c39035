/*
 * The vocabulary: what both sides of the wire know by name.
 *
 * The host (parser, printer, conductor) and the agent (which is built for the target and may run under another
 * kernel, C library or word size) share no structure and no number, only names. The names are data:
 *
 *   calls.def       every verb of the notation: a system call, or one of our own words such as peek
 *   commands.def    what the last argument of shmctl and semctl is, command by command
 *   structures.def  every structure and its fields, for both directions
 *   constants.in    every UPPER-CASE name; the agent tells the value it has on the target
 *
 * Adding a call, a field or a constant is one row in one of these files (and, for a call, one row in the
 * agent's family file that performs it).
 */
#ifndef IPCDRILL_VOCABULARY_H
#define IPCDRILL_VOCABULARY_H

#include <stdbool.h>
#include <stddef.h>

/* How a value is shown to people. It never changes what is compared. */
enum value_format {
    FORMAT_DECIMAL,
    FORMAT_HEX,   /* addresses and keys */
    FORMAT_OCTAL, /* permissions and modes */
    FORMAT_TEXT,  /* a string of bytes */
};

/* What an argument is, beside a plain number: how the conductor hands it to the agent. */
enum parameter_kind {
    PARAMETER_NUMBER,    /* any number, an address too */
    PARAMETER_TEXT,      /* bytes; the agent passes a pointer to a copy */
    PARAMETER_STRUCTURE, /* {field=value, ...}; the direction stands beside it */
    PARAMETER_ARRAY,     /* [element, ...] */
    PARAMETER_COMMAND,   /* a structure, array or number, chosen by the command argument: see commands.def */
};

enum direction { DIRECTION_IN, DIRECTION_OUT };

struct parameter {
    const char *name;
    enum parameter_kind kind;
    enum direction direction;
    enum value_format format;
    const char *type; /* STRUCTURE and ARRAY: the row of structures.def */
    bool optional;    /* may be left out of the call */
};

enum { CALL_PARAMETERS_MAX = 6 };

enum result_kind {
    RESULT_IS_NUMBER, /* -1 with an errno, or a number */
    RESULT_IS_TEXT,   /* peek, read: bytes */
    RESULT_IS_FIELDS, /* maps, sysvipc_shm: a structure; sysctl: a number or an array */
    RESULT_IS_ACTOR,  /* fork, clone: a new actor of that name */
    RESULT_IS_NONE,   /* poke, jump: nothing, unless a signal comes instead */
    RESULT_IS_NEVER,  /* exit: the call does not come back */
};

struct call_description {
    const char *name;
    enum result_kind result;
    enum value_format format; /* of the result */
    int parameter_count;
    struct parameter parameters[CALL_PARAMETERS_MAX];
};

struct structure_field {
    const char *structure;
    const char *name; /* dotted: shm_perm.mode */
    enum value_format format;
};

/* The call of that name, or NULL. */
const struct call_description *vocabulary_call(const char *name);

/* The call at that place of calls.def, or NULL past the end: for listings and suggestions. */
const struct call_description *vocabulary_call_at(size_t index);

/*
 * What the last argument of `call` (shmctl, semctl) is under the command named `command`, e.g. "IPC_STAT".
 * Returns NULL where the command takes none, or is not in commands.def: a plain number is then passed on.
 */
const struct parameter *vocabulary_command(const char *call, const char *command);

/*
 * The field of that structure. `name` is the dotted name, or its last part where that is unambiguous
 * (mode for shm_perm.mode). Returns NULL when the structure has none.
 */
const struct structure_field *vocabulary_field(const char *structure, const char *name);

/* The field at that place of structures.def, or NULL past the end. */
const struct structure_field *vocabulary_field_at(size_t index);

/* The place of an UPPER-CASE name in constants.in (what a target's table of values is indexed by), or -1. */
int vocabulary_constant(const char *name);

/* The name at that place, or NULL past the end. */
const char *vocabulary_constant_at(int index);

/*
 * The name nearest to `wrong` among those that `next` gives for 0, 1, 2, ... until NULL; for "did you mean".
 * Returns NULL when nothing is near (more than a third of the letters differ).
 */
const char *vocabulary_nearest(const char *wrong, const char *(*next)(void *context, size_t index),
                               void *context);

#endif

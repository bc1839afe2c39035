/* What an agent process says, taken apart: see agent/wire.h. */
#ifndef IPCDRILL_ANSWER_H
#define IPCDRILL_ANSWER_H

#include "conductor/value.h"

enum answer_kind {
    ANSWER_RETURNED, /* = VALUE ... */
    ANSWER_FAILED,   /* = -1 ERRNO ... */
    ANSWER_FAULT,    /* ! SIGSEGV ... */
    ANSWER_SIGNAL,   /* ~ SIGUSR1 ... */
    ANSWER_HELLO,    /* hello pid=... */
    ANSWER_TROUBLE,  /* ? ..., or nonsense */
};

struct answer {
    enum answer_kind kind;
    struct value value;          /* RETURNED */
    const char *name;            /* FAILED: the errno's name or number; FAULT, SIGNAL: the signal's */
    struct value fields;         /* FAULT, SIGNAL, HELLO: a LIST */
    struct named_value *outputs; /* RETURNED, FAILED: what the call filled, named by the argument's index */
    int changed;                 /* the argument that the call was only to read and changed, or -1 */
    int fired;                   /* fail_nth: 1 when something of it failed, 0 when not; else -1 */
    const char *trouble;         /* TROUBLE */
    struct answer *next;
};

/* Takes a message apart. What makes no sense becomes ANSWER_TROUBLE. Never NULL. */
struct answer *answer_read(const char *message, struct arena *arena);

/* What the call filled into argument `index`, or NULL. */
const struct value *answer_output(const struct answer *answer, int index);

#endif

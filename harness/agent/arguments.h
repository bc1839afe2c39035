/*
 * The arguments of a request: read from its text (wire.h) into numbers and guarded buffers, and what a call
 * left in those buffers written back. The buffers belong to buffers.h and live until the next request.
 */
#ifndef IPCDRILL_AGENT_ARGUMENTS_H
#define IPCDRILL_AGENT_ARGUMENTS_H

#include <stdbool.h>
#include <stddef.h>

#include "agent/message.h"
#include "vocabulary/vocabulary.h"

enum {
    STRUCTURE_NAME_MAX = 32, /* bytes, with the NUL */
    UNWANTED_ARRAY_BYTES =
        128 * 1024, /* of a buffer written name?[]: more than the 65,535 ushorts of SEMMSL */
};

enum argument_kind {
    ARGUMENT_NUMBER,
    ARGUMENT_TEXT,   /* bytes, then a NUL that does not count */
    ARGUMENT_BUFFER, /* a structure or an array that the call reads, fills or both */
};

struct argument {
    enum argument_kind kind;
    unsigned long value; /* a number, or the address of the bytes */
    bool negative;       /* the number was written with a minus sign */
    size_t size;         /* TEXT: bytes without the NUL; BUFFER: bytes */
    /* BUFFER */
    char structure[STRUCTURE_NAME_MAX];
    bool array, filled;             /* filled: the call writes it, and the answer shows it */
    bool unwanted;                  /* ... but nobody asks for it */
    unsigned long long fingerprint; /* of what a buffer that is only read held before the call */
};

struct arguments {
    int count;
    struct argument items[CALL_PARAMETERS_MAX]; /* those behind count are zero numbers */
};

/*
 * Reads all arguments in `text`, which is behind the verb. Returns false when one is malformed, unknown or
 * too big, with the reason in `complaint`.
 */
bool arguments_read(struct arguments *arguments, const char *text, const char **complaint);

/*
 * Reads texts only, in place: `words` point into `text` and end with NULL. Returns how many there are, or -1
 * when one is malformed or there are more than `words_max`.
 */
int arguments_read_words(char *text, char **words, int words_max);

/* Appends " INDEX=OUT" for each buffer that the call fills, and " changed=INDEX" for others it has changed.
 */
void arguments_write_filled(struct message *message, const struct arguments *arguments);

#endif

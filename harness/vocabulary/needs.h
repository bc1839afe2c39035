/*
 * What a case may need of the machine, by name. Whether a need is met is the conductor's to find out
 * (conductor/needs.h); here it is only known by name, so that the parser can tell a mistake.
 */
#ifndef IPCDRILL_VOCABULARY_NEEDS_H
#define IPCDRILL_VOCABULARY_NEEDS_H

#include <stddef.h>

struct need {
    const char *name;     /* "linux"; "CAP_" stands for every capability */
    const char *argument; /* what stands behind the name: "VERSION"; empty when nothing does */
    const char *meaning;  /* one sentence, for doctor */
    const char *remedy;   /* how to enable it */
};

/* The need at that place of needs.def, or NULL past the end. */
const struct need *need_at(size_t index);

/*
 * The need that `text` (all that stands behind `needs` in a case, "linux 4.17") names. Returns NULL when there is
 * none of that name, or its argument is missing or too much.
 */
const struct need *need_find(const char *text);

/* What stands behind the name in `text`: "4.17" of "linux 4.17", the whole of "CAP_IPC_LOCK". */
const char *need_argument(const char *text);

#endif

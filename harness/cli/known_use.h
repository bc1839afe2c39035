/*
 * The list of known deviations of a run: read, and watched, so that rows that are out of date are told of. Prints on
 * standard error.
 */
#ifndef IPCDRILL_KNOWN_USE_H
#define IPCDRILL_KNOWN_USE_H

#include "supervisor/known.h"

struct known_watch {
    const char *path;
    struct known_table *table; /* NULL: there is none */
    struct known_use *uses;
};

/* Reads the table at `path`; NULL: none. Returns false when it cannot be used, having said why. */
bool known_watch_start(struct known_watch *watch, const char *path);

/* A sink: counts a record. `context` is the watch. */
void known_watch_take(void *context, const char *line, const struct record *record);

/* Tells which rows no longer deviate. To be called only after a whole run. */
void known_watch_tell(const struct known_watch *watch);

void known_watch_end(struct known_watch *watch);

#endif

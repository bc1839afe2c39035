/*
 * How reports name what they speak of: an instance so that no two of a report have one name, and a file so that a
 * service that knows the repository finds it.
 */
#ifndef IPCDRILL_NAMING_H
#define IPCDRILL_NAMING_H

#include "report/formats.h"

/* The title, behind it the repeat and, in a report of several targets, the target. In `arena`. */
const char *record_name(const struct record *record, const struct results_source *source,
                        struct arena *arena);

/* A file of a record relative to the root of the repository, where that is known and the file below it. In `arena`. */
const char *path_in_repository(const char *file, const struct results_source *source, struct arena *arena);

#endif

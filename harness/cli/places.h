/*
 * Where things are: the case files, the agent, the programs under test, the folder for reports. Each has a
 * short list of places, tried in order. Paths are in the arena given, relative to the working folder where
 * they are below it.
 */
#ifndef IPCDRILL_PLACES_H
#define IPCDRILL_PLACES_H

#include "cli/options.h"

/* --cases, $IPCDRILL_CASES, ./cases, then beside the executable. Returns NULL with `problem`. */
const char *place_of_cases(const struct options *options, struct arena *arena, const char **problem);

/* --agent, then beside the executable. Returns NULL with `problem`. */
const char *place_of_agent(const struct options *options, struct arena *arena, const char **problem);

/* --programs, then beside the executable; "fixtures" when there is none: a case that needs one then says so.
 */
const char *place_of_programs(const struct options *options, struct arena *arena);

/* --output, ./reports, reports beside the cases. Returns NULL when there is none: no report is then written.
 */
const char *place_of_reports(const struct options *options, const char *cases_folder, struct arena *arena);

/*
 * clauses.tsv in the folder of `path`, or in the nearest folder above it; `path` is a file or a folder.
 * Returns NULL when there is none.
 */
const char *place_of_clauses(const char *path, struct arena *arena);

/*
 * Fills what a conductor is started with from the options. Returns false with `problem` when the agent is not
 * found. Strings in `arena`.
 */
bool conductor_options_from(const struct options *options, struct conductor_options *conductor,
                            struct arena *arena, const char **problem);

#endif

/*
 * The results of earlier runs: history/TIME.jsonl in the folder of reports, TIME being when the run ended, in UTC, so
 * that the names sort by age. `run --keep N` puts them there, `report` reads them.
 */
#ifndef IPCDRILL_HISTORY_H
#define IPCDRILL_HISTORY_H

#include <stdbool.h>
#include <stddef.h>

#include "notation/arena.h"

/*
 * Moves FOLDER/results.jsonl, if there is one, into the history, and removes the oldest so that `most` are left. Returns
 * false with errno when it cannot; nothing is lost then.
 */
bool history_keep(const char *folder, size_t most, struct arena *arena);

/* The paths of the history, the oldest first. `*count` is 0 when there is none. In `arena`. */
const char *const *history_list(const char *folder, size_t *count, struct arena *arena);

#endif

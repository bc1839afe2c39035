/*
 * Reading results.jsonl record by record: what every format is made from. A file of any length is read with
 * the memory of one record.
 */
#ifndef IPCDRILL_RESULTS_H
#define IPCDRILL_RESULTS_H

#include <sys/types.h>

#include "notation/diagnostic.h"
#include "supervisor/record.h"

/* Is called for each record, numbered from 1; the record lives during the call only. */
typedef void results_visitor(void *context, size_t number, const struct record *record);

/* The results file that a path of the command line names: the path, or results.jsonl in that folder. In `arena`. */
const char *results_path(const char *path, struct arena *arena);

/*
 * Reads a file, or a pipe, to its end. Lines that are no record (cut off, of a later version, with a NUL byte, too
 * long, no JSON) go to `diagnostics`, with their number, and the rest is still read. Returns false when there was
 * any, or the file cannot be read.
 */
bool results_read(const char *path, results_visitor *visit, void *context, struct diagnostics *diagnostics);

/* Where in a file a record is. */
struct results_place {
    off_t offset; /* of its line */
    int line;     /* before it */
    size_t number;
};

/* A file that is read when asked: for those who read several beside each other. */
struct results_reader;

/* Opens it. Returns NULL with a diagnostic; end with results_close. `path` must outlive the reader. */
struct results_reader *results_open(const char *path, struct diagnostics *diagnostics);

/*
 * The next record, its strings in `arena`; `place` (may be NULL) becomes where it is. Lines that are no record are told
 * of and passed over. Returns false at the end.
 */
bool results_next(struct results_reader *reader, struct arena *arena, struct record *record,
                  struct results_place *place);

/* Goes to a place that results_next told. Returns false with a diagnostic (a pipe cannot go back). */
bool results_go(struct results_reader *reader, const struct results_place *place);

/* Returns whether all went well until now. NULL is allowed. */
bool results_close(struct results_reader *reader);

/* As results_read, from an open file, which is rewound first. `path` only names it. */
bool results_read_stream(FILE *stream, const char *path, results_visitor *visit, void *context,
                         struct diagnostics *diagnostics);

#endif

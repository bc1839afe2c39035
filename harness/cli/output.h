/*
 * The report files of a run. Records are appended to a file under a temporary name until the run is over;
 * then each format is made from it, under a temporary name, and renamed: a reader never sees half a report.
 * Trouble is kept until output_end, so that it does not stop the run.
 */
#ifndef IPCDRILL_OUTPUT_H
#define IPCDRILL_OUTPUT_H

#include "notation/clauses.h"
#include "supervisor/record.h"

struct output;

/*
 * `formats` is a set as in struct options. The folder is made when it is missing. Never fails: output_end
 * tells. Strings must outlive the output.
 */
struct output *output_start(const char *folder, unsigned formats, const struct clause_table *clauses);

/* A sink: keeps a record. `context` is the output. */
void output_take(void *context, const char *line, const struct record *record);

/* Writes the reports and frees everything. Returns false when one could not be written, having said why. */
bool output_end(struct output *output);

#endif

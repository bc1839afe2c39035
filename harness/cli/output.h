/*
 * The report files of a run. Records are appended to a file under a temporary name until the run is over;
 * then each format is made from it, under a temporary name, and renamed: a reader never sees half a report.
 * Trouble is kept until output_end, so that it does not stop the run. In a step of GitHub Actions the summary and the
 * annotations also go where GitHub looks for them.
 */
#ifndef IPCDRILL_OUTPUT_H
#define IPCDRILL_OUTPUT_H

#include "notation/clauses.h"
#include "supervisor/record.h"

struct output;

/*
 * `formats` is a set as in struct options; 0: those by default. The folder is made when it is missing; NULL: there is
 * none, and only what GitHub reads is written. Never fails: output_end tells. Strings must outlive the output.
 */
struct output *output_start(const char *folder, unsigned formats, const struct clause_table *clauses);

/* Has the results of earlier runs kept in the history, `most` of them (history.h). */
void output_keep_earlier(struct output *output, size_t most);

/* A sink: keeps a record. `context` is the output. */
void output_take(void *context, const char *line, const struct record *record);

/* Whether this runs as a step of GitHub Actions, which reads a summary ($GITHUB_STEP_SUMMARY) and the log. */
bool output_is_for_github(void);

/*
 * Writes the reports, and what GitHub reads where it does, and frees everything. Returns false when one could not be
 * written, having said why.
 */
bool output_end(struct output *output);

#endif

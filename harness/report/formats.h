/*
 * The report formats. Each is made from results.jsonl alone (and, where it quotes the specification, from the
 * clause table), so a report can be made again at any time from a kept results file.
 */
#ifndef IPCDRILL_FORMATS_H
#define IPCDRILL_FORMATS_H

#include "notation/clauses.h"
#include "report/results.h"
#include "report/tally.h"

/* Where a writer reads from. The stream is read from its start. */
struct results_source {
    FILE *stream;
    const char *path;
    const struct tally *tally;          /* of the same records: most formats begin with counts */
    const struct clause_table *clauses; /* may be NULL */
};

/*
 * Writes a whole report. Returns false when the results are not as they should be; trouble in writing is
 * found by the caller with ferror.
 */
typedef bool format_writer(const struct results_source *source, FILE *out, struct diagnostics *diagnostics);

struct format {
    const char *name;      /* for --format */
    const char *file_name; /* in the output folder */
    format_writer *write;  /* NULL: the results themselves */
};

/* The format at that place, or NULL past the end. At most FORMATS_MAX. */
const struct format *format_at(size_t index);

enum { FORMATS_MAX = 8 };

/* TAP version 14. */
format_writer tap_write;

/* JUnit XML as Jenkins' junit-10.xsd, GitHub's and GitLab's readers take it. */
format_writer junit_write;

#endif

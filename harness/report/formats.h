/*
 * The report formats. Each is made from results.jsonl alone (and, where it quotes the specification, from the
 * clause table), so a report can be made again at any time from a kept results file.
 */
#ifndef IPCDRILL_FORMATS_H
#define IPCDRILL_FORMATS_H

#include "notation/clauses.h"
#include "report/results.h"
#include "report/tally.h"

/* Where a writer reads from. The stream is read from its start; the records of one target stand together. */
struct results_source {
    FILE *stream;
    const char *path;
    const struct tally *tally;          /* of the same records: most formats begin with counts */
    const struct clause_table *clauses; /* may be NULL */
    const char *root;                   /* of the repository that the cases are in, or NULL */
    const char *here;                   /* what relative paths are relative to, or NULL */
};

/*
 * Writes a whole report. Returns false when the results are not as they should be; trouble in writing is
 * found by the caller with ferror.
 */
typedef bool format_writer(const struct results_source *source, FILE *out, struct diagnostics *diagnostics);

struct format {
    const char *name;      /* for --format */
    const char *file_name; /* in the output folder */
    bool by_default;       /* without --format */
    format_writer *write;  /* NULL: the results themselves */
};

/* The format at that place, or NULL past the end. At most FORMATS_MAX. */
const struct format *format_at(size_t index);

enum { FORMATS_MAX = 16 };

/* TAP version 14. A known deviation is a TODO. */
format_writer tap_write;

/* KTAP version 1 (the kernel's own TAP, Documentation/dev-tools/ktap.rst): a test for each group, instances nested. */
format_writer ktap_write;

/* JUnit XML as Jenkins' junit-10.xsd, GitHub's and GitLab's readers take it; a known deviation counts as skipped. */
format_writer junit_write;

/* The same with file and line on each testcase: GitLab and others link them, Jenkins' schema refuses them. */
format_writer junit_file_write;

/* GitHub-flavoured Markdown for $GITHUB_STEP_SUMMARY: at most MARKDOWN_BYTES_MAX, what does not fit is counted. */
format_writer markdown_write;

enum { MARKDOWN_BYTES_MAX = 1024 * 1024 };

/* GitHub workflow commands: ::error of the first red ones, in the case file, and one with the total. */
format_writer github_write;

enum { ANNOTATIONS_MAX = 10 }; /* that GitHub shows of one step */

/* GitLab's code quality report (Code Climate issues): every red one, in the case file. */
format_writer code_quality_write;

/* The signals of a LAVA test shell: a test set for each group, a test case for each instance. */
format_writer lava_write;

#endif

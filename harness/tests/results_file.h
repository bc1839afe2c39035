/* Results files made by hand: what a run would have to be forced to say. */
#ifndef IPCDRILL_TESTS_RESULTS_FILE_H
#define IPCDRILL_TESTS_RESULTS_FILE_H

#include "supervisor/record.h"

/* One record, shortly. What is 0 or NULL gets a value that fits. */
struct short_record {
    const char *title;
    enum verdict_kind kind;
    size_t position, of; /* of 0: an old record, without version and place */
    const char *target;  /* its name */
    unsigned long long duration_ms;
};

/* Writes the records to a file of the scratch folder and returns its path, as scratch_path. */
const char *results_write(const char *name, const struct short_record *records, size_t count);

/* The text of a results file with every duration 0, to be freed. */
char *results_without_durations(const char *path);

#endif

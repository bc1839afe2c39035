/*
 * Reading the values of options that are more than a text or a number. Each returns false when the text is
 * wrong; what was expected stands in the option's row.
 */
#ifndef IPCDRILL_OPTION_VALUES_H
#define IPCDRILL_OPTION_VALUES_H

#include "cli/options.h"

/* A decimal number from `least` to `most`, and nothing else. */
bool read_number(const char *text, unsigned long long least, unsigned long long most,
                 unsigned long long *number);

/* "2/5" */
bool read_shard(const char *text, struct options *options);

/* A seed, or NULL: one is chosen. */
bool read_shuffle(const char *text, struct options *options);

/* "500ms", "10s"; a plain number is seconds. */
bool read_timeout(const char *text, struct options *options);

/* How many preemptions a schedule may have, 0 to 16. */
bool read_preemptions(const char *text, struct options *options);

/* A key of IPC, not 0: decimal, or hexadecimal with 0x. */
bool read_segment_key(const char *text, struct options *options);
bool read_set_key(const char *text, struct options *options);

/* An exit code, 0 to 255. */
bool read_all_skipped(const char *text, struct options *options);

/* A ratio above 1: "3", "1.5". */
bool read_slower(const char *text, struct options *options);

/* "jsonl,tap": names of report/formats.h. */
bool read_formats(const char *text, struct options *options);

#endif

/* Case files as texts in memory: read, and run by a conductor with the real agent. */
#ifndef IPCDRILL_TESTS_DRILL_H
#define IPCDRILL_TESTS_DRILL_H

#include "conductor/conductor.h"

/* The text as a file called "t.drill" without a mistake; a mistake fails the test. To be freed with notation_free. */
struct case_file *drill_read(const char *text);

/* What notation_print_file prints. To be freed. */
char *drill_print(const struct case_file *file);

/* A conductor of a test: started by bench_open, the strings of its verdicts live until bench_close. */
struct bench {
    struct conductor_options options;
    struct conductor *conductor;
    struct arena arena;
    struct case_file *file; /* the last one run */
};

/* The options that bench_open starts from: full isolation, libc, the Linux profile, a minute for each call. */
struct conductor_options bench_options(void);

/* Starts the conductor; that it cannot fails the test. */
void bench_open(struct bench *bench, const struct conductor_options *options);

/* Runs instance `index` of the first case of the text. */
struct verdict bench_run(struct bench *bench, const char *text, size_t index);

void bench_close(struct bench *bench);

/* The bench of most suites, started with bench_options: a checked fixture of Check. */
extern struct bench plain_bench;
void plain_bench_open(void);
void plain_bench_close(void);

/* What a case must come to. A NULL text or a line 0 is not compared. */
struct expectation {
    const char *sentence; /* what the row proves */
    const char *text;     /* the case */
    enum verdict_kind kind;
    int line;
    const char *reason, *expected, *got;
};

/* Runs the text and fails the test when the verdict is another. */
void bench_expect(struct bench *bench, const struct expectation *expectation);

/* The transcript, its lines with a newline behind each. To be freed. */
char *transcript_text(const struct verdict *verdict);

#endif

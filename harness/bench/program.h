/* Runs a program to its end and measures it from outside: how long it took, how much memory its processes had. */
#ifndef IPCDRILL_BENCH_PROGRAM_H
#define IPCDRILL_BENCH_PROGRAM_H

#include <stdbool.h>
#include <stdint.h>

struct measurement {
    int status; /* as of waitpid */
    int64_t duration_ns;
    long program_kb;       /* the largest resident set (VmHWM) that was seen of the program's own process, */
    long largest_child_kb; /* and of the largest of its children; both 0 unless memory is watched */
};

/*
 * Runs arguments[0] (a path) with its standard output into the file `output`. With `watch_memory` it reads
 * VmHWM of the process and its children every MEMORY_SAMPLE_MS: a peak only grows, so what is missed is what
 * was added behind the last sample. Returns false with errno when it cannot be started.
 */
bool program_run(const char *const *arguments, const char *output, bool watch_memory,
                 struct measurement *measurement);

enum { MEMORY_SAMPLE_MS = 2 };

/* Whether it exited with 0. */
bool program_succeeded(const struct measurement *measurement);

#endif

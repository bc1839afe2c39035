/*
 * The part of a suite that tells what the harness costs: all cases but those that run programs under test or wait
 * for the clock, for there both the tool and the floor would only wait, and but races, whose rounds a transcript counts
 * and does not list.
 */
#ifndef IPCDRILL_BENCH_SELECTION_H
#define IPCDRILL_BENCH_SELECTION_H

#include <stdbool.h>
#include <stddef.h>

#include "notation/diagnostic.h"

struct selection {
    size_t file_count;
    size_t case_count;
    size_t program_cases; /* left out: with program actors */
    size_t clock_cases;   /* left out: with calls that wait for the clock */
    size_t race_cases;    /* left out: with rounds */
};

/*
 * Writes the case files below `cases` to files below the folder `copy`, which exists, without the cases that are
 * left out. Returns false with diagnostics when a file has a mistake or cannot be written.
 */
bool selection_write(const char *cases, const char *copy, struct selection *selection,
                     struct diagnostics *diagnostics);

#endif

/*
 * A schedule: who goes next, step after step. As text it is a list of movers, "reader*3 writer reader#2": the program's name,
 * behind # its thread or process where it is not the first, behind * how often in a row.
 *
 * Movers are numbers: MOVERS_A_PROGRAM for each program, by the order in which its threads and processes made their first call.
 */
#ifndef IPCDRILL_SCHEDULE_H
#define IPCDRILL_SCHEDULE_H

#include <stdbool.h>
#include <stddef.h>

#include "notation/arena.h"

enum { MOVERS_A_PROGRAM = 16, SCHEDULE_STEPS_MAX = 5000 };

typedef unsigned char mover;

struct schedule {
    const mover *steps;
    size_t length;
};

/* As text; `programs` are the names, by number. In `arena`. */
const char *schedule_print(const struct schedule *schedule, const char *const *programs, struct arena *arena);

/*
 * Reads it. False with *problem, which names the word that is wrong and what was expected. In `arena`.
 */
bool schedule_read(const char *text, const char *const *programs, size_t program_count,
                   struct schedule *schedule, struct arena *arena, const char **problem);

#endif

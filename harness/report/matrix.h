/*
 * Verdicts of several targets side by side, for people: how often each verdict came on each target is the terminal's
 * (report/terminal.h); this is the table of the instances that do not pass, or are not skipped, everywhere.
 */
#ifndef IPCDRILL_MATRIX_H
#define IPCDRILL_MATRIX_H

#include <stdio.h>

#include "supervisor/record.h"

enum { MATRIX_COLUMNS_MAX = 99 }; /* targets; further ones are left out */

struct matrix;

struct matrix *matrix_start(void);

/* Adds a record. The columns are the targets in order of first appearance. */
void matrix_add(struct matrix *matrix, const struct record *record);

/* Prints the targets by number, and the table; nothing where there is one target. */
void matrix_print(const struct matrix *matrix, FILE *out);

void matrix_end(struct matrix *matrix);

#endif

/* What programs printed, in a form in which two runs can be compared. */
#ifndef IPCDRILL_JUDGE_OUTPUT_H
#define IPCDRILL_JUDGE_OUTPUT_H

#include "session/session.h"

/*
 * What the program printed, as text to compare and to show: every 0x... as 0x_, for addresses are chosen anew in every
 * run, and bytes that are no UTF-8 escaped. In `arena`.
 */
const char *judge_output(const struct program_outcome *program, struct arena *arena);

#endif

/*
 * What a machine can run. Each need of vocabulary/needs.def is decided once, by trying it for real in a scratch
 * case, never by reading a version or a configuration where trying is possible.
 */
#ifndef IPCDRILL_NEEDS_H
#define IPCDRILL_NEEDS_H

#include "conductor/conductor.h"
#include "vocabulary/needs.h"

/*
 * Whether the need (the text behind `needs` in a case) is met on the conductor's target; decided on first use, then
 * remembered. Returns NULL when met, else the reason that a report shows, in words ("needs root: the runner is
 * uid 1000"). The string lives as long as the conductor.
 */
const char *need_missing(struct conductor *conductor, const char *text);

#endif

/* Terminals for programs under test. */
#ifndef IPCDRILL_CONDUCTOR_TERMINAL_H
#define IPCDRILL_CONDUCTOR_TERMINAL_H

#include <stdbool.h>

/*
 * Opens a pair: what is written to `master`, which does not block, is typed at `slave`. Nothing is echoed and no byte is
 * changed. Lines are edited, so that there is an end of input (^D); a raw terminal passes on each byte as it is typed.
 * False with errno; a descriptor that is open then is not -1, and the caller's.
 */
bool terminal_open(bool raw, int *master, int *slave);

#endif

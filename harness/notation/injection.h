/*
 * Injections, with the words of `strace -e inject=`:
 *
 *   SYSCALL[,SYSCALL...]:error=ERRNO:when=2        fails, and is not performed
 *   ...:retval=N                                    gives N, and is not performed
 *   ...:signal=SIG                                  the signal is pending when the call is performed
 *   ...:delay_enter=N   ...:delay_exit=N            held before it is performed; before the caller's next trapped call
 *   ...:when=FIRST[..LAST][+[STEP]]                 which of these calls, counted from 1; without it: every one
 *
 * Delays are virtual: whatever N says, the caller is held until no other process of the run can move. This part
 * reads the words; inject/ performs them.
 */
#ifndef IPCDRILL_INJECTION_H
#define IPCDRILL_INJECTION_H

#include <stdbool.h>
#include <stdint.h>

#include "notation/arena.h"

enum { INJECTION_CALLS_MAX = 32 };

struct injection {
    const char *calls[INJECTION_CALLS_MAX]; /* system calls; semop is semtimedop without a timeout too */
    int call_count;
    int error;        /* an errno, or 0 */
    bool gives_value; /* retval= */
    int64_t value;
    int signal; /* or 0 */
    bool delay_enter, delay_exit;
    unsigned first, last, step; /* of `when`; last is UINT_MAX where it is open */
};

/*
 * Reads one injection. False with `problem`, which says what was expected, and the byte of `text` that is wrong
 * (from 0) in *at. Strings in `arena`.
 */
bool injection_read(const char *text, struct injection *injection, struct arena *arena, int *at,
                    const char **problem);

/* Whether it is about the `occurrence`-th call (from 1) of that name. */
bool injection_applies(const struct injection *injection, const char *call, unsigned occurrence);

/* The errno or signal of that name (EINTR, SIGINT; INT) or number; 0 when there is none. */
int injection_errno(const char *text);
int injection_signal(const char *text);

#endif

/*
 * Signals of the process: faults that a call runs into (SIGSEGV, SIGBUS, SIGILL, SIGFPE) end the call and
 * become its answer; signals for which a case asked SIG_HANDLER are reported as they come. A fault signal
 * that another process sends, or that comes outside a call, kills as it would without the agent.
 */
#ifndef IPCDRILL_AGENT_FAULTS_H
#define IPCDRILL_AGENT_FAULTS_H

#include <setjmp.h>
#include <signal.h>

#include "agent/message.h"

struct fault {
    int signal;
    int code;              /* si_code */
    unsigned long address; /* si_addr */
};

/* Puts every signal at its default and blocks none. */
void faults_reset_signals(void);

/* Catches the fault signals from now on; an image that was executed keeps what it inherits of the others. */
void faults_initialise(void);

/* Where this thread's reports of caught signals go. */
void faults_report_to(int channel);

/*
 * Performs `perform(context)`. Returns true and its result in `result`, or false and the fault it ran into.
 * errno is that of the call.
 */
bool faults_guard(long long (*perform)(void *context), void *context, long long *result, struct fault *fault);

/* Changes what `signal` does: an enum wire_disposition of constants.h and SA_ flags. Returns 0, or -1 with
 * errno. */
int faults_set_disposition(int signal, long disposition, int flags);

#endif

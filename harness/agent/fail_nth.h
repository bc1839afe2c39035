/*
 * Makes the n-th allocation of a call fail, in the kernel (Linux, Documentation/fault-injection): the kernel counts the
 * number in /proc/thread-self/fail-nth down at every allocation, and every copy from or to the caller's memory, that the
 * thread asks for, and refuses the one that brings it to nought.
 */
#ifndef IPCDRILL_AGENT_FAIL_NTH_H
#define IPCDRILL_AGENT_FAIL_NTH_H

#include <stdbool.h>

/* What is to fail in one call: all zeros for nothing. */
struct fail_nth {
    unsigned long nth; /* counted from 1; 0: nothing is to fail */
    int descriptor;    /* of the kernel's number, while nth is not 0 */
    bool fired;        /* something failed between arm and disarm */
};

/* Gets ready for a call. False with errno when the kernel cannot do it. */
bool fail_nth_prepare(struct fail_nth *fail_nth, unsigned long nth);

/* Lets failures begin and end: only the call itself stands between the two. They keep errno. */
void fail_nth_arm(struct fail_nth *fail_nth);
void fail_nth_disarm(struct fail_nth *fail_nth);

/* Gives back what prepare took; nothing is to fail any more. */
void fail_nth_finish(struct fail_nth *fail_nth);

#endif

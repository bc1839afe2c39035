/* Whether a program brought its end upon itself: one list of signals for all judges. */
#ifndef IPCDRILL_JUDGE_CRASH_H
#define IPCDRILL_JUDGE_CRASH_H

#include <stdbool.h>

/* Whether a wait status (of waitpid) tells of a signal by which a process dies of itself: signal(7), SIGSEGV and its like. */
bool status_is_crash(int status);

#endif

/*
 * The barrier of a case: calls that are to be made together wait here until all of them have arrived. It lies in
 * memory that every process of the case shares; a fresh image (exec) has none.
 */
#ifndef IPCDRILL_AGENT_BARRIER_H
#define IPCDRILL_AGENT_BARRIER_H

#include <stdbool.h>

/* Makes the barriers of all cases to come. Returns false with errno. */
bool barrier_initialise(void);

/* Chooses and resets the barrier of the case that is about to be forked. */
void barrier_choose(void);

/*
 * Arrives, and waits until `arrivals` have been counted since the case began. Bounded: false when the others do not
 * come, or there is no barrier.
 */
bool barrier_wait(unsigned arrivals);

#endif

/* The processors that this process may run on, in turn. Owns no memory. */
#ifndef IPCDRILL_PROCESSORS_H
#define IPCDRILL_PROCESSORS_H

/* How many there are, at least 1. */
int processors_count(void);

/* The number of the `turn`-th one, counted round; -1 (any) when the system does not say. */
int processors_at(int turn);

#endif

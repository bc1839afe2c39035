/* The lines of an instance, one after the other. */
#ifndef IPCDRILL_STEPS_H
#define IPCDRILL_STEPS_H

#include "conductor/instance.h"

/* Performs every line until one gives a verdict other than pass. */
void run_steps(struct instance *instance);

#endif

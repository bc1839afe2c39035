/* A call as a line of the wire (agent/wire.h). */
#ifndef IPCDRILL_REQUEST_H
#define IPCDRILL_REQUEST_H

#include "conductor/instance.h"

/*
 * What an argument is, the command argument of shmctl and semctl looked at. NULL: a plain number.
 */
const struct parameter *request_parameter(const struct step *step, int index);

/* The request for a call, or NULL when an argument has no value: then the verdict stands. */
const char *request_write(struct instance *instance, const struct step *step);

/* "text" as the wire has it, with its quotes, a run of one byte short. */
void request_print_text(const char *bytes, size_t length, FILE *out);

#endif

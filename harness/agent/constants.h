/*
 * The value that each name of constants.in has on the target, and the names of errnos and signals.
 */
#ifndef IPCDRILL_AGENT_CONSTANTS_H
#define IPCDRILL_AGENT_CONSTANTS_H

#include "agent/message.h"

/* What SIG_DFL, SIG_IGN and SIG_HANDLER are on the wire: see sigaction. */
enum wire_disposition { DISPOSITION_DEFAULT, DISPOSITION_IGNORE, DISPOSITION_REPORT };

/* Learns the names of errnos and signals; once, before the functions below. */
void constants_initialise(void);

/* Sends all constants in "constants NAME=VALUE ..." messages on `channel`, then "constants end". */
void constants_send(int channel);

/* Appends the name of an errno or a signal, or its number where it has none. Safe in a signal handler. */
void constants_write_errno(struct message *message, int error);
void constants_write_signal(struct message *message, int signal);

#endif

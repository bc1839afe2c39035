/*
 * The end of a case: every process under this one is killed and reaped. The process must be a subreaper, so
 * that whatever loses its parent comes to it.
 */
#ifndef IPCDRILL_AGENT_DESCENDANTS_H
#define IPCDRILL_AGENT_DESCENDANTS_H

/* Kills and reaps until this process has no child. */
void descendants_end(void);

#endif

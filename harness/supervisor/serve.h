/*
 * What a worker does: the child's side of worker.h. It starts a conductor, says that it is ready, and then
 * runs each position that it is sent until its parent closes the socket or dies.
 */
#ifndef IPCDRILL_SERVE_H
#define IPCDRILL_SERVE_H

#include "supervisor/worker.h"

/* Never returns. `socket` is the worker's own end; `parent` is who it must not outlive. */
void serve(const struct job *job, int socket, int processor, pid_t parent) __attribute__((noreturn));

#endif

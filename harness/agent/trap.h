/*
 * Putting a program under test under a tracer: a seccomp filter, made by the host and handed over as a file of
 * BPF instructions, whose trapped calls the host answers through a listener descriptor (seccomp_unotify(2)).
 */
#ifndef IPCDRILL_AGENT_TRAP_H
#define IPCDRILL_AGENT_TRAP_H

/*
 * Puts this process, and all that it will fork and execute, under the filter that `program` holds. Returns the
 * listener, or -1 with errno and the step that failed in *failed. From then on a trapped call waits for whoever has
 * the listener.
 */
int trap_install(int program, const char **failed);

#endif

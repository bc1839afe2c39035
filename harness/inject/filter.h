/*
 * The seccomp filter that traps calls of programs under test, as a file of BPF instructions: made by libseccomp on
 * the host, installed by the agent (agent/trap.h), for every word size that the machine's programs can have.
 */
#ifndef IPCDRILL_INJECT_FILTER_H
#define IPCDRILL_INJECT_FILTER_H

#include <stdbool.h>
#include <stddef.h>

enum { FILTER_NAMES_MAX = 128 };

/* Names of system calls, as the kernel has them. */
struct filter_names {
    const char *names[FILTER_NAMES_MAX];
    size_t count;
};

/* Adds the calls of the sets (inject/system_call.h), or those that a name of the notation or the kernel stands for. */
void filter_names_add_sets(struct filter_names *names, unsigned sets);
void filter_names_add(struct filter_names *names, const char *name);

/*
 * Makes a filter that traps these calls and lets all others pass. Returns a descriptor, which the caller closes, or -1
 * with *problem (static): this kernel or libseccomp cannot notify.
 */
int filter_open(const struct filter_names *names, const char **problem);

/*
 * Whether a problem, of filter_open or of a program that could not be started under a filter, is that this kernel or a
 * sandbox around us has no user notification: then nothing is wrong with the program.
 */
bool filter_is_unsupported(const char *problem);

#endif

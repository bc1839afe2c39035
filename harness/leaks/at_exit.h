/*
 * A process that is about to exit, as /proc shows it: what it still has. Its caller holds it in its exit_group, so
 * that nothing changes meanwhile.
 */
#ifndef IPCDRILL_LEAKS_AT_EXIT_H
#define IPCDRILL_LEAKS_AT_EXIT_H

#include "leaks/leaks.h"

/*
 * Adds what it has open besides standard input, output and error, its attached segments and its children, at the end
 * of the list. `words` started it: an interpreter has its script open until the end, which is none of the script's
 * doing. Returns NULL, or what could not be read.
 */
const char *at_exit_look(pid_t process, const char *const *words, struct arena *arena, struct leak **leaks);

/* Adds a leak at the end of the list. */
struct leak *leak_add(struct leak **leaks, enum leak_kind kind, const char *sentence, struct arena *arena);

#endif

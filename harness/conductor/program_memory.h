/* Programs under test under memcheck: what it finds fails the case. */
#ifndef IPCDRILL_CONDUCTOR_PROGRAM_MEMORY_H
#define IPCDRILL_CONDUCTOR_PROGRAM_MEMORY_H

#include "conductor/instance.h"

/*
 * The words that start the program with memcheck looking, if it is to; else `words`: it does not look, the program is another
 * user's, or what the case injects would come to Valgrind's own calls too (leaks/memory.h). NULL: the verdict stands.
 */
const char *const *program_memory_words(struct instance *instance, struct actor *actor,
                                        const char *const *words);

/*
 * At the end of the case: fails it, unless the verdict stands, with what was found. Memory that is lost counts where the program
 * has exited with 0, as the case saw.
 */
void program_memory_judge(struct instance *instance, struct actor *actor);

#endif

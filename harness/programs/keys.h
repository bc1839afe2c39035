/* Under which keys (ftok(3), or a number) a pair has its segment and its set: looked up in what it does. */
#ifndef IPCDRILL_PROGRAMS_KEYS_H
#define IPCDRILL_PROGRAMS_KEYS_H

#include "programs/scene.h"

/*
 * Lets the pair hold the plain conversation once and fills in those of its keys that are IPC_PRIVATE: the first that both
 * programs give to shmget, or semget; where they share none, the first that any gives. A key that nobody gives stays
 * IPC_PRIVATE. False with *problem (in `arena`): a program cannot be started, or the tool's own trouble.
 */
bool keys_learn(const struct conductor_options *conductor, struct pair *pair, struct arena *arena,
                const char **problem);

#endif

/*
 * The first process of a case as an init: processes that lose their parent become its children, and who has ended is to be gone,
 * as elsewhere: a daemon that looks whether its predecessor lives (kill with signal 0) must not find a zombie.
 */
#ifndef IPCDRILL_AGENT_ORPHANS_H
#define IPCDRILL_AGENT_ORPHANS_H

#include <sys/types.h>

/*
 * From now on every child that ends is reaped at once, but for those that are kept. Without it, as for cases whose ends are read
 * from the zombies, none is.
 */
void orphans_reap(void);

/* A child of its own making, which stays a zombie until it is released: how it ended is still to be read. */
void orphans_keep(pid_t child);

/* Its end has been read: it is reaped. Nothing to do for one that is not kept. */
void orphans_release(pid_t child);

#endif

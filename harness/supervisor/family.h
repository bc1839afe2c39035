/*
 * The processes below this one. A worker that is killed leaves its agents behind for a moment; as their
 * subreaper we inherit them, and so can wait until none is left.
 */
#ifndef IPCDRILL_FAMILY_H
#define IPCDRILL_FAMILY_H

#include <stdbool.h>

/* From now on orphans below this process become its children. */
void family_adopt_orphans(void);

/*
 * Waits until this process has no children any more: `limit_ms` for them to end by themselves, then they are
 * killed. Children that the caller still wants must be waited for before.
 */
void family_wait(int limit_ms);

#endif

/*
 * Whether the other programs of the machine would get through it if the kernel promised no more memory than there is
 * (vm.overcommit_memory 2; Documentation/mm/overcommit-accounting.rst).
 */
#ifndef IPCDRILL_OVERCOMMIT_H
#define IPCDRILL_OVERCOMMIT_H

#include <stdbool.h>

enum { OVERCOMMIT_NEVER = 2 };

/*
 * Whether what has been promised would leave them a quarter of the limit to go on with. More than any machine has is what
 * an instance before was promised, and comes back with its namespace: that is waited for, 2 s at most.
 */
bool overcommit_leaves_room(void);

#endif

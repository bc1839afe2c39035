/*
 * What the other programs of the machine would suffer if the kernel promised no more memory than there is
 * (vm.overcommit_memory 2; Documentation/mm/overcommit-accounting.rst) while a case asks for too much.
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

/*
 * Waits for a moment in which no other program runs, 1 s at most, and returns whether there was one. What a case asks for
 * and is refused counts as promised for a moment, and whoever else asks then is refused too, be it a page
 * (mm/util.c: __vm_enough_memory).
 */
bool overcommit_await_quiet(void);

#endif

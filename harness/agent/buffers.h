/*
 * The memory that calls are handed: every buffer ends where an inaccessible page begins, so that one byte too
 * many faults. Each thread has its own. The buffers of one request live until the next buffers_reset.
 */
#ifndef IPCDRILL_AGENT_BUFFERS_H
#define IPCDRILL_AGENT_BUFFERS_H

#include <stdbool.h>
#include <stddef.h>

enum {
    BUFFERS_MAX = 3, /* buffers of one request: no call has more, and read needs one of its own */
    BUFFER_SIZE_MAX = 1024 * 1024, /* bytes of one buffer */
    BUFFER_POISON = 0xa5,          /* what fills a buffer that the kernel is to fill */
};

/* Maps the memory, once for each thread. Returns false with errno when there is none. */
bool buffers_initialise(void);

/* Unmaps it, before the thread ends. */
void buffers_discard(void);

/* Gives all buffers back. */
void buffers_reset(void);

/* The next buffer of `size` bytes, contents undefined; NULL when it is too big or all are taken. */
void *buffers_take(size_t size);

#endif

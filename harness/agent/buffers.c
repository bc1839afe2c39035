/* Guarded buffers. */
#include "agent/buffers.h"

#include <sys/mman.h>
#include <unistd.h>

static _Thread_local struct {
    char *memory; /* BUFFERS_MAX times: BUFFER_SIZE_MAX bytes, then an inaccessible page */
    size_t stride;
    int taken;
} buffers;

bool buffers_initialise(void)
{
    buffers.stride = BUFFER_SIZE_MAX + (size_t)sysconf(_SC_PAGESIZE);
    void *memory = mmap(NULL, BUFFERS_MAX * buffers.stride, PROT_NONE,
                        MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
    if (memory == MAP_FAILED)
        return false;
    buffers.memory = memory;
    for (int i = 0; i < BUFFERS_MAX; i++)
        if (mprotect(buffers.memory + (size_t)i * buffers.stride, BUFFER_SIZE_MAX, PROT_READ | PROT_WRITE) !=
            0)
            return false;
    return true;
}

void buffers_discard(void)
{
    munmap(buffers.memory, BUFFERS_MAX * buffers.stride);
}

void buffers_reset(void)
{
    buffers.taken = 0;
}

void *buffers_take(size_t size)
{
    if (size > BUFFER_SIZE_MAX || buffers.taken == BUFFERS_MAX)
        return NULL;
    return buffers.memory + (size_t)buffers.taken++ * buffers.stride + BUFFER_SIZE_MAX - size;
}

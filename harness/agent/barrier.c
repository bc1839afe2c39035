#include "agent/barrier.h"

#include <sched.h>
#include <stdatomic.h>
#include <stddef.h>
#include <sys/mman.h>

enum {
    BARRIERS = 64, /* a case that is still dying does not meet the next ones */
    CACHE_LINE_BYTES = 64,
    SPINS = 2000,          /* before the processor is offered to the others */
    YIELDS_MAX = 10000000, /* before the others are given up */
};

struct barrier {
    _Alignas(CACHE_LINE_BYTES) atomic_uint arrivals;
};

static struct barrier *barriers;
static unsigned chosen;

bool barrier_initialise(void)
{
    void *memory =
        mmap(NULL, BARRIERS * sizeof(*barriers), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    if (memory == MAP_FAILED)
        return false;
    barriers = memory;
    return true;
}

void barrier_choose(void)
{
    chosen = (chosen + 1) % BARRIERS;
    atomic_store(&barriers[chosen].arrivals, 0);
}

bool barrier_wait(unsigned arrivals)
{
    if (!barriers)
        return false;
    atomic_uint *arrived = &barriers[chosen].arrivals;
    atomic_fetch_add(arrived, 1);
    for (int yields = 0; yields < YIELDS_MAX; yields++) {
        for (int spins = 0; spins < SPINS; spins++)
            if (atomic_load(arrived) >= arrivals)
                return true;
        sched_yield();
    }
    return false;
}

#include "supervisor/processors.h"

#include <sched.h>

int processors_count(void)
{
    cpu_set_t set;

    return sched_getaffinity(0, sizeof(set), &set) == 0 ? CPU_COUNT(&set) : 1;
}

int processors_at(int turn)
{
    cpu_set_t set;

    if (sched_getaffinity(0, sizeof(set), &set) != 0)
        return -1;
    int left = turn % CPU_COUNT(&set);

    for (int processor = 0; processor < CPU_SETSIZE; processor++) {
        if (CPU_ISSET(processor, &set) && left-- == 0)
            return processor;
    }
    return -1;
}

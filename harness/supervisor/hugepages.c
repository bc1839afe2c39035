#include "supervisor/hugepages.h"

#include <sched.h>
#include <stdio.h>

#include "conductor/process.h"
#include "supervisor/guarded.h"
#include "vocabulary/settings.h"

enum { LEFTOVERS_LIMIT_MS = 2000 };

static bool read_file(const char *folder, const char *file, long long *number)
{
    char path[SETTING_PATH_MAX + 32];

    snprintf(path, sizeof(path), "%s/%s", folder, file);
    return guarded_read(path, number);
}

/*
 * Surplus pages go one by one when a namespace that is dying lets go of them, and with each the total falls. Only a
 * total between two equal counts of them belongs to these: a wrong one would be put back.
 */
bool hugepages_read(const char *folder, struct hugepages *pages)
{
    long long before, reserved, free;

    do {
        if (!read_file(folder, "surplus_hugepages", &before) ||
            !read_file(folder, "nr_hugepages", &pages->total) ||
            !read_file(folder, "free_hugepages", &free) || !read_file(folder, "resv_hugepages", &reserved) ||
            !read_file(folder, "surplus_hugepages", &pages->surplus))
            return false;
    } while (before != pages->surplus);
    pages->available = free - reserved;
    return true;
}

bool hugepages_await(const char *folder, long long count, struct hugepages *pages)
{
    int64_t deadline_ms = monotonic_ms() + LEFTOVERS_LIMIT_MS;

    while (hugepages_read(folder, pages) && pages->available < count && monotonic_ms() < deadline_ms)
        sched_yield();
    return pages->available >= count;
}

/* The machine's huge pages of one size, as sysfs tells of them (Documentation/admin-guide/mm/hugetlbpage.rst). */
#ifndef IPCDRILL_HUGEPAGES_H
#define IPCDRILL_HUGEPAGES_H

#include <stdbool.h>

struct hugepages {
    long long total, surplus;
    long long available; /* that nobody has or has been promised */
};

/* Reads them from their folder below /sys/kernel/mm/hugepages. False: the kernel has none of this size. */
bool hugepages_read(const char *folder, struct hugepages *pages);

/*
 * Waits, 2 s at most, until so many are available: those of an instance that has just ended come back when its namespace
 * is gone. Returns whether they are; *pages is how it is then.
 */
bool hugepages_await(const char *folder, long long count, struct hugepages *pages);

#endif

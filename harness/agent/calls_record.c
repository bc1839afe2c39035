/*
 * A record of many words that its reader can tell to be whole (a sequence lock): the version is odd while the words are
 * being written, and afterwards even, and then every word is the version.
 */
#include <errno.h>
#include <sched.h>
#include <stdbool.h>

#include "agent/calls.h"

enum { SPINS = 2000, YIELDS_MAX = 10000000 };

struct record {
    uint32_t version;
    uint32_t words[];
};

TOUCHES_ANY_ADDRESS static void write_record(struct record *record, size_t words, uint32_t version)
{
    __atomic_store_n(&record->version, version - 1, __ATOMIC_RELAXED);
    __atomic_thread_fence(__ATOMIC_RELEASE);
    for (size_t i = 0; i < words; i++)
        __atomic_store_n(&record->words[i], version, __ATOMIC_RELAXED);
    __atomic_store_n(&record->version, version, __ATOMIC_RELEASE);
}

TOUCHES_ANY_ADDRESS static bool is_whole(const struct record *record, size_t words, uint32_t version)
{
    bool whole = true;
    for (size_t i = 0; i < words; i++)
        whole = __atomic_load_n(&record->words[i], __ATOMIC_RELAXED) == version && whole;
    return whole;
}

/* For ever: only the end of the process ends it. A look at each record leaves it whole about half of the time. */
static _Noreturn void write_for_ever(const struct call *call)
{
    struct record *record = POINTER(0);
    uint32_t version = __atomic_load_n(&record->version, __ATOMIC_ACQUIRE) & ~1U;
    for (;;) {
        version += 2;
        write_record(record, SIZE(1), version);
        is_whole(record, SIZE(1), version);
    }
}

static long long record_store(struct call *call)
{
    write_for_ever(call);
}

/* The version; EAGAIN when the record says that it is torn, EBADMSG when it does not say so and is. */
TOUCHES_ANY_ADDRESS static long long record_load(struct call *call)
{
    const struct record *record = POINTER(0);
    uint32_t version = __atomic_load_n(&record->version, __ATOMIC_ACQUIRE);
    if (version % 2 == 0 && is_whole(record, SIZE(1), version))
        return version;
    errno = version % 2 ? EAGAIN : EBADMSG;
    return -1;
}

/* Waits until the version has gone on by so much. Bounded: ETIMEDOUT when nobody writes. */
TOUCHES_ANY_ADDRESS static long long record_await(struct call *call)
{
    const struct record *record = POINTER(0);
    uint32_t start = __atomic_load_n(&record->version, __ATOMIC_ACQUIRE);
    for (int yields = 0; yields < YIELDS_MAX; yields++) {
        for (int spins = 0; spins < SPINS; spins++)
            if (__atomic_load_n(&record->version, __ATOMIC_ACQUIRE) - start >= SIZE(1))
                return 0;
        sched_yield();
    }
    errno = ETIMEDOUT;
    return -1;
}

/* clang-format off */
#define RECORD_CALLS(X)                                                                                              \
    X(record_store, record_store(call))                                                                              \
    X(record_load, record_load(call))                                                                                \
    X(record_await, record_await(call))
/* clang-format on */

CALL_FAMILY(record_calls, RECORD_CALLS)

/* C11 atomics on memory of 1, 2, 4 or 8 bytes: our own words, sequentially consistent, with one route. */
#include <errno.h>

#include "agent/calls.h"

/* The operation on the type of that size. One that the compiler would give to a lock of the process is refused. */
#define OF_TYPE(type, OPERATION)                                                                             \
    case sizeof(type):                                                                                       \
        if (__atomic_always_lock_free(sizeof(type), 0))                                                      \
            return (long long)OPERATION(type);                                                               \
        break;

#define DEFINE_ATOMIC(name, OPERATION)                                                                       \
    TOUCHES_ANY_ADDRESS static long long name(struct call *call)                                             \
    {                                                                                                        \
        switch (SIZE(1)) {                                                                                   \
            OF_TYPE(uint8_t, OPERATION)                                                                      \
            OF_TYPE(uint16_t, OPERATION)                                                                     \
            OF_TYPE(uint32_t, OPERATION)                                                                     \
            OF_TYPE(uint64_t, OPERATION)                                                                     \
        }                                                                                                    \
        errno = EOPNOTSUPP;                                                                                  \
        return -1;                                                                                           \
    }

#define OPERAND(type, i) ((type)call->arguments->items[i].value)

#define LOAD(type)      __atomic_load_n((type *)POINTER(0), __ATOMIC_SEQ_CST)
#define STORE(type)     (__atomic_store_n((type *)POINTER(0), OPERAND(type, 2), __ATOMIC_SEQ_CST), 0)
#define EXCHANGE(type)  __atomic_exchange_n((type *)POINTER(0), OPERAND(type, 2), __ATOMIC_SEQ_CST)
#define FETCH_ADD(type) __atomic_fetch_add((type *)POINTER(0), OPERAND(type, 2), __ATOMIC_SEQ_CST)
#define COMPARE_EXCHANGE(type)                                                                               \
    __atomic_compare_exchange_n((type *)POINTER(0), &(type){OPERAND(type, 2)}, OPERAND(type, 3), 0,          \
                                __ATOMIC_SEQ_CST, __ATOMIC_SEQ_CST)

DEFINE_ATOMIC(load, LOAD)
DEFINE_ATOMIC(store, STORE)
DEFINE_ATOMIC(exchange, EXCHANGE)
DEFINE_ATOMIC(fetch_add, FETCH_ADD)
DEFINE_ATOMIC(compare_exchange, COMPARE_EXCHANGE)

/* clang-format off */
#define ATOMIC_CALLS(X)                                                                                              \
    X(atomic_load, load(call))                                                                                       \
    X(atomic_store, store(call))                                                                                     \
    X(atomic_exchange, exchange(call))                                                                               \
    X(atomic_fetch_add, fetch_add(call))                                                                             \
    X(atomic_compare_exchange, compare_exchange(call))
/* clang-format on */

CALL_FAMILY(atomic_calls, ATOMIC_CALLS)

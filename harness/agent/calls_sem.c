/* System V semaphores, and ftok. */
#include <sys/ipc.h>
#include <sys/sem.h>

#include "agent/calls.h"
#include "agent/raw_ipc.h"

/* SETVAL takes an int, which lies elsewhere in a union than a pointer does where the big end comes first. */
union semun {
    int value;
    void *pointer;
};

static union semun semctl_argument(int command, unsigned long value)
{
    if (command == SETVAL)
        return (union semun){.value = (int)value};
    return (union semun){.pointer = (void *)value};
}

/* clang-format off */
#define SEM_CALLS(X)                                                                                                 \
    X(semget, semget((key_t)INT(0), INT(1), INT(2)), RAW_SEMGET(INT(0), INT(1), INT(2)))                             \
    X(semop, semop(INT(0), POINTER(1), SIZE(2)), RAW_SEMOP(INT(0), POINTER(1), SIZE(2)))                             \
    X(semtimedop, semtimedop(INT(0), POINTER(1), SIZE(2), POINTER(3)),                                               \
      RAW_SEMTIMEDOP(INT(0), POINTER(1), SIZE(2), POINTER(3)))                                                       \
    X(semctl, semctl(INT(0), INT(1), INT(2), semctl_argument(INT(2), SIZE(3))),                                      \
      RAW_SEMCTL(INT(0), INT(1), INT(2), LONG(3)))                                                                   \
    X(old_semctl, OLD_SEMCTL(INT(0), INT(1), INT(2), LONG(3)))                                                       \
    X(ftok, ftok(TEXT(0), INT(1)))
/* clang-format on */

CALL_FAMILY(sem_calls, SEM_CALLS)

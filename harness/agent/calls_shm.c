/* System V shared memory. */
#include <sys/ipc.h>
#include <sys/shm.h>

#include "agent/calls.h"
#include "agent/raw_ipc.h"

/* clang-format off */
#define SHM_CALLS(X)                                                                                                 \
    X(shmget, shmget((key_t)INT(0), SIZE(1), INT(2)), RAW_SHMGET(INT(0), SIZE(1), INT(2)))                           \
    X(shmat, ADDRESS(shmat(INT(0), POINTER(1), INT(2))), ADDRESS(RAW_SHMAT(INT(0), POINTER(1), INT(2))))             \
    X(shmdt, shmdt(POINTER(0)), RAW_SHMDT(POINTER(0)))                                                               \
    X(shmctl, shmctl(INT(0), INT(1), POINTER(2)), RAW_SHMCTL(INT(0), INT(1), POINTER(2)))                           \
    X(old_shmctl, OLD_SHMCTL(INT(0), INT(1), POINTER(2)))
/* clang-format on */

CALL_FAMILY(shm_calls, SHM_CALLS)

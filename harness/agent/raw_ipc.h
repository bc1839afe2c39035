/*
 * System V IPC by syscall(2). Most ABIs have a number for each call; older ones put all of them behind one,
 * ipc(2), with the numbers of ipc(2) below. There, and where the numbered calls kept the older structures
 * (arm, alpha), IPC_64 asks for the structures that the C library has.
 */
#ifndef IPCDRILL_AGENT_RAW_IPC_H
#define IPCDRILL_AGENT_RAW_IPC_H

#include <errno.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

enum {
    IPC_CALL_SEMOP = 1,
    IPC_CALL_SEMGET = 2,
    IPC_CALL_SEMCTL = 3,
    IPC_CALL_SEMTIMEDOP = 4,
    IPC_CALL_SHMAT = 21,
    IPC_CALL_SHMDT = 22,
    IPC_CALL_SHMGET = 23,
    IPC_CALL_SHMCTL = 24,
    RAW_IPC_64 = 0x100,
};

#if defined(__arm__) || defined(__alpha__)
#define RAW_NUMBERED_IPC_64 RAW_IPC_64
#else
#define RAW_NUMBERED_IPC_64 0
#endif

#ifdef SYS_shmget
#define RAW_SHMGET(key, size, flags)    syscall(SYS_shmget, key, size, flags)
#define RAW_SHMDT(address)              syscall(SYS_shmdt, address)
#define RAW_SHMCTL(id, command, buffer) syscall(SYS_shmctl, id, (command) | RAW_NUMBERED_IPC_64, buffer)
#define RAW_SEMGET(key, count, flags)   syscall(SYS_semget, key, count, flags)
#define RAW_SEMCTL(id, number, command, argument)                                                            \
    syscall(SYS_semctl, id, number, (command) | RAW_NUMBERED_IPC_64, argument)
#else
#define RAW_SHMGET(key, size, flags) syscall(SYS_ipc, IPC_CALL_SHMGET, key, size, flags, 0)
#define RAW_SHMDT(address)           syscall(SYS_ipc, IPC_CALL_SHMDT, 0, 0, 0, address)
#define RAW_SHMCTL(id, command, buffer)                                                                      \
    syscall(SYS_ipc, IPC_CALL_SHMCTL, id, (command) | RAW_IPC_64, 0, buffer)
#define RAW_SEMGET(key, count, flags) syscall(SYS_ipc, IPC_CALL_SEMGET, key, count, flags, 0)
#define RAW_SEMCTL(id, number, command, argument)                                                            \
    syscall(SYS_ipc, IPC_CALL_SEMCTL, id, number, (command) | RAW_IPC_64,                                    \
            &(unsigned long){(unsigned long)(argument)})
#endif

/* Without IPC_64: the structures of before Linux 2.3.22, as 32-bit programs from then still get them. */
#if defined(SYS_ipc) && !defined(__LP64__)
#define OLD_SHMCTL(id, command, buffer) syscall(SYS_ipc, IPC_CALL_SHMCTL, id, command, 0, buffer)
#define OLD_SEMCTL(id, number, command, argument)                                                            \
    syscall(SYS_ipc, IPC_CALL_SEMCTL, id, number, command, &(unsigned long){(unsigned long)(argument)})
#else
#define OLD_SHMCTL(id, command, buffer)           (errno = ENOSYS, -1)
#define OLD_SEMCTL(id, number, command, argument) (errno = ENOSYS, -1)
#endif

#ifdef SYS_shmat
#define RAW_SHMAT(id, address, flags) syscall(SYS_shmat, id, address, flags)
#else
#define RAW_SHMAT(id, address, flags) raw_shmat(id, address, flags)
/* ipc(2) gives the address through a pointer. */
static inline long raw_shmat(int id, const void *address, int flags)
{
    unsigned long attached;
    long result = syscall(SYS_ipc, IPC_CALL_SHMAT, id, flags, &attached, address);
    return result == 0 ? (long)attached : result;
}
#endif

/* A timespec with 64-bit seconds on a 32-bit ABI needs the call that knows them. */
#if defined(SYS_semtimedop_time64) && !defined(__LP64__)
#define RAW_TIME64 (sizeof(time_t) > sizeof(long))
#define RAW_SEMTIMEDOP_TIME64(id, operations, count, timeout)                                                \
    syscall(SYS_semtimedop_time64, id, operations, count, timeout)
#else
#define RAW_TIME64                                            0
#define RAW_SEMTIMEDOP_TIME64(id, operations, count, timeout) -1
#endif

#ifdef SYS_semtimedop
#define RAW_SEMTIMEDOP_LONG(id, operations, count, timeout)                                                  \
    syscall(SYS_semtimedop, id, operations, count, timeout)
#elif defined(SYS_ipc)
#define RAW_SEMTIMEDOP_LONG(id, operations, count, timeout)                                                  \
    syscall(SYS_ipc, IPC_CALL_SEMTIMEDOP, id, count, 0, operations, timeout)
#else
#define RAW_SEMTIMEDOP_LONG(id, operations, count, timeout) (errno = ENOSYS, -1)
#endif

#define RAW_SEMTIMEDOP(id, operations, count, timeout)                                                       \
    (RAW_TIME64 ? RAW_SEMTIMEDOP_TIME64(id, operations, count, timeout)                                      \
                : RAW_SEMTIMEDOP_LONG(id, operations, count, timeout))

#ifdef SYS_semop
#define RAW_SEMOP(id, operations, count) syscall(SYS_semop, id, operations, count)
#elif defined(SYS_ipc)
#define RAW_SEMOP(id, operations, count) syscall(SYS_ipc, IPC_CALL_SEMOP, id, count, 0, operations)
#else
#define RAW_SEMOP(id, operations, count) RAW_SEMTIMEDOP(id, operations, count, NULL)
#endif

#endif

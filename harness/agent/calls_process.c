/* Processes, signals and time. What changes who answers (fork, exec, exit ...) is in actor.c and thread.c. */
#include <errno.h>
#include <sched.h>
#include <signal.h>
#include <sys/time.h>
#include <sys/wait.h>
#include <time.h>

#include "agent/calls.h"
#include "agent/credentials.h"
#include "agent/faults.h"
#include "agent/structures.h"

/* The handlers are the agent's own, so there is one route: see faults.h. */
static long long set_action(struct call *call)
{
    const struct agent_sigaction *action = POINTER(1);
    if (!action)
        return sigaction(INT(0), NULL, NULL);
    return faults_set_disposition(INT(0), action->handler, (int)action->flags);
}

/* clock_nanosleep returns its error; as a call it gives -1 and errno like the others. */
static long long as_result(int error)
{
    errno = error;
    return error ? -1 : 0;
}

/* Seconds of 64 bits on a 32-bit ABI have calls of their own. */
#if defined(SYS_clock_gettime64) && !defined(__LP64__)
#define RAW_CLOCK_GETTIME   (sizeof(time_t) > sizeof(long) ? SYS_clock_gettime64 : SYS_clock_gettime)
#define RAW_CLOCK_SETTIME   (sizeof(time_t) > sizeof(long) ? SYS_clock_settime64 : SYS_clock_settime)
#define RAW_CLOCK_NANOSLEEP (sizeof(time_t) > sizeof(long) ? SYS_clock_nanosleep_time64 : SYS_clock_nanosleep)
#else
#define RAW_CLOCK_GETTIME   SYS_clock_gettime
#define RAW_CLOCK_SETTIME   SYS_clock_settime
#define RAW_CLOCK_NANOSLEEP SYS_clock_nanosleep
#endif

/* The clock that stamps shm_ctime. A C library may read a finer one for time(), which is up to a tick ahead: musl does. */
static long long stamping_time(time_t *seconds)
{
    struct timespec now;

    if (clock_gettime(CLOCK_REALTIME_COARSE, &now) < 0)
        return -1;
    if (seconds)
        *seconds = now.tv_sec;
    return now.tv_sec;
}

#ifdef SYS_alarm
#define RAW_ALARM(seconds) syscall(SYS_alarm, seconds)
#else
#define RAW_ALARM(seconds) alarm(seconds)
#endif

/* clang-format off */
#define PROCESS_CALLS(X)                                                                                             \
    X(wait4, wait4(INT(0), POINTER(1), INT(2), NULL), syscall(SYS_wait4, INT(0), POINTER(1), INT(2), NULL))          \
    X(getpid, getpid(), syscall(SYS_getpid))                                                                         \
    X(gettid, syscall(SYS_gettid))                                                                                   \
    X(kill, kill(INT(0), INT(1)), syscall(SYS_kill, INT(0), INT(1)))                                                 \
    X(tgkill, syscall(SYS_tgkill, INT(0), INT(1), INT(2)))                                                           \
    X(sigaction, set_action(call))                                                                                   \
    X(alarm, alarm((unsigned)INT(0)), RAW_ALARM((unsigned)INT(0)))                                                   \
    X(setitimer, setitimer(INT(0), POINTER(1), NULL), syscall(SYS_setitimer, INT(0), POINTER(1), NULL))              \
    X(sched_yield, sched_yield(), syscall(SYS_sched_yield))                                                          \
    X(unshare, credentials_changed(unshare(INT(0))), credentials_changed(syscall(SYS_unshare, INT(0))))                  \
    X(setns, credentials_changed(setns(INT(0), INT(1))), credentials_changed(syscall(SYS_setns, INT(0), INT(1))))        \
    X(time, stamping_time(POINTER(0)))                                                                               \
    X(clock_gettime, clock_gettime(INT(0), POINTER(1)), syscall(RAW_CLOCK_GETTIME, INT(0), POINTER(1)))              \
    X(clock_settime, clock_settime(INT(0), POINTER(1)), syscall(RAW_CLOCK_SETTIME, INT(0), POINTER(1)))              \
    X(clock_nanosleep, as_result(clock_nanosleep(INT(0), INT(1), POINTER(2), NULL)),                                 \
      syscall(RAW_CLOCK_NANOSLEEP, INT(0), INT(1), POINTER(2), NULL))
/* clang-format on */

CALL_FAMILY(process_calls, PROCESS_CALLS)

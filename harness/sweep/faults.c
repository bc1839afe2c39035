#include "sweep/faults.h"

#include <errno.h>
#include <signal.h>
#include <string.h>

static const struct {
    const char *call;
    int error;
    const char *with, *without;
} errnos[] = {
#define ERRNO(call, error, with, without) {#call, error, with, without},
#include "sweep/errnos.def"
#undef ERRNO
};

static const int signals[] = {SIGKILL, SIGINT, SIGTERM, SIGSTOP};

enum {
    ERRNO_COUNT = sizeof(errnos) / sizeof(errnos[0]),
    SIGNAL_COUNT = sizeof(signals) / sizeof(signals[0])
};

static bool may_fail(size_t row, const char *call, const char *text)
{
    return strcmp(errnos[row].call, call) == 0 && strstr(text, errnos[row].with) &&
           (!*errnos[row].without || !strstr(text, errnos[row].without));
}

bool fault_at(const char *call, unsigned occurrence, const char *text, size_t index, struct fault *fault)
{
    *fault = (struct fault){.call = call, .occurrence = occurrence};
    for (size_t row = 0; row < ERRNO_COUNT; row++) {
        /* To try again after EINTR is right: without end it would prove nothing. */
        size_t ways = errnos[row].error == EINTR ? 1 : 2;

        if (!may_fail(row, call, text))
            continue;
        if (index < ways) {
            fault->kind = index == 0 ? FAULT_ONCE : FAULT_FROM_THEN_ON;
            fault->error = errnos[row].error;
            return true;
        }
        index -= ways;
    }
    if (index >= SIGNAL_COUNT)
        return false;
    fault->kind = FAULT_SIGNAL;
    fault->signal = signals[index];
    return true;
}

const char *fault_injection(const struct fault *fault, struct arena *arena)
{
    if (fault->kind == FAULT_SIGNAL)
        return arena_print(arena, "%s:signal=SIG%s:when=%u", fault->call, sigabbrev_np(fault->signal),
                           fault->occurrence);
    if (fault->kind == FAULT_DELAY)
        return arena_print(arena, "%s:delay_enter=1:when=%u", fault->call, fault->occurrence);
    return arena_print(arena, "%s:error=%s:when=%u%s", fault->call, strerrorname_np(fault->error),
                       fault->occurrence, fault->kind == FAULT_FROM_THEN_ON ? "+" : "");
}

const char *fault_text(const struct fault *fault, struct arena *arena)
{
    if (fault->kind == FAULT_DELAY)
        return arena_print(arena, "it is held at %s", fault->call);
    if (fault->kind != FAULT_SIGNAL)
        return arena_print(arena, "%s fails", fault->call);
    if (fault->signal == SIGSTOP)
        return arena_print(arena, "it is stopped and continued at %s", fault->call);
    if (fault->signal == SIGKILL)
        return arena_print(arena, "it is killed at %s", fault->call);
    return arena_print(arena, "a signal comes at %s", fault->call);
}

const char *fault_detail(const struct fault *fault, struct arena *arena)
{
    if (fault->kind == FAULT_SIGNAL)
        return arena_print(arena, "SIG%s", sigabbrev_np(fault->signal));
    return fault->kind == FAULT_DELAY ? "delay" : strerrorname_np(fault->error);
}

#include "inject/system_call.h"

#include <seccomp.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ipc.h>
#include <sys/sem.h>
#include <sys/uio.h>

enum { KERNEL_NAMES_MAX = 4, IPC_VERSION_BIT = 0x100 /* IPC_64 of old interfaces, or-ed to a command */ };

/* One call of the notation, and the names that the kernel has for it. Those of a row mean the same arguments. */
static const struct {
    const char *name;
    enum call_set set;
    const char *kernel[KERNEL_NAMES_MAX];
} rows[] = {
    {"shmget", CALLS_SYSTEM_V, {"shmget", "ipc"}},
    {"shmat", CALLS_SYSTEM_V, {"shmat", "ipc"}},
    {"shmdt", CALLS_SYSTEM_V, {"shmdt", "ipc"}},
    {"shmctl", CALLS_SYSTEM_V, {"shmctl", "ipc"}},
    {"semget", CALLS_SYSTEM_V, {"semget", "ipc"}},
    {"semctl", CALLS_SYSTEM_V, {"semctl", "ipc"}},
    {"semtimedop", CALLS_SYSTEM_V, {"semtimedop", "semtimedop_time64", "ipc"}},
    {"semop", CALLS_SYSTEM_V, {"semop", "semtimedop", "semtimedop_time64", "ipc"}},
    {"nanosleep", CALLS_SLEEP, {"nanosleep"}},
    {"clock_nanosleep", CALLS_SLEEP, {"clock_nanosleep", "clock_nanosleep_time64"}},
    {"fork", CALLS_FORK, {"fork"}},
    {"vfork", CALLS_FORK, {"vfork"}},
    {"clone", CALLS_FORK, {"clone"}},
    {"clone3", CALLS_FORK, {"clone3"}},
    {"exit_group", CALLS_EXIT, {"exit_group"}},
    {"alarm", CALLS_TIMER, {"alarm"}},
    {"setitimer", CALLS_TIMER, {"setitimer"}},
    {"timer_settime", CALLS_TIMER, {"timer_settime", "timer_settime64"}},
};

enum { ROW_COUNT = sizeof(rows) / sizeof(rows[0]) };

enum call_set system_call_set(const char *name)
{
    for (size_t i = 0; i < ROW_COUNT; i++)
        if (strcmp(rows[i].name, name) == 0)
            return rows[i].set;
    return CALLS_OTHER;
}

const char *system_call_kernel_name(unsigned sets, size_t index)
{
    for (size_t i = 0; i < ROW_COUNT; i++)
        for (size_t k = 0; (sets & rows[i].set) && k < KERNEL_NAMES_MAX && rows[i].kernel[k]; k++)
            if (index-- == 0)
                return rows[i].kernel[k];
    return NULL;
}

const char *system_call_kernel_name_of(const char *name, size_t index)
{
    for (size_t i = 0; i < ROW_COUNT; i++)
        if (strcmp(rows[i].name, name) == 0)
            return index < KERNEL_NAMES_MAX ? rows[i].kernel[index] : NULL;
    return index == 0 ? name : NULL;
}

bool process_memory_read(pid_t pid, uint64_t address, void *to, size_t size)
{
    struct iovec here = {to, size}, there = {(void *)(uintptr_t)address, size};

    return process_vm_readv(pid, &here, 1, &there, 1, 0) == (ssize_t)size;
}

/* The calls of ipc(2), and where the arguments of each stand behind the call's number (see its system call's man page). */
static const struct {
    unsigned number;
    const char *name;
    signed char places[4]; /* in data->args; 0: nothing */
} multiplexed[] = {
    {1, "semop", {1, 4, 2}},         {2, "semget", {1, 2, 3}},  {3, "semctl", {1, 2, 3, 4}},
    {4, "semtimedop", {1, 4, 2, 5}}, {21, "shmat", {1, 4, 2}},  {22, "shmdt", {4}},
    {23, "shmget", {1, 2, 3}},       {24, "shmctl", {1, 2, 4}},
};

static void read_multiplexed(const struct seccomp_data *data, pid_t reader, struct system_call *call)
{
    for (size_t i = 0; i < sizeof(multiplexed) / sizeof(*multiplexed); i++) {
        if (multiplexed[i].number != (data->args[0] & 0xffff))
            continue;
        strcpy(call->name, multiplexed[i].name);
        for (int k = 0; k < 4; k++)
            call->arguments[k] = multiplexed[i].places[k] ? data->args[(int)multiplexed[i].places[k]] : 0;
        uint32_t argument;

        /* semctl's last argument is behind a pointer here. */
        if (multiplexed[i].number == 3 &&
            process_memory_read(reader, call->arguments[3], &argument, sizeof(argument)))
            call->arguments[3] = argument;
    }
}

/* One name for the several of the kernel. */
static void choose_name(struct system_call *call)
{
    char *end = strstr(call->name, "_time64");

    call->time64 = end != NULL;
    if (end)
        *end = '\0';
    if (strcmp(call->name, "semtimedop") == 0 && call->arguments[3] == 0)
        strcpy(call->name, "semop");
    if (strcmp(call->name, "semctl") == 0)
        call->arguments[2] &= ~(uint64_t)IPC_VERSION_BIT;
    if (strcmp(call->name, "shmctl") == 0)
        call->arguments[1] &= ~(uint64_t)IPC_VERSION_BIT;
}

void system_call_read(const struct seccomp_data *data, pid_t reader, struct system_call *call)
{
    char *name = seccomp_syscall_resolve_num_arch(data->arch, data->nr);

    *call = (struct system_call){.word32 = data->arch != seccomp_arch_native()};
    memcpy(call->arguments, data->args, sizeof(call->arguments));
    strncpy(call->name, name ? name : "?", sizeof(call->name) - 1);
    free(name);
    if (strcmp(call->name, "ipc") == 0)
        read_multiplexed(data, reader, call);
    choose_name(call);
}

/*
 * Every call that the agent performs: one row with its two routes, in the family file that it belongs to
 * (calls_shm.c, calls_sem.c, ...). The rows of all families make up calls.def.
 *
 * A family is a list of rows X(name, libc, raw): two expressions in `call`, of which CALL_FAMILY makes
 * functions and a table. Where there is but one route (our own words, calls that a C library only passes on)
 * raw is left out.
 */
#ifndef IPCDRILL_AGENT_CALLS_H
#define IPCDRILL_AGENT_CALLS_H

#include <stdint.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "agent/arguments.h"
#include "agent/message.h"

/* What a route gets. */
struct call {
    const struct arguments *arguments;
    struct message *value; /* a call whose result is not a number writes it here, and returns 0 */
    const char *complaint; /* set when the agent cannot perform it */
};

/* Performs a call: its result, or -1 with errno. */
typedef long long call_route(struct call *call);

struct call_row {
    const char *name;
    call_route *libc;
    call_route *raw;
};

extern const struct call_row shm_calls[], sem_calls[], memory_calls[], process_calls[], credential_calls[],
    file_calls[], procfs_calls[], atomic_calls[], litmus_calls[], record_calls[];

/* The row of that name, or NULL. */
const struct call_row *calls_find(const char *name);

#define FIRST_OF(first, ...) first
#define DEFINE_ROUTES(name, libc_expression, ...)                                                            \
    static long long libc_##name(struct call *call)                                                          \
    {                                                                                                        \
        (void)call;                                                                                          \
        return libc_expression;                                                                              \
    }                                                                                                        \
    static long long raw_##name(struct call *call)                                                           \
    {                                                                                                        \
        (void)call;                                                                                          \
        return FIRST_OF(__VA_ARGS__ __VA_OPT__(, ) libc_expression, );                                       \
    }
#define ROUTES_ROW(name, ...) {#name, libc_##name, raw_##name},

/* The family's table from its list of rows. */
#define CALL_FAMILY(family, ROWS)                                                                            \
    ROWS(DEFINE_ROUTES)                                                                                      \
    const struct call_row family[] = {ROWS(ROUTES_ROW){NULL, NULL, NULL}};

/* The arguments of a call, by position, as the type the call wants. */
#define INT(i)     ((int)call->arguments->items[i].value)
#define LONG(i)    ((long)call->arguments->items[i].value)
#define SIZE(i)    ((size_t)call->arguments->items[i].value)
#define POINTER(i) ((void *)call->arguments->items[i].value)
#define TEXT(i)    ((const char *)call->arguments->items[i].value)
#define LENGTH(i)  (call->arguments->items[i].size)

/* An address as a result: never negative but for the error. */
#define ADDRESS(result) call_address((void *)(result))

static inline long long call_address(void *result)
{
    return result == (void *)-1 ? -1 : (long long)(uintptr_t)result;
}

#endif

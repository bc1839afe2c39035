#include "interleave/touches.h"

#include <string.h>
#include <sys/ipc.h>
#include <sys/sem.h>
#include <sys/shm.h>

/* Bits: the two tables of identifiers, shared memory, then some for segments and some for sets, by identifier. */
enum {
    SEGMENT_TABLE = 0,
    SET_TABLE = 1,
    MEMORY = 2,
    FIRST_SEGMENT = 3,
    SEGMENT_BITS = 29,
    FIRST_SET = FIRST_SEGMENT + SEGMENT_BITS,
    SET_BITS = 64 - FIRST_SET,
};

static const uint64_t everything = UINT64_MAX;

static uint64_t bit(unsigned place)
{
    return UINT64_C(1) << place;
}

static uint64_t segment(const struct traced_call *call)
{
    return bit(FIRST_SEGMENT + (unsigned)((uint32_t)call->call.arguments[0] % SEGMENT_BITS));
}

static uint64_t set(const struct traced_call *call)
{
    return bit(FIRST_SET + (unsigned)((uint32_t)call->call.arguments[0] % SET_BITS));
}

static uint64_t touches_segment_table(const struct traced_call *call)
{
    (void)call;
    return bit(SEGMENT_TABLE);
}

static uint64_t touches_set_table(const struct traced_call *call)
{
    (void)call;
    return bit(SET_TABLE);
}

static uint64_t touches_attached(const struct traced_call *call)
{
    return segment(call) | bit(MEMORY);
}

/* Which segment lies at the address is not known here; with the last detach a removed one goes. */
static uint64_t touches_any_segment(const struct traced_call *call)
{
    (void)call;
    return (bit(FIRST_SET) - 1) & ~bit(SET_TABLE);
}

/* A command by index, as SHM_STAT, is about all of them. */
static uint64_t touches_controlled_segment(const struct traced_call *call)
{
    switch ((int)call->call.arguments[1] & 0xff) {
    case IPC_STAT:
    case IPC_SET:
    case SHM_LOCK:
    case SHM_UNLOCK:
        return segment(call);
    case IPC_RMID:
        return segment(call) | bit(SEGMENT_TABLE);
    default:
        return touches_any_segment(call);
    }
}

static uint64_t touches_controlled_set(const struct traced_call *call)
{
    switch ((int)call->call.arguments[2] & 0xff) {
    case IPC_STAT:
    case IPC_SET:
    case GETVAL:
    case SETVAL:
    case GETALL:
    case SETALL:
    case GETPID:
    case GETNCNT:
    case GETZCNT:
        return set(call);
    case IPC_RMID:
        return set(call) | bit(SET_TABLE);
    default:
        return everything;
    }
}

/* What a call itself touches. What is not here (an exit, with its undo and its signal to the parent; a kill) may be anything. */
static const struct {
    const char *name;
    uint64_t (*touches)(const struct traced_call *call);
} calls[] = {
    {"shmget", touches_segment_table},
    {"semget", touches_set_table},
    {"shmat", touches_attached},
    {"shmdt", touches_any_segment},
    {"shmctl", touches_controlled_segment},
    {"semctl", touches_controlled_set},
    {"semop", set},
    {"semtimedop", set},
};

static uint64_t touched_by_call(const struct traced_call *call)
{
    for (size_t i = 0; i < sizeof(calls) / sizeof(*calls); i++)
        if (strcmp(calls[i].name, call->call.name) == 0)
            return calls[i].touches(call);
    return everything;
}

uint64_t touches_of(const struct sharing *sharing, const struct session_move *move)
{
    uint64_t memory = sharing->attached[move->program] ? bit(MEMORY) : 0;

    return memory | (move->kind == MOVE_PERFORM ? touched_by_call(move->call) : 0);
}

void sharing_note(struct sharing *sharing, const struct session_move *move)
{
    if (move->kind == MOVE_PERFORM && strcmp(move->call->call.name, "shmat") == 0)
        sharing->attached[move->program] = true;
}

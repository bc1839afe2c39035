#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/ipc.h>
#include <sys/sem.h>

#include "session/run.h"

enum { OPERATIONS_MAX = 32 };

/* The values of the semaphores that the operations are on, each as the operations before leave it. */
struct values {
    size_t count;
    struct {
        unsigned number;
        long value;
    } known[OPERATIONS_MAX];
};

/* The value of a semaphore now, or NULL: the set is gone, or the call is wrong and will say so. */
static long *value_of(struct session *session, struct values *values, int set, unsigned number)
{
    const struct value *command = target_constant(session->target, "GETVAL");

    for (size_t i = 0; i < values->count; i++)
        if (values->known[i].number == number)
            return &values->known[i].value;
    const char *request =
        arena_print(session->arena, "semctl %d %u %lld", set, number, (long long)command->number);
    const struct answer *answer = target_ask(session->target, &session->first, session->arena, -1, request);

    if (answer->kind != ANSWER_RETURNED)
        return NULL;
    values->known[values->count].number = number;
    values->known[values->count].value = (long)answer->value.number;
    return &values->known[values->count++].value;
}

enum prospect semop_prospect(struct session *session, const struct traced_call *call)
{
    struct sembuf operations[OPERATIONS_MAX];
    struct values values = {.count = 0};
    uint64_t count = call->call.arguments[2];

    if (count == 0 || count > OPERATIONS_MAX ||
        !process_memory_read(call->thread, call->call.arguments[1], operations,
                             (size_t)count * sizeof(*operations)))
        return PROSPECT_COMES_BACK;
    /* semop(2): all at once or none; the first that cannot go on decides whether to wait. */
    for (size_t i = 0; i < (size_t)count; i++) {
        long *value = value_of(session, &values, (int)call->call.arguments[0], operations[i].sem_num);
        short change = operations[i].sem_op;

        if (!value)
            return PROSPECT_SET_IS_GONE;
        if (change == 0 ? *value != 0 : *value + change < 0)
            return operations[i].sem_flg & IPC_NOWAIT ? PROSPECT_COMES_BACK : PROSPECT_WAITS;
        *value += change;
    }
    return PROSPECT_COMES_BACK;
}

/* The families, one behind the other. */
#include "agent/calls.h"

#include <string.h>

static const struct call_row *const families[] = {shm_calls,        sem_calls,   memory_calls, process_calls,
                                                  credential_calls, file_calls,  procfs_calls, atomic_calls,
                                                  litmus_calls,     record_calls};

const struct call_row *calls_find(const char *name)
{
    for (size_t i = 0; i < sizeof(families) / sizeof(families[0]); i++)
        for (const struct call_row *row = families[i]; row->name; row++)
            if (strcmp(row->name, name) == 0)
                return row;
    return NULL;
}

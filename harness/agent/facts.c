/* Includes nothing that defines names of facts.def by itself: only what it asks about. */
#include "agent/facts.h"

#include "agent/wire.h"

#include <string.h>
#include <sys/ipc.h>
#include <sys/sem.h>
#include <sys/shm.h>
#include <sys/types.h>
#include <time.h>

/* A name that is a macro is not spelled like itself behind its expansion. */
#define TEXT(token)    #token
#define SPELLED(token) TEXT(token)
#define DEFINES(name)  FACT(DEFINES_##name, strcmp(#name, SPELLED(name)) != 0)

#define MEMBER_TYPE(structure, member, type)                                                                 \
    FACT(TYPE_##member##_IS_##type, _Generic(((struct structure *)0)->member, type : 1, default : 0))

void facts_visit(fact_visitor *visit, void *context)
{
#define FACT(name, value) visit(context, #name, (unsigned long long)(value));
#include "agent/facts.def"
#undef FACT
}

/*
 * The ledger of a case that shares its IPC namespace with others: which objects its processes made, so that
 * exactly those are removed when it ends. It lies in memory that all processes of the case share, and a
 * descriptor carries it through exec. In a namespace of the case's own there is no ledger, and these
 * functions do nothing.
 *
 * A process that is killed between its call and the record would leave an object behind, so calls that may
 * make one are announced, and the case process closes the ledger and waits for those announced before it
 * kills.
 */
#ifndef IPCDRILL_AGENT_LEDGER_H
#define IPCDRILL_AGENT_LEDGER_H

#include <stdbool.h>

struct call;

enum {
    LEDGER_OBJECTS_MAX = 65536, /* the most identifiers that a namespace can hold of both kinds */
    LEDGER_NONE = -1,           /* the descriptor where there is no ledger */
};

/* Makes a ledger for this process and its descendants. Returns false with errno. */
bool ledger_create(void);

/* Takes over the ledger behind a descriptor after exec; LEDGER_NONE is none. Returns false with errno. */
bool ledger_adopt(int descriptor);

/* The descriptor to hand through exec, or LEDGER_NONE. */
int ledger_descriptor(void);

/*
 * Announces the call `name`, before it. Returns false when the case is ending: the process must not perform
 * it. Every announced call ends in ledger_record, with its result, or -1 when it made nothing.
 */
bool ledger_announce(const char *name, const struct call *call);
void ledger_record(long long result);

/* No more calls may be announced; those that are get a bounded time to be recorded. */
void ledger_close(void);

/* Removes every object recorded, and opens the ledger again. */
void ledger_remove_objects(void);

#endif

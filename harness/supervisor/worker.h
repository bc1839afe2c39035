/*
 * A worker: a process that runs instances one after the other on one processor and answers with records. It
 * is a copy of its parent, so it knows the instances; it is told positions and gives back lines of
 * results.jsonl.
 *
 * It dies with its parent, whatever happens to that. It does not judge, order or print anything. What it
 * cannot survive (a crash, a hang) its parent turns into a record with worker_verdict.
 */
#ifndef IPCDRILL_WORKER_H
#define IPCDRILL_WORKER_H

#include <sys/types.h>

#include "supervisor/instances.h"
#include "supervisor/known.h"

/* What every worker of a run works on. */
struct job {
    const struct instances *instances;
    struct conductor_options conductor;
    struct judged_target target;     /* libc and isolation are known once a worker is ready */
    const struct known_table *known; /* or NULL */
};

/* Positions given to a worker: the one it runs, and the next, so that it need not wait for its parent. */
enum { WORKER_QUEUE_MAX = 2 };

enum message_kind {
    MESSAGE_READY, /* body: libc, isolation, why it is less than asked for (may be empty): three strings */
    MESSAGE_CANNOT_START, /* body: the reason */
    MESSAGE_RECORD,       /* body: the line */
};

struct message_header {
    uint32_t kind;
    uint32_t length; /* of the body, its NUL not counted */
    uint64_t position;
    uint32_t verdict; /* RECORD */
    uint32_t unused;  /* always 0: no byte of a message is left unset */
};

struct message {
    struct message_header header;
    char *body; /* of malloc, NUL-terminated; whoever receives the message frees it */
};

struct worker {
    pid_t pid; /* 0: not running */
    int pidfd; /* readable once it is dead; -1: the kernel has none */
    int socket;
    bool ready;
    size_t positions[WORKER_QUEUE_MAX]; /* positions[0] is the one that runs */
    int position_count;
    int64_t deadline_ms; /* monotonic; when it must be ready, positions[0] answered; INT64_MAX: never */
    bool overdue;        /* killed for its deadline */
    struct message incoming;
    size_t received; /* bytes of incoming, header and body */
};

/* The record of one position, judged by what is known. Shares what lives as long as the job; the rest is in `arena`. */
struct record worker_record(const struct job *job, size_t position, const struct verdict *verdict,
                            struct arena *arena);

/* The target of this machine; libc and isolation are still to be learnt. Strings in `arena`. */
struct judged_target worker_target(const struct conductor_options *options, struct arena *arena);

/* Starts a worker on `processor` (-1: any). Returns false with errno. */
bool worker_start(struct worker *worker, const struct job *job, int processor);

/* Gives it another position; there must be room. Returns false when it is gone. */
bool worker_assign(struct worker *worker, const struct job *job, size_t position);

enum receipt { RECEIPT_NOTHING, RECEIPT_MESSAGE, RECEIPT_CLOSED };

/* Takes what the worker has said, without waiting. A record also takes its position off the queue. */
enum receipt worker_receive(struct worker *worker, const struct job *job, struct message *message);

/* Takes over what a ready worker says of the target. Returns why isolation is lowered, or NULL. In `arena`.
 */
const char *worker_learn_target(const struct message *message, struct judged_target *target,
                                struct arena *arena);

/* A descriptor that becomes readable at the latest when the worker is dead. */
int worker_end_descriptor(const struct worker *worker);

/* Kills it if it lives, waits for its end, frees its descriptors. Returns what became of it, in `arena`. */
const char *worker_bury(struct worker *worker, struct arena *arena);

/*
 * The record of a position that no worker has answered for, as worker_record: an error when it died, a skip when the
 * machine cannot be set as the instance says.
 */
struct record worker_verdict(const struct job *job, size_t position, enum verdict_kind kind,
                             const char *reason, struct arena *arena);

#endif

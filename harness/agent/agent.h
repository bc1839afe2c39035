/*
 * One performer: who it is on the wire. Each process has its own, in main's frame, and a fork takes it along;
 * so has each further thread, in the frame that it began with. What performing a request needs beside it is
 * _Thread_local where it is static.
 */
#ifndef IPCDRILL_AGENT_AGENT_H
#define IPCDRILL_AGENT_AGENT_H

#include <stdbool.h>

#include "agent/channel.h"
#include "agent/fail_nth.h"

enum role { ROLE_NURSERY = 1, ROLE_CASE = 2, ROLE_ACTOR = 4, ROLE_ANY = 7 };

struct agent {
    enum role role;
    int channel;
    bool raw;                 /* calls by syscall(2), not through the C library */
    bool borrowed;            /* a child of vfork: its memory is its parent's */
    struct fail_nth fail_nth; /* of the call that is being made */
};

/*
 * Performs a request. `rest` is the text behind the verb: empty, or begins with a space; it may be changed.
 * In the process that a request forks it returns too, with `agent` changed: the loop goes on there.
 */
typedef void agent_request(struct agent *agent, struct request *request, char *rest);

/* Answers "= NUMBER", or "= -1 ERRNO" for -1 with errno. */
void agent_answer(const struct agent *agent, long long result);

/* Writes the " fired=" of a call made with fail_nth, behind its result. */
void agent_write_fired(const struct agent *agent, struct message *answer);

/* Says hello on the performer's own channel. */
void agent_say_hello(const struct agent *agent);

/* Performs requests until the channel ends. */
void agent_run(struct agent *agent);

#endif

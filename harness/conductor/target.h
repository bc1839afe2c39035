/*
 * The target as the conductor has it: the agent's nursery, its constants, the isolation that it allows. One for
 * each conductor; it outlives cases and is started anew when the agent fails.
 */
#ifndef IPCDRILL_TARGET_H
#define IPCDRILL_TARGET_H

#include "conductor/answer.h"
#include "conductor/channel.h"
#include "conductor/conductor.h"

struct constant {
    bool defined; /* the target's headers have it */
    struct value value;
};

struct target {
    const struct conductor_options *options;
    struct channel nursery;
    pid_t nursery_pid;
    bool user_namespace; /* the nursery is root only in a user namespace of its own */
    enum isolation isolation;
    const char *why_lowered;
    const char *libc;
    const char
        *machine; /* as uname(2) tells the agent, whom an emulator may tell another one than us; or NULL */
    struct constant *constants; /* by place in constants.in */
    struct arena arena;         /* of everything above */
};

/* Starts the nursery and learns the constants. False with `problem` in the target's arena. */
bool target_start(struct target *target, const struct conductor_options *options, const char **problem);

/* The same for a target whose trouble is told when it is gone: *problem is in `arena`, and nothing is left to be stopped. */
bool target_start_shortly(struct target *target, const struct conductor_options *options, struct arena *arena,
                          const char **problem);

/* Ends the nursery and all that it forked; waits for it. */
void target_stop(struct target *target);

/* One request to a process that answers at once, and its answer, waiting at most the target's timeout. */
struct answer *target_ask(const struct target *target, struct channel *channel, struct arena *arena,
                          int descriptor, const char *request);

/* Opens a case's first process. False with `problem` in `arena`. */
bool target_open_case(struct target *target, struct channel *first, struct arena *arena,
                      const char **problem);

/*
 * Why a process that `first` was asked for closed its channel without a word: its parent says when a fork fails; else it
 * ended by itself. In `arena`.
 */
const char *target_why_no_hello(struct channel *first, struct arena *arena);

/* The constant of that name; NULL when the target does not define it. */
const struct value *target_constant(const struct target *target, const char *name);

#endif

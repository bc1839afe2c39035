/*
 * One instance while it runs: its actors, what its names have learnt, its verdict. The conductor's parts share this
 * and nothing else:
 *
 *   target.c     the nursery, the constants of the target, a case's first process
 *   evaluate.c   what an expression is worth now
 *   request.c    a call as a line of the wire             answer.c   what came back
 *   match.c      whether that is what the case says       show.c     both, as people read them
 *   actor.c      processes and threads that perform lines program.c  programs under test
 *   sleep.c      whether one is asleep in its call        rounds.c   rounds and calls made together
 *   steps.c      the lines, one after the other           conductor.c  an instance from its needs to its end
 *
 * All memory is the arena's; descriptors are closed by instance_close.
 */
#ifndef IPCDRILL_INSTANCE_H
#define IPCDRILL_INSTANCE_H

#include "agent/wire.h"
#include "conductor/answer.h"
#include "conductor/channel.h"
#include "conductor/conductor.h"
#include "conductor/target.h"
#include "conductor/value.h"

/* A need that was decided: the reason it is not met, or NULL. */
struct decided_need {
    const char *text;
    const char *missing;
    struct decided_need *next;
};

enum { CONDUCTOR_PROCESSORS_MAX = 64 };

struct conductor {
    struct conductor_options options;
    struct target target;
    bool broken;      /* the agent died or talked nonsense: start it anew */
    const char *libc; /* as the first agent told: it outlives the target, which is started anew */
    const char *why_lowered;
    struct decided_need *needs;
    struct arena arena;
    int processors[CONDUCTOR_PROCESSORS_MAX]; /* that actors which run together may use */
    int processor_count;
    unsigned key_count;    /* keys given out so far, where cases share the machine's */
    unsigned cgroup_count; /* made so far: each has a name of its own */
    char message[WIRE_MESSAGE_MAX + 1];
};

struct name {
    const char *text;
    struct value value;
    struct name *next;
};

struct injections;

struct actor {
    const char *name;
    const struct actor_declaration *declaration; /* NULL: nothing declared, or forked */
    bool started;
    bool ended; /* its process is gone, or about to be: no line is given to it any more */
    integer pid, tid, uid, gid;
    pid_t host_pid, host_tid; /* they differ for a thread that is not its process's first */
    const char *cgroup;       /* of its own, with a memory limit; NULL: none */
    struct channel channel;
    const struct step *unfinished; /* the call that it sleeps in */
    const struct step *last;       /* the call that it performed last */
    struct answer *signals;        /* told and not yet matched, oldest first */
    int exit_status;               /* as waitpid tells; -1: not known */
    int exit_asked;                /* the same, of an exit of its own; -1: none */
    /* A program under test. */
    int terminal; /* the master's side, or -1 */
    char *output; /* printed and not yet matched */
    size_t output_length, output_room;
    struct injections *injections; /* that its calls meet, or NULL */
    const char *memcheck_folder;   /* where memcheck writes, or NULL: it does not look */
    struct actor *next;
};

struct instance {
    struct conductor *conductor;
    struct target *target;
    const struct case_file *file;
    const struct drill_case *drill_case;
    struct arena *arena; /* of the round that runs, or of the whole instance */
    struct arena *whole_arena;
    struct outcome_count *outcomes; /* of calls made together or with fail_nth, over the rounds so far */
    bool fired;                     /* something failed by fail_nth in this round */
    unsigned arrivals;              /* at the case's barrier, when all calls so far were released */
    unsigned releases;              /* of that barrier so far */
    struct name *names;
    struct actor *actors;
    integer keys[2];      /* KEY, KEY2 */
    struct channel first; /* the case's first process: not an actor */
    struct verdict *verdict;
    struct word **transcript_end;
    bool over; /* the verdict stands */
};

/* The verdict stands from now on; the first one wins. `step` may be NULL. */
void instance_fail(struct instance *instance, const struct step *step, const char *expected, const char *got,
                   const char *format, ...) __attribute__((format(printf, 5, 6)));
void instance_skip(struct instance *instance, const char *format, ...) __attribute__((format(printf, 2, 3)));
void instance_error(struct instance *instance, const struct step *step, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

/* The actor of that name, not necessarily started; NULL when there is none. */
struct actor *instance_actor(const struct instance *instance, const char *name);

/* A new actor of that name at the end of the list. */
struct actor *instance_add_actor(struct instance *instance, const char *name);

/* What the name has learnt, or NULL. */
const struct value *instance_name(const struct instance *instance, const char *text);
void instance_learn(struct instance *instance, const char *text, const struct value *value);

#endif

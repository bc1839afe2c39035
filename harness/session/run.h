/*
 * A session while it runs: what its parts share.
 *
 *   launch.c    starts programs, types to them, reads what they print
 *   calls.c     trapped calls: the policy asked, sleeps held, results told
 *   prospect.c  what would become of a semop now
 *   rest.c      what happens when nobody can move
 *   acts.c      what somebody beside the programs does then
 *   moves.c     what can be made to happen then, and the choice of it
 *   at_exit.c   what a program still has when it asks to exit
 *   objects.c   what is left in the namespace
 *   trace.c     lines
 *   session.c   the loop
 */
#ifndef IPCDRILL_SESSION_RUN_H
#define IPCDRILL_SESSION_RUN_H

#include "session/session.h"

struct running {
    const struct session_program *program;
    struct program_outcome *outcome;
    struct channel channel; /* closed when the program is executed */
    pid_t host_pid;
    int pidfd;
    int slave;                 /* the program's side of its terminal, or -1 */
    int input, output;         /* our ends; the same descriptor when it is a terminal; -1: closed */
    size_t typed, typed_bytes; /* pieces, and bytes of the next one */
    size_t room;               /* of outcome->output, which is of malloc until the end */
    char *printed;
    size_t printed_length, told_length; /* of which the trace has so many bytes */
    bool stopped_by_act;
};

struct held_call {
    struct traced_call *call;
    struct trace_line *line;
    struct decision decision; /* of the policy, for when it is let go */
    bool sleeps;              /* until wake_ns at the latest; else the policy holds it */
    bool timed;               /* it would sleep, but not for ever: a semtimedop with a limit */
    bool slept;               /* it would have slept, when last asked */
    bool set_is_gone;         /* which was there when it would have slept */
    bool polls;               /* it sleeps once more: its caller has looked often, and nothing has happened */
    int64_t wake_ns;          /* of the virtual clock */
    struct held_call *next;
};

enum { LOOK_CALLS_MAX = 8 };

/* A thread that has made a trapped call, and its last one. Who does the same each time that it is woken polls. */
struct caller {
    pid_t thread;
    struct trace_line *last;
    struct system_call calls[LOOK_CALLS_MAX]; /* when it was woken last; more of them are never the same */
    unsigned call_count;
    unsigned made;      /* calls, since it was woken */
    unsigned looks;     /* how often it was woken with the session at `looked_at` */
    unsigned looked_at; /* events */
    struct caller *next;
};

struct session {
    struct target *target;
    const struct session_settings *settings;
    struct session_bounds bounds;
    struct arena *arena;
    struct session_record *record;
    struct channel first;
    struct tracer *tracer;
    struct running programs[SESSION_PROGRAMS_MAX];
    size_t started; /* programs, in their order */
    size_t acted;   /* acts, in their order */
    struct held_call *held;
    struct caller *callers;
    struct trace_line **trace_end;
    unsigned trace_length;
    int64_t now_ns;      /* the virtual clock, from 0 */
    int64_t deadline_ns; /* of the guard, on the monotonic clock */
    unsigned forks, idle_wakeups;
    unsigned events;            /* calls, output, acts, input; not who is woken and does the same once more */
    const char *woken;          /* the program that was woken, or typed its end, last */
    uint64_t processor_ns;      /* used when something last happened; UINT64_MAX: not looked at since */
    struct lives *before, *now; /* the last two looks */
    const char *problem;        /* of the tool's own: it ends the session */
    bool at_rest;               /* all were, when last looked at */
    bool timers;                /* a program has asked for a signal later */
    bool waits;                 /* for time to pass: nothing else is left */
    bool over;
};

/* The record's end stands; the first one wins. `culprit`: who did it, or NULL. */
void session_end(struct session *session, enum session_end end, const char *culprit, const char *format, ...)
    __attribute__((format(printf, 4, 5)));

/* The name of the program that the process is (then *is_main, which may be NULL, becomes true), else of its command. */
const char *session_name_of(struct session *session, pid_t process, bool *is_main);

/* "semop(0, [{0, -1, 0}], 1)": what the thread sleeps in. */
const char *session_where(struct session *session, const struct life *life);

/* launch.c */
bool launch(struct session *session); /* the next program */
bool launch_is_due(const struct session *session, bool at_rest);
void launch_hear(struct session *session, struct running *running); /* its channel is readable */
void launch_read_output(struct session *session, struct running *running);
bool launch_type(struct session *session,
                 struct running *running); /* the next piece, or the end; false: it takes none */
bool launch_write(struct running *running, const char *bytes, size_t length, size_t *written);
bool launch_end_input(struct session *session, struct running *running);
void launch_note_end(struct session *session, struct running *running);
void launch_close(struct running *running);

/* trace.c */
struct caller *trace_caller(const struct session *session, pid_t thread); /* NULL: it has made no call */

/* calls.c */
void calls_take(struct session *session, int listener);
const struct held_call *calls_held(const struct session *session, pid_t thread); /* or NULL */
void calls_release(struct session *session, struct held_call *held); /* as the policy has decided */
void calls_wake(struct session *session, struct held_call *sleeper);
void calls_drop_dead(struct session *session); /* held calls whose callers are gone */
void calls_free(struct session *session);

/* at_exit.c: if the call is that; its caller is held in it, so that nothing of it changes meanwhile. */
void at_exit_look(struct session *session, const struct traced_call *call);

/*
 * prospect.c: what would become of a semop or semtimedop if it were performed now. One that would wait may be held instead, so
 * that a limit is of the virtual clock and whoever ends the wait does not run beside it; the kernel does not count it among
 * those that wait.
 */
enum prospect { PROSPECT_COMES_BACK, PROSPECT_WAITS, PROSPECT_SET_IS_GONE };
enum prospect semop_prospect(struct session *session, const struct traced_call *call);

/* rest.c */
/*
 * A schedule's usual rest, known without a look at every process: no program has more than one thread, and that waits for
 * its answer, or reads as it did at the last look. What a look would show is then in session->now.
 */
bool rest_is_known(struct session *session);
bool rest_look(struct session *session); /* nothing happens: true when nobody can move */
/* The processor time of all since something last happened: a loop that makes no trapped call is seen by it alone. */
void rest_bound_processor_time(struct session *session);
bool rest_move_on(struct session *session); /* makes the next thing happen; false: only time can */

bool rest_reads(const struct session *session, const struct running *running); /* it would take input */

/* moves.c */
bool moves_make(struct session *session);      /* one; false: there is none */
bool moves_only_poll(struct session *session); /* those that there are only have somebody look once more */

/* acts.c */
bool acts_are_left(const struct session *session);
bool acts_make(struct session *session,
               bool settled); /* the next one; false: there is none, or it waits for more rest */

/* objects.c */
bool objects_find(struct session *session);

/* trace.c */
struct trace_line *trace_call(struct session *session, struct step *step, pid_t thread);
void trace_text(struct session *session, const char *actor, enum step_kind kind, const char *bytes,
                size_t length);
void trace_ended(struct session *session, const char *actor, int status);
void trace_move_to_end(struct session *session,
                       struct trace_line *line);             /* a call that is performed only now */
void trace_came_back(struct session *session, pid_t thread); /* its last call has */
const struct trace_line *trace_last_call(struct session *session, pid_t thread);
void trace_step(struct session *session, struct step *step); /* a line that is no call */

#endif

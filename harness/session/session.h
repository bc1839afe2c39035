/*
 * A session: one run of one or more programs under test in a case of their own (namespaces, processes, terminals or
 * pipes), under a policy that may fail, hold or kill at every trapped call, from the first to the end. What came of it
 * is a record: the trace in the notation, what each program printed and how it ended, what is left behind.
 *
 * Nothing depends on time passing. A session moves on when something happens, and else when nothing can: every thread
 * asleep, seen twice and without a move between. Then, in this order: what job control stopped is continued; the next
 * act of the script is performed; the next program is started; input is typed to who reads; a call that the policy holds
 * is performed; the sleeper (nanosleep and its like, which never really sleep, and semtimedop with a limit) that would
 * wake first wakes, but who was woken often and nothing came of it (who polls) behind all others. When none of these is
 * left the programs hang, and that is proved. Every loop of a program is bounded by counts; the guard of real time ends
 * only what none of these can see.
 *
 * Memory: all of a record is in the arena given. A session owns its case's processes; none is left when it returns.
 */
#ifndef IPCDRILL_SESSION_H
#define IPCDRILL_SESSION_H

#include "conductor/target.h"
#include "inject/filter.h"
#include "inject/tracer.h"
#include "notation/notation.h"
#include "inject/processes.h"

enum { SESSION_PROGRAMS_MAX = 8 };

/* When a program starts. */
enum session_start {
    START_AT_ONCE,
    START_AT_REST,     /* when all that run before it have come to rest */
    START_BEHIND_LAST, /* when all before it have ended */
    START_BY_ACT,      /* when an act says so */
};

struct session_program {
    const char *name;         /* the actor that it is in the trace */
    const char *const *words; /* its path, with a slash, and its arguments; NULL at the end */
    enum session_start start;
    bool terminal; /* it has a terminal; else pipes */
    const char *const
        *input; /* pieces, each typed when all are at rest and it reads; NULL at the end, or no input */
    bool input_at_once; /* PIPES: all of the input lies ready, then ends */
    const char *user;   /* "uid=1001 gid=1001", as wire.h has it; NULL: who runs the case */
};

/*
 * What somebody beside the programs does: a script, one act after the other, each when all are at rest. While acts are
 * left nothing is continued that an act has stopped, and no input ends.
 */
enum act_kind {
    ACT_START,     /* the program, which must be the next one, of START_BY_ACT */
    ACT_TYPE,      /* `text` to the program, unless it has ended */
    ACT_END_INPUT, /* of the program */
    ACT_SIGNAL,    /* to the program, unless it has ended */
    ACT_CALL,      /* a call of the case's first process, which is root of the case */
};

struct session_act {
    enum act_kind kind;
    /* Not before nothing else can happen: no call is held, no input is left, and who sleeps polls. */
    bool settled;
    bool if_alive; /* only if some process lives then; with the last one the script ends here */
    size_t program;
    const char *text; /* TYPE */
    size_t length;
    int signal;
    /*
     * CALL: requests (wire.h). The first gives an identifier, which # in the second and in `shown`, the line of the
     * trace, stands for; NULL: there is none.
     */
    const char *get, *call;
    const char *shown;
};

/* What is to become of a trapped call. */
struct ruling {
    bool hold; /* until no process can move and `choose` has it performed */
    struct decision decision;
};

/* What can be made to happen when nobody can move by itself. */
enum move_kind {
    MOVE_TYPE,    /* the next piece of input to a program that reads */
    MOVE_PERFORM, /* a call that the policy holds */
    MOVE_WAKE,    /* a sleeper, or a semtimedop that would sleep: the time that it waits for has come */
};

struct session_move {
    enum move_kind kind;
    int program;
    const struct traced_call *call; /* PERFORM, WAKE */
    bool would_sleep;               /* PERFORM: a semop that cannot be performed now */
    struct held_call *held;         /* the session's own */
};

enum { SESSION_MOVES_MAX = 256 };

struct session_policy {
    /* Asked for every trapped call but sleeps and forks. `line` is it in the notation. NULL: all are performed. */
    struct ruling (*call)(void *context, const struct traced_call *call, const struct step *line);
    /*
     * At rest: which of the moves is made. They stand in the order told above: input, calls held (the longest first), sleepers
     * (who wakes first). A semop that would sleep counts as asleep while it is held: when its set is removed it
     * fails with EIDRM, as a sleeper does. NULL: the first one is made, and whether a semop would sleep is not asked.
     */
    size_t (*choose)(void *context, const struct session_move *moves, size_t count);
    void *context;
};

/* All are counts of work. 0: the default. */
struct session_bounds {
    unsigned calls;        /* trapped */
    unsigned wakeups;      /* sleepers woken with nothing else happening between */
    unsigned processes;    /* made, threads too */
    size_t output_bytes;   /* of one program */
    uint64_t processor_ns; /* of all, with nothing else happening between */
    int guard_ms;          /* of real time, for the whole */
};

struct session_settings {
    const struct session_program *programs;
    size_t program_count;
    const struct session_act *acts;
    size_t act_count;
    int filter; /* of filter_open; session_filter makes the usual one */
    struct session_policy policy;
    struct session_bounds bounds;
};

enum session_end {
    SESSION_ENDED,       /* every program and all that it started has ended */
    SESSION_HANGS,       /* nobody can move any more */
    SESSION_SPINS,       /* calls, wakeups or processor time without end */
    SESSION_FLOODS,      /* output without end */
    SESSION_FORKS,       /* processes without end */
    SESSION_OVERDUE,     /* the guard: not proved, what it does is not seen */
    SESSION_NOT_STARTED, /* a program cannot be started: no fault of its own */
};

/* A line of the trace. */
struct trace_line {
    struct step *step;
    pid_t thread;       /* the caller, as the host sees it; 0: no call */
    const char *result; /* behind the call: " = ?"; NULL while it has not come back */
    struct trace_line *next;
};

/* What a program still has when it asks to exit, and the kernel releases, or not: the children. */
enum unreleased_kind {
    UNRELEASED_ATTACH,
    UNRELEASED_DESCRIPTOR, /* but standard input, output and error, and an interpreter's script */
    UNRELEASED_CHILD_RUNNING,
    UNRELEASED_CHILD_ZOMBIE, /* has ended, and was not waited for */
};

struct unreleased {
    enum unreleased_kind kind;
    const char *sentence; /* "segment 0 (key 0x4d2) is attached at the end" */
    pid_t process;        /* CHILD_: as the host sees it */
    struct unreleased *next;
};

struct program_outcome {
    const char *name;
    pid_t pid; /* in the case's PID namespace */
    bool started, ended;
    int status;         /* ENDED: as of waitpid */
    const char *output; /* standard output and error, as they came */
    size_t output_length;
    unsigned calls; /* trapped, of all its processes, sleeps and forks not counted */
    bool exits;     /* it has asked to; what its own process, not its children, had then: */
    struct unreleased *unreleased;
    const char *unseen; /* what could not be looked at then, and why; or NULL */
};

/* A process that still lived when nothing could move any more, or when a bound was reached. */
struct process_left {
    pid_t process;
    const char *name;  /* of the program, when it is one itself; else of its command */
    const char *where; /* "asleep in semop(0, [{0, -1, 0}], 1)" */
    bool is_main;      /* a program itself, not a child of one */
    struct process_left *next;
};

struct object_left {
    bool segment;                                                           /* else a set of semaphores */
    long long id, key, mode, uid, cuid, creator, last_user, attached, size; /* size: bytes, or semaphores */
    const char *made_by; /* the line of the trace that made it, or NULL */
    struct object_left *next;
};

struct session_record {
    enum session_end end;
    const char *reason;  /* one sentence; NULL: ENDED */
    const char *culprit; /* SPINS, FLOODS, FORKS: who does it, as far as that is known */
    struct trace_line *trace;
    size_t program_count;
    struct program_outcome programs[SESSION_PROGRAMS_MAX];
    struct process_left *processes;
    struct object_left *objects;
    unsigned calls, wakeups;
};

/* A filter for System V calls, sleeps, forks, timers, exits and the names in `more` (may be NULL). As filter_open. */
int session_filter(const struct filter_names *more, const char **problem);

/*
 * Runs it. False with *problem when the tool or the target fails, not a program; the target must then be started anew.
 */
bool session_run(struct target *target, const struct session_settings *settings, struct arena *arena,
                 struct session_record *record, const char **problem);

/* A line of the trace as text; a call alone, without its actor and what came of it. In `arena`. */
const char *trace_line_text(const struct trace_line *line, struct arena *arena);
const char *trace_call_text(const struct trace_line *line, struct arena *arena);

/* The trace as text, a line each. In `arena`. */
const char *session_trace_text(const struct session_record *record, struct arena *arena);

#endif

/*
 * The tree of a case file: what the parser makes, the printer prints, the checker judges, the conductor performs.
 * It knows nothing of processes. All of it lives in the arena of its file (or, for an expanded case, in the arena
 * given to notation_expand) and is never changed once made.
 */
#ifndef IPCDRILL_TREE_H
#define IPCDRILL_TREE_H

#include <stdbool.h>
#include <stddef.h>

#include "notation/arena.h"
#include "notation/diagnostic.h"
#include "vocabulary/vocabulary.h"

/* Wide enough for every signed and unsigned 64-bit value of a target, and for sums of them. */
__extension__ typedef __int128 integer;

enum expression_kind {
    EXPRESSION_NUMBER,
    EXPRESSION_STRING,
    EXPRESSION_CONSTANT, /* UPPER: a constant of the target; KEY, KEY2: keys free when the case starts */
    EXPRESSION_NAME,     /* lower: learnt once, then required */
    EXPRESSION_MEMBER,   /* actor.pid */
    EXPRESSION_ANYTHING, /* _ */
    EXPRESSION_COLUMN,   /* <size>: replaced by the cell of a where row */
    EXPRESSION_UNARY,    /* uses left */
    EXPRESSION_BINARY,
    EXPRESSION_STRUCTURE, /* {name=value, ...} or positional {value, ...} */
    EXPRESSION_ARRAY,     /* [value, ...] */
};

enum operation {
    OPERATION_NEGATE,
    OPERATION_INVERT,
    OPERATION_NOT,
    OPERATION_MULTIPLY,
    OPERATION_DIVIDE,
    OPERATION_REMAINDER,
    OPERATION_ADD,
    OPERATION_SUBTRACT,
    OPERATION_SHIFT_LEFT,
    OPERATION_SHIFT_RIGHT,
    OPERATION_LESS,
    OPERATION_LESS_EQUAL,
    OPERATION_GREATER,
    OPERATION_GREATER_EQUAL,
    OPERATION_EQUAL,
    OPERATION_NOT_EQUAL,
    OPERATION_BIT_AND,
    OPERATION_BIT_XOR,
    OPERATION_BIT_OR,
    OPERATION_AND,
    OPERATION_OR,
};

struct expression {
    enum expression_kind kind;
    struct position at;
    const char *text;         /* NUMBER: as written; CONSTANT, NAME, COLUMN: the name; MEMBER: the actor */
    const char *member;       /* MEMBER: pid, tid, uid, gid */
    integer number;           /* NUMBER */
    const char *bytes;        /* STRING, may hold NUL */
    size_t length;            /* STRING */
    int constant;             /* CONSTANT: its place in constants.in, or one of CONSTANT_KEY... */
    enum operation operation; /* UNARY, BINARY */
    struct expression *left, *right;
    struct element *elements; /* STRUCTURE, ARRAY */
};

/* Constants that the conductor gives rather than the target. */
enum { CONSTANT_KEY = -2, CONSTANT_KEY2 = -3 };

struct element {
    const char *name; /* NULL: positional */
    struct position at;
    struct expression *value;
    struct element *next;
};

enum outcome_kind {
    OUTCOME_NONE,   /* nothing written: poke(...), or an unfinished call */
    OUTCOME_VALUE,  /* = value */
    OUTCOME_ERROR,  /* = -1 EINVAL|EIDRM */
    OUTCOME_NEVER,  /* = ? */
    OUTCOME_COLUMN, /* = <result> */
};

/* What a call must give. */
struct outcome {
    enum outcome_kind kind;
    struct position at;
    struct expression *value;  /* VALUE; COLUMN: the column */
    struct expression *errnos; /* ERROR: constants joined by | */
    struct outcome *otherwise; /* = id or -1 EEXIST: another that is allowed, or NULL */
    struct outcome *posix;     /* what POSIX says where Linux is known to differ, or NULL */
};

enum step_kind {
    STEP_CALL,     /* writer  shmget(KEY, 4096, 0) = id */
    STEP_RESUMED,  /* writer  <... semop resumed>) = 0 */
    STEP_SIGNAL,   /* writer  --- SIGSEGV {si_addr=r} --- */
    STEP_EXITED,   /* writer  +++ exited with 0 +++ */
    STEP_KILLED,   /* writer  +++ killed by SIGKILL +++ */
    STEP_REQUIRE,  /* require w % SHMLBA == 0 */
    STEP_TYPE,     /* writer  <- "text\n" */
    STEP_SHOW,     /* writer  -> "text\n" */
    STEP_INJECT,   /* inject writer shmat:error=ENOMEM:when=1 */
    STEP_SCENE,    /* scene "burst" end="bye": the programs reader and writer are put through it and judged */
    STEP_SCHEDULE, /* schedule reader*3 writer: the order of their calls in the scene */
    STEP_ROUNDS, /* rounds 1000: the lines up to its end, so often; what they learn is forgotten each time */
    STEP_TOGETHER, /* together: the calls up to its end, released at once */
    STEP_END,      /* end */
    STEP_COMMENT,  /* # ... */
};

struct step {
    enum step_kind kind;
    struct position at;
    const char *actor;                   /* "<who>": as the column says; NULL: REQUIRE, COMMENT */
    const struct call_description *call; /* CALL, RESUMED */
    const char *call_column;   /* CALL: "<call>", of that column; call is then NULL until expanded */
    struct element *arguments; /* CALL: in order; TYPE, SHOW: the pieces; SCENE: its settings, with names */
    size_t argument_count;     /* CALL */
    struct expression *times;  /* CALL: repeat(times), until it fails; or NULL */
    struct expression *nth;    /* CALL: fail_nth(nth), its nth allocation fails; or NULL */
    bool unfinished;           /* CALL: it must not come back yet */
    bool end_of_input;         /* TYPE: <- EOF */
    struct outcome outcome;    /* CALL, RESUMED */
    struct expression
        *value; /* SIGNAL, KILLED: the signal; EXITED: the status; REQUIRE: the condition; ROUNDS: how many */
    struct expression *fields; /* SIGNAL: {si_code=...}, or NULL */
    struct expression *posix;  /* REQUIRE: what POSIX requires instead, or NULL */
    const char *
        text; /* COMMENT: as written; INJECT: as injection.h reads it; SCENE: its name; SCHEDULE: as schedule.h reads it */
    struct position text_at; /* INJECT, SCENE, SCHEDULE */
    struct step *next;
};

/* A process of the case that performs lines. writer and reader are there without being declared. */
struct actor_declaration {
    const char *name;
    struct position at;
    const char *program;          /* a program under test, or NULL: the agent */
    struct element *arguments;    /* of the program */
    struct expression *uid, *gid; /* NULL: the runner's */
    struct expression *groups;    /* an array, or NULL */
    struct expression
        *capabilities;         /* a sum of 1<<CAP_..., written CAP_A|CAP_B or none; NULL: as they come */
    bool raw_terminal;         /* of a program: terminal=raw, no line is edited */
    struct expression *memory; /* bytes: the limit of a memory cgroup of its own; NULL: none */
    struct expression *oom;    /* ENOMEM: what is over the limit fails; NULL: the OOM killer ends it */
    struct actor_declaration *next;
};

struct word {
    const char *text;
    struct position at;
    struct word *next;
};

/* One row of a where table: one cell for each column. A cell 0000..0777 makes one instance for each number. */
struct row {
    struct position at;
    struct word *cells;
    size_t instance_count; /* 1, or the length of its range */
    struct row *next;
};

struct table {
    struct position at;
    struct word *columns;
    struct row *rows;
    size_t instance_count;
    struct table *next; /* several tables multiply */
};

struct drill_case {
    const char *title;
    struct position at;
    struct word *comments; /* the comment lines above the case */
    struct word *clauses;
    struct word *needs;    /* one for each line: "root", "hugepages 2M" */
    struct word *settings; /* one for each `sets` line: "sysctl vm.overcommit_memory 2" */
    bool linux_only;       /* what Linux documents and POSIX does not ask */
    struct actor_declaration *actors;
    struct step *steps;
    struct table *tables;
    size_t instance_count; /* rows, multiplied; 1 without a table */
    struct drill_case *next;
};

struct case_file {
    struct arena arena;
    const char *path;
    const char *text; /* the whole file, for showing lines */
    struct word *trailing_comments;
    struct drill_case *cases;
    struct case_file *next;
};

/* The actors that every case has without declaring them, writer and reader; NULL past the end. */
const char *case_default_actor(size_t index);

/* Whether any line of the case is that actor's. */
bool case_uses_actor(const struct drill_case *drill_case, const char *actor);

/* Whether the name stands for the number of objects in the case's namespace: segments, semaphores. */
bool name_counts_objects(const char *name);

/* What the number of a round, from 1, is called inside the block. */
#define ROUND_NAME "round"

/* The scene that the case's programs are put through; NULL: the case has lines of its own. */
const struct step *case_scene(const struct drill_case *drill_case);

/* The step that ends the block which `step` (ROUNDS or TOGETHER) opens; NULL when none does. */
const struct step *step_end(const struct step *step);

#endif

/*
 * Which position runs next, and which record is given on next. Workers finish in any order; records leave in
 * the order of positions, so what a run reports does not depend on how many workers it had. Between the two
 * lies a window of bounded length and size: nobody runs further ahead than that, so memory stays flat.
 *
 * Positions that wait (for the clock, for work of the kernel) are handed out separately, and early: they cost time but no processor. Those that
 * run alone are handed out one at a time, each when every record before it has been given.
 */
#ifndef IPCDRILL_ORDER_H
#define IPCDRILL_ORDER_H

#include "supervisor/instances.h"

enum {
    LOOK_AHEAD_MAX = 1024, /* positions between the first unfinished and the last handed out */
    LOOK_AHEAD_BYTES_MAX = 4 * 1024 * 1024, /* of records that wait for an earlier one */
};

enum slot_state { SLOT_OPEN, SLOT_RUNNING, SLOT_DONE };

struct slot {
    enum slot_state state;
    char *line; /* DONE: of malloc */
};

struct order {
    const struct instances *instances;
    size_t end;        /* positions below this one run */
    size_t alone_from; /* from this one on, alone */
    size_t next;       /* the position whose record is given on next */
    size_t cursor[2];  /* by waits: no position of that sort below it is open */
    size_t held_bytes;
    struct slot slots[LOOK_AHEAD_MAX]; /* of position % LOOK_AHEAD_MAX */
};

void order_start(struct order *order, const struct instances *instances);

/*
 * Takes a position to run: one of the preferred sort if there is any within the window, else (unless `only`)
 * one of the other. Returns false when there is none for now.
 */
bool order_take(struct order *order, bool prefer_waiting, bool only, size_t *position);

/* Gives back a position that was taken and not started. */
void order_return(struct order *order, size_t position);

/* Hands in the record of a position that was taken. `line` (of malloc) is now the order's. */
void order_done(struct order *order, size_t position, char *line);

/* The next record in order, to be freed by the caller, or NULL when it is not there yet. */
char *order_give(struct order *order);

/* Nothing behind `position` is to run or to be given any more. */
void order_cut(struct order *order, size_t position);

/* Whether every record has been given. */
bool order_finished(const struct order *order);

/* Frees what was never given. */
void order_end(struct order *order);

#endif

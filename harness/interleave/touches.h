/*
 * What a move of a session touches, for the rule of model/explore.h: the objects of the call and, once the program has
 * attached a segment, the memory that it shares: what runs behind the call, up to the next one, is not seen. Where
 * something is not known to be harmless it touches everything.
 */
#ifndef IPCDRILL_INTERLEAVE_TOUCHES_H
#define IPCDRILL_INTERLEAVE_TOUCHES_H

#include "session/session.h"

/* What is known of each program of a run, from its calls so far. */
struct sharing {
    bool attached[SESSION_PROGRAMS_MAX]; /* it has attached a segment some time */
};

/* The things that the move touches, as bits. */
uint64_t touches_of(const struct sharing *sharing, const struct session_move *move);

/* Notes that the move is made. */
void sharing_note(struct sharing *sharing, const struct session_move *move);

#endif

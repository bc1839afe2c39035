/*
 * Lines as people read them when a case fails: names replaced by their values, answers in the shape that the case
 * wrote. Everything is in the instance's arena.
 */
#ifndef IPCDRILL_SHOW_H
#define IPCDRILL_SHOW_H

#include "conductor/instance.h"

/* The step as the case has it, its names filled in where they have a value. */
const char *show_step(struct instance *instance, const struct step *step);

/* The step with what came back in place of what was expected. `asked` has the arguments (of a resumed call). */
const char *show_answer(struct instance *instance, const struct step *step, const struct step *asked,
                        const struct answer *answer);

/* "reader  --- SIGSEGV {si_code=SEGV_ACCERR, si_addr=0x...} ---". */
const char *show_signal(struct instance *instance, const struct actor *actor, const struct answer *answer);

/* "exited with 0", "killed by SIGKILL", of a wait status; "ended" when it is -1. */
const char *show_status(struct instance *instance, int status);

/* A value by itself. */
const char *show_value(struct instance *instance, const struct value *value);

/* Bytes as a literal, long ones cut. */
const char *show_bytes(struct instance *instance, const char *bytes, size_t length);

#endif

/*
 * The fault sweep of a reader and a writer: an undisturbed conversation tells the calls of both; then, for every call of
 * each, every errno that is documented for it, once and from then on, and SIGKILL, SIGINT, SIGTERM and SIGSTOP with
 * SIGCONT there, each in a run of its own. What it is done to may fail, if it says so; the other side may wait for another to
 * take its part, which is then started, but not for ever, and must not take half a conversation for a whole one; and
 * whoever is left removes the objects.
 *
 * A line is typed when nobody has anything else to do, sleepers too: as by a person in no hurry.
 */
#ifndef IPCDRILL_SWEEP_PAIR_H
#define IPCDRILL_SWEEP_PAIR_H

#include "judge/conversation.h"
#include "judge/finding.h"

struct pair_sweep_settings {
    const struct conductor_options *conductor;
    const struct session_program *programs; /* as they are to be started */
    size_t program_count;
    const struct conversation *conversation;
    int jobs; /* 0: as many as there are processors */
    /* Tells how far it is; may be NULL. */
    void (*progress)(void *context, size_t done, size_t count);
    void *context;
};

struct pair_sweep_report {
    size_t calls; /* of the undisturbed conversation */
    size_t runs, fired;
    bool
        holds; /* the undisturbed conversation is good; else its problems are the findings, and nothing was swept */
};

/* Runs it; what it finds is added to `findings`. False with *problem (in `arena`): as sweep_run. */
bool pair_sweep_run(const struct pair_sweep_settings *settings, struct arena *arena,
                    struct findings *findings, struct pair_sweep_report *report, const char **problem);

#endif

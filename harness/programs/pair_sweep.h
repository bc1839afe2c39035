/*
 * The fault sweep of a reader and a writer, over all scenes that are SCENE_SWEPT: a run as it is tells the calls of both;
 * then, for every call of each, every errno that is documented for it, once and from then on, SIGKILL, SIGINT, SIGTERM and
 * SIGSTOP with SIGCONT there, and a delay in which the other side does all that it can, each in a run of its own
 * (programs/disturbed.h). A scene in which something is wrong already is not swept.
 */
#ifndef IPCDRILL_PROGRAMS_PAIR_SWEEP_H
#define IPCDRILL_PROGRAMS_PAIR_SWEEP_H

#include "conductor/conductor.h"
#include "judge/finding.h"
#include "leaks/memcheck.h"
#include "programs/scene.h"

struct pair_sweep_settings {
    const struct conductor_options *conductor;
    const struct pair *pair;
    size_t scenes_max;               /* only the first of them */
    struct memcheck_choice memcheck; /* to look at every run as well */
    int jobs;                        /* 0: as many as there are processors */
    /* Tells how far it is; may be NULL. */
    void (*progress)(void *context, size_t done, size_t count);
    void *context;
};

struct pair_sweep_report {
    size_t scenes, scenes_left_out; /* swept, and not, for something is wrong in them already */
    size_t calls;                   /* of the runs as they are */
    size_t runs, fired;
};

/* Runs it; what it finds is added to `findings`. False with *problem (in `arena`): as session_run. */
bool pair_sweep_run(const struct pair_sweep_settings *settings, struct arena *arena,
                    struct findings *findings, struct pair_sweep_report *report, const char **problem);

#endif

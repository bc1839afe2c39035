/*
 * All scenes with one pair, on all processors: findings, each the first of its cause. A problem that shows in the base of
 * a scene too is not due to what the scene adds, and is counted there.
 */
#ifndef IPCDRILL_PROGRAMS_CONVERSATIONS_H
#define IPCDRILL_PROGRAMS_CONVERSATIONS_H

#include "conductor/conductor.h"
#include "judge/finding.h"
#include "programs/scene.h"

enum { SCENES_MAX = 64 };

struct conversations_settings {
    const struct conductor_options *conductor;
    const struct pair *pair;
    bool (*wanted)(void *context, const struct scene *scene);   /* NULL: all are */
    void (*progress)(void *context, size_t done, size_t count); /* may be NULL */
    void *context;
    int jobs;
};

struct conversations_report {
    struct findings *findings; /* the caller's: they are added */
    size_t runs;
    struct {
        const char *scene, *why;
    } skipped[SCENES_MAX];
    size_t skipped_count;
};

/* Runs them. False with *problem (in `arena`): a program that cannot be started, or the tool's own trouble. */
bool conversations_run(const struct conversations_settings *settings, struct arena *arena,
                       struct conversations_report *report, const char **problem);

#endif

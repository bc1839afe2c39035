/*
 * What the programs of the scenes leave behind (leaks/leaks.h): descriptors, attaches and children of each program in
 * each scene, as it exits; memory under memcheck in those scenes whose calls are swept, where nothing is done to the
 * programs and each ends well, or in all.
 */
#ifndef IPCDRILL_PROGRAMS_SCENE_LEAKS_H
#define IPCDRILL_PROGRAMS_SCENE_LEAKS_H

#include <jansson.h>

#include "judge/finding.h"
#include "judge/unreleased.h"
#include "leaks/leaks.h"
#include "programs/scene.h"

/* Of one scene. */
struct scene_leaks {
    const struct scene *scene;
    const char *how;                         /* "at its end, in scene burst" */
    const char *names[SESSION_PROGRAMS_MAX]; /* of its programs */
    bool is_reader[SESSION_PROGRAMS_MAX];    /* "reader2" is the same program once more */
    struct leaks_report reports[SESSION_PROGRAMS_MAX];
    size_t program_count;
    bool memory; /* memcheck looked too */
    struct scene_leaks *next;
};

struct scene_leaks_settings {
    const struct conductor_options *conductor;
    const struct pair *pair;
    struct memcheck_choice memcheck;
    bool memory_everywhere; /* memcheck looks in every scene that comes to its end */
    void (*progress)(void *context, size_t done, size_t count); /* may be NULL */
    void *context;
};

/*
 * Looks at all scenes but those that cannot be had here (another user's), the plain one first; in `arena`. Returns
 * NULL with *problem: a program that cannot be started, or the tool's own trouble.
 */
struct scene_leaks *scene_leaks_run(const struct scene_leaks_settings *settings, struct arena *arena,
                                    const char **problem);

/*
 * Adds what is a finding: each kind once for a program, in the first scene that shows it. What stays in the namespace
 * or goes on is left to the judge of scenes. A program that ends with an error may leave its attaches and descriptors
 * to the kernel.
 */
void scene_leaks_add_findings(const struct scene_leaks *leaks, struct findings *findings);

/* Whether what a run is blamed for in that sentence, by unreleased_judge or memory_run_judge, shows in one of the scenes too. */
bool scene_leaks_show(const struct scene_leaks *leaks, bool is_reader, const char *sentence);

/* All of them in one list, as ipcdrill leaks writes it. */
json_t *scene_leaks_to_json(const struct scene_leaks *leaks);

#endif

/*
 * A scene with something done to one of its programs: a call of it fails, or a signal comes there. What it is done to may
 * fail, if it says so; the other side may wait for another to take its part, which is then started, but not for ever,
 * and must not take half a conversation for a whole one; and whoever is left removes the objects.
 */
#ifndef IPCDRILL_PROGRAMS_DISTURBED_H
#define IPCDRILL_PROGRAMS_DISTURBED_H

#include "leaks/memcheck.h"
#include "notation/injection.h"
#include "programs/scene.h"

/* What a scene comes to when nothing is done: what a disturbed run is held against. */
struct undisturbed {
    struct session_record record;
    struct problem *problems; /* if there are any there is no use in doing more */
    const char *printed[SESSION_PROGRAMS_MAX];
    const struct problem *memory; /* what memcheck finds, if it looks: that is not due to a disturbance */
    struct session_bounds bounds; /* of the disturbed runs */
};

struct disturbance {
    size_t victim; /* its place among the programs of the scene */
    const struct injection *injection;
};

struct disturbed {
    struct session_record record;
    struct problem *problems; /* none where nothing was done */
    unsigned fired;           /* how often it was done */
};

/* By what both are run. */
struct disturbed_means {
    struct target *target;
    int filter;                      /* session_filter's */
    struct memcheck_choice memcheck; /* if it looks each run is made a second time, for memory alone */
};

/* Runs the scene as it is. False with *problem: as session_run, or a program cannot be started. */
bool undisturbed_run(const struct disturbed_means *means, const struct staged *staged, struct arena *arena,
                     struct undisturbed *undisturbed, const char **problem);

/* Runs it disturbed. False with *problem, as above. */
bool disturbed_run(const struct disturbed_means *means, const struct staged *staged,
                   const struct undisturbed *undisturbed, const struct disturbance *disturbance,
                   struct arena *arena, struct disturbed *disturbed, const char **problem);

#endif

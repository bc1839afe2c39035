/*
 * Scenes: what a writer and a reader are put through, as data: a name, a script in words that is performed
 * (programs/scene.h) as well as shown, and the rule behind it. Knows nothing of any pair.
 *
 * A script is a list of steps, separated by "; ":
 *
 *   start reader           reader, writer, reader2, writer2: these names, each once
 *   writer types one       one, two, end, all (these three at once), endless, page, long, huge, nul
 *   end of writer's input
 *   SIGKILL to reader      any signal
 *   remove set             set, segment: whatever lies under the pair's key
 *   make small segment     under the pair's key, as a stranger: small segment, large segment, private segment, large set
 *
 * Each is performed when all are at rest; one that begins with "then" when nothing else can happen either.
 */
#ifndef IPCDRILL_SCENES_H
#define IPCDRILL_SCENES_H

#include <stddef.h>

enum scene_flag {
    SCENE_DISTURBED = 1,   /* to end with an error is allowed */
    SCENE_PIPES = 2,       /* no terminals, which have a limit to lines */
    SCENE_USERS = 4,       /* readers and writers are different users */
    SCENE_SAME = 8,        /* each program must print what it prints in the base */
    SCENE_EXPLAINS = 16,   /* who fails has to say what is wrong: the key, or the error */
    SCENE_CONCURRENT = 32, /* two readers at a time: no order between them */
    SCENE_SWEPT = 64,      /* every fault of every call is tried in it */
};

struct scene {
    const char *name;
    const char *when; /* goes on "the reader hangs when ..." */
    const char *base; /* the scene that this one adds to: what goes wrong there is not due to this; or NULL */
    const char *script;
    unsigned flags;
    size_t sure; /* so many of the first messages have to be shown even when DISTURBED */
    const char *rule;
};

/* The scenes in the order of the table, the plain conversation first; NULL behind the last. */
const struct scene *scene_at(size_t index);

/* The scene of that name, or NULL. */
const struct scene *scene_named(const char *name);

#endif

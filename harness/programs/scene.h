/*
 * Scenes: what a writer and a reader are put through, as data: a script in words that is performed (session_act) as well
 * as shown. Knows nothing of any pair but its commands, its lines and its keys.
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
#ifndef IPCDRILL_PROGRAMS_SCENE_H
#define IPCDRILL_PROGRAMS_SCENE_H

#include "judge/conversation.h"
#include "session/session.h"

/* What is under test. */
struct pair {
    const char *const *reader, *const *writer; /* words, NULL at the end */
    const char *lines[2];                      /* two messages, none a part of the other */
    const char *end_word;
    int segment_key, set_key;
};

enum scene_flag {
    SCENE_DISTURBED = 1,  /* to end with an error is allowed */
    SCENE_PIPES = 2,      /* no terminals, which have a limit to lines */
    SCENE_USERS = 4,      /* readers and writers are different users */
    SCENE_SAME = 8,       /* each program must print what it prints in the base */
    SCENE_EXPLAINS = 16,  /* who fails has to say what is wrong: the key, or the error */
    SCENE_CONCURRENT = 32 /* two readers at a time: no order between them */
};

struct scene {
    const char *name;
    const char *when; /* goes on "the reader hangs when ..." */
    const char *
        base; /* the name of the scene that this one adds to: what goes wrong there is not due to this; or NULL */
    const char *script;
    unsigned flags;
    size_t sure; /* so many of the first messages have to be shown even when DISTURBED */
    const char *rule;
};

/* The scenes in the order of the table, the plain conversation first; NULL behind the last. */
const struct scene *scene_at(size_t index);

enum { SCENE_ACTS_MAX = 16, SCENE_LINES_MAX = 8, SCENE_MADE_MAX = 2 };

/* Something that is another's, made before. */
struct made_object {
    bool segment;
    long long key, size;
};

/* A scene for one pair, ready to be run. Strings in the arena given. */
struct staged {
    const struct scene *scene;
    const struct pair *pair;
    struct session_program programs[SESSION_PROGRAMS_MAX];
    size_t program_count;
    struct session_act acts[SCENE_ACTS_MAX];
    size_t act_count;
    const char *lines[SCENE_LINES_MAX + 1]; /* that are typed, without the end word */
    size_t line_count;
    size_t typed_by[SCENE_LINES_MAX]; /* the program that each is typed to */
    struct made_object made[SCENE_MADE_MAX];
    size_t made_count;
};

/* Reads the script. False: the table is wrong, *problem says where. */
bool scene_stage(const struct scene *scene, const struct pair *pair, struct staged *staged,
                 struct arena *arena, const char **problem);

bool scene_is_reader(const struct session_program *program);

/* What is wrong with a run of it. In `arena`. */
struct problem *scene_judge(const struct staged *staged, const struct session_record *record,
                            struct arena *arena);

#endif

/* Scenes (vocabulary/scenes.h) for one pair: staged, and judged. Knows of the pair its commands, its lines and its keys. */
#ifndef IPCDRILL_PROGRAMS_SCENE_H
#define IPCDRILL_PROGRAMS_SCENE_H

#include "judge/conversation.h"
#include "session/session.h"
#include "vocabulary/scenes.h"

/* What is under test. */
struct pair {
    const char *const *reader, *const *writer; /* words, NULL at the end */
    const char *lines[2];                      /* two messages, none a part of the other */
    const char *end_word;
    const char *prompt;       /* what a writer has to show before it reads a line; NULL: that is not asked */
    int segment_key, set_key; /* IPC_PRIVATE: none is known (keys.h) */
};

/* The tutorial's lines, end word and keys; no commands. */
extern const struct pair pair_usual;

enum { SCENE_ACTS_MAX = 16, SCENE_LINES_MAX = 8, SCENE_MADE_MAX = 2 };

/*
 * The scene whose calls are put into every order: all is typed before anybody reads, so that nothing but the schedule decides.
 */
#define SCENE_OF_SCHEDULES "burst"

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

/* Why the scene cannot be had: it needs a key that the pair has not, or other users, whom only root has. NULL: it can. */
const char *scene_lacks(const struct scene *scene, const struct pair *pair);

bool scene_is_reader(const struct session_program *program);

/* Whether what is left is the object that the scene has made. */
bool scene_made(const struct made_object *made, const struct object_left *object);

/* Of a scene: far above what a conversation of a few lines takes, and soon reached by what has no end. */
extern const struct session_bounds scene_bounds;

/* The session that plays it. `filter` is session_filter's. */
struct session_settings scene_session(const struct staged *staged, int filter);

/* What is wrong with a run of it. In `arena`. */
struct problem *scene_judge(const struct staged *staged, const struct session_record *record,
                            struct arena *arena);

/*
 * What is wrong when a program that nothing is to disturb (SCENE_SAME) prints this and not what it prints in the base of the
 * scene; NULL: nothing. In `arena`.
 */
struct problem *scene_compare(const struct scene *scene, const char *program, const char *printed,
                              const char *in_base, struct arena *arena);

#endif

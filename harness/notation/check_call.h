/*
 * Whether the lines of one instance make sense: check.c knows actors and names, check_call.c what a line may say.
 */
#ifndef IPCDRILL_CHECK_CALL_H
#define IPCDRILL_CHECK_CALL_H

#include "notation/tree.h"

/* What is known of an actor at a line, from the lines above it. */
struct known_actor {
    const char *name;
    bool program;
    bool ended;
    const struct call_description *unfinished;
    struct known_actor *next;
};

/* A block that is open at a line. */
struct block {
    const struct step *step;
    struct word *names; /* known where it began */
    struct block *outer;
};

struct checker {
    const struct case_file *file;
    struct diagnostics *diagnostics;
    struct arena arena;
    const struct step *steps; /* of the case */
    struct word *names;       /* learnt so far */
    struct known_actor *actors;
    struct block *block; /* the innermost */
    bool failed;         /* one mistake an instance is enough */
};

/* Says what is wrong, once for each instance. */
void check_fail(struct checker *checker, struct position at, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

/* The actor of that name; NULL, failed, when there is none. */
struct known_actor *check_actor(struct checker *checker, const char *name, struct position at);

/* Makes an actor known; fails when the name is taken. */
void check_add_actor(struct checker *checker, const char *name, struct position at, bool program);

/* Whether a line above gave the name a value. */
bool check_is_known(const struct checker *checker, const char *name);
void check_learn(struct checker *checker, const char *name, struct position at);

/* An expression whose value is needed now: every name in it must be known. */
void check_value(struct checker *checker, const struct expression *expression);

/* An expression that is compared with what came back: names that stand alone are learnt. */
void check_pattern(struct checker *checker, const struct expression *pattern);

/* A scene and its schedule: the words, and what else the case may hold. In check_scene.c. */
void check_scene(struct checker *checker, const struct step *step);
void check_schedule(struct checker *checker, const struct step *step);

/* One line. */
void check_step(struct checker *checker, const struct step *step);

#endif

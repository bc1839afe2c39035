/*
 * A session under memcheck: the same programs, each run by Valgrind, which writes what it finds into a folder of its own.
 * Nothing else is judged in such a run: Valgrind takes time, and has descriptors, of its own.
 */
#ifndef IPCDRILL_LEAKS_MEMORY_H
#define IPCDRILL_LEAKS_MEMORY_H

#include "judge/problem.h"
#include "leaks/memcheck.h"
#include "notation/injection.h"
#include "session/session.h"

struct memory_run {
    struct session_program programs[SESSION_PROGRAMS_MAX]; /* for the session in place of the others */
    size_t program_count;
    const char *folders[SESSION_PROGRAMS_MAX]; /* memcheck_folder_read reads them, behind the session */
};

/* For such sessions: Valgrind is slow, and its start alone takes half a second of processor time. */
extern const struct session_bounds memory_bounds;

/*
 * Whether the injection comes to the same calls under Valgrind: that makes calls of its own, and asks for the size of every
 * segment that its program attaches (shmctl), which must not fail.
 */
bool memory_can_follow(const struct injection *injection);

/* Prepares it. `choice` looks. False with *problem: no folder can be made. */
bool memory_run_prepare(struct memory_run *run, const struct memcheck_choice *choice,
                        const struct session_program *programs, size_t program_count, struct arena *arena,
                        const char **problem);

/* Removes the folders and what has not been read. */
void memory_run_end(const struct memory_run *run);

/*
 * Reads and ends it: the errors as problems, each once, but those of `known`, whoever's they are there. Memory that is lost
 * counts where its program ended well. In `arena`.
 */
struct problem *memory_run_judge(const struct memory_run *run, const struct session_record *record,
                                 const struct problem *known, struct arena *arena);

/*
 * All of that for a session of these settings, if `choice` looks: what is found and not `known` comes to the end of *problems.
 * False with *problem: as session_run, or a program cannot be started.
 */
bool memory_run_session(struct target *target, const struct session_settings *settings,
                        const struct memcheck_choice *choice, const struct problem *known,
                        struct arena *arena, struct problem **problems, const char **problem);

#endif

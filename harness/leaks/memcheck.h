/*
 * What Valgrind's memcheck found in a program, read from its XML (protocol 4, as --xml=yes writes it). This part runs
 * nothing: it knows the words that start a program under Valgrind, and reads what that wrote.
 *
 * Everything that is read lives in the arena given.
 */
#ifndef IPCDRILL_LEAKS_MEMCHECK_H
#define IPCDRILL_LEAKS_MEMCHECK_H

#include <stdbool.h>

#include "notation/arena.h"

/* Whether memcheck is to look, and how. */
struct memcheck_choice {
    const char *valgrind;     /* its path; NULL: it does not look */
    const char *suppressions; /* a file of Valgrind's, or NULL */
};

/* A frame of a stack, innermost first. What is not known is NULL, or 0. */
struct memcheck_frame {
    const char *function, *object, *file;
    int line;
    struct memcheck_frame *next;
};

struct memcheck_error {
    const char *kind; /* Valgrind's: Leak_DefinitelyLost, UninitCondition, SyscallParam, InvalidRead ... */
    const char *what; /* its sentence */
    struct memcheck_frame *stack;
    const char *origin; /* its last remark: where the value or the block comes from; or NULL */
    struct memcheck_frame *origin_stack;
    struct memcheck_error *next;
};

/*
 * Reads one file. Returns the errors in their order; NULL is none. *problem becomes NULL, or what is wrong with the
 * file: not there, no XML, or cut off because the program was killed. What was read until there counts.
 */
struct memcheck_error *memcheck_read(const char *path, struct arena *arena, const char **problem);

/*
 * The words that run `words` (NULL behind the last) under `choice`, which looks: each process writes FOLDER/PID.xml.
 */
const char *const *memcheck_words(const struct memcheck_choice *choice, const char *const *words,
                                  const char *folder, struct arena *arena);

/*
 * A folder for what the processes of one program write, whoever they run as, in $TMPDIR or /tmp. NULL with *problem: none can be
 * made. In `arena`.
 */
const char *memcheck_folder_make(struct arena *arena, const char **problem);

/*
 * Reads and removes all files of the folder. *unseen (may be NULL) becomes why not everything was seen, or stays.
 */
struct memcheck_error *memcheck_folder_read(const char *folder, struct arena *arena, const char **unseen);

/* Removes the folder and what is in it. */
void memcheck_folder_remove(const char *folder);

/* "Conditional jump or move depends on uninitialised value(s), in operate (sem.c:30)". In `arena`. */
const char *memcheck_sentence(const struct memcheck_error *error, struct arena *arena);

/* Whether it is memory that nothing points to any more: "Leak_DefinitelyLost" and its like. */
bool memcheck_is_loss(const struct memcheck_error *error);

/* Where memcheck saw the error, a frame a line, and where the value or the block comes from. In `arena`. */
const char *memcheck_stack_text(const struct memcheck_error *error, struct arena *arena);

#endif

/*
 * Files that appear whole or not at all: written under a temporary name in their folder, renamed when they are
 * finished. A reader never sees half of one; a killed tool leaves at most the temporary file. The caller keeps
 * the arena that the names live in.
 */
#ifndef IPCDRILL_NEW_FILE_H
#define IPCDRILL_NEW_FILE_H

#include <stdbool.h>
#include <stdio.h>

#include "notation/arena.h"

struct new_file {
    FILE *out; /* to write to, and to read back; NULL when it is not open */
    const char *temporary;
    const char *path; /* what it will be called */
};

/* As mkdir -p. Returns false with errno. */
bool folders_make(const char *path, struct arena *arena);

/* Opens a file that will be FOLDER/NAME. Returns false with errno; file->path is set even then. */
bool new_file_open(struct new_file *file, const char *folder, const char *name, struct arena *arena);

/* Gives a finished file its name and closes it. Returns false with errno, having dropped it. */
bool new_file_finish(struct new_file *file);

/* Closes and removes it. Nothing to do for one that is not open. */
void new_file_drop(struct new_file *file);

#endif

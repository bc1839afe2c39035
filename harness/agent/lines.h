/*
 * The lines of a file in /proc, one by one and without allocating. The kernel gives whole lines to each read,
 * and a line longer than LINE_MAX_BYTES is given in parts.
 */
#ifndef IPCDRILL_AGENT_LINES_H
#define IPCDRILL_AGENT_LINES_H

#include <stdbool.h>
#include <stddef.h>

enum { LINE_MAX_BYTES = 8192 };

struct lines {
    int file;
    size_t begin, end; /* what is read and not yet given */
    char text[LINE_MAX_BYTES + 1];
};

/* Opens `path`. Returns false with errno when it cannot be read; else lines_close it. */
bool lines_open(struct lines *lines, const char *path);

/* The next line without its newline, to be changed at will until the call after; NULL at the end. */
char *lines_next(struct lines *lines);

/* Closes the file; errno stays. */
void lines_close(struct lines *lines);

#endif

/*
 * An arena: memory that is taken piece by piece and given back whole. A parsed file owns one, a running case
 * owns one; nothing in them is freed alone. Out of memory ends the program: there is nothing useful left to do.
 */
#ifndef IPCDRILL_ARENA_H
#define IPCDRILL_ARENA_H

#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>

struct arena {
    struct arena_block *blocks;
};

/* Zeroed memory, aligned for any type, that lives until arena_free. Never NULL. */
void *arena_take(struct arena *arena, size_t size_bytes);

/* A copy of `length` bytes with a NUL behind them. */
char *arena_copy(struct arena *arena, const char *bytes, size_t length);

/* A formatted string. */
char *arena_print(struct arena *arena, const char *format, ...) __attribute__((format(printf, 2, 3)));

/* As arena_print, from a va_list. */
char *arena_vprint(struct arena *arena, const char *format, va_list arguments)
    __attribute__((format(printf, 2, 0)));

/* A stream whose text becomes a string of the arena. */
struct arena_stream {
    FILE *out; /* to print to */
    char *text;
    size_t length;
};

/* Opens a stream and gives stream->out. */
FILE *arena_stream_open(struct arena_stream *stream);

/* Closes it; all that was printed, in the arena. */
char *arena_stream_close(struct arena_stream *stream, struct arena *arena);

/* Moves all that `from` holds into `arena`; `from` is empty then. */
void arena_join(struct arena *arena, struct arena *from);

/* Gives everything back; the arena is empty and may be used again. */
void arena_free(struct arena *arena);

#endif

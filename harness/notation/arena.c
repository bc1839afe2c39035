#include "notation/arena.h"

#include <stdlib.h>
#include <string.h>

enum { BLOCK_BYTES = 16 * 1024 };

struct arena_block {
    struct arena_block *next;
    size_t used;
    size_t size;
    max_align_t memory[];
};

static void *take_or_die(void *memory)
{
    if (!memory) {
        fputs("ipcdrill: out of memory\n", stderr);
        abort();
    }
    return memory;
}

void *arena_take(struct arena *arena, size_t size_bytes)
{
    size_t size = (size_bytes + sizeof(max_align_t) - 1) / sizeof(max_align_t) * sizeof(max_align_t);
    struct arena_block *block = arena->blocks;

    if (!block || block->size - block->used < size) {
        size_t room = size > BLOCK_BYTES ? size : BLOCK_BYTES;

        block = take_or_die(malloc(sizeof(*block) + room));
        *block = (struct arena_block){.next = arena->blocks, .size = room};
        arena->blocks = block;
    }
    char *piece = (char *)block->memory + block->used;

    block->used += size;
    return memset(piece, 0, size);
}

char *arena_copy(struct arena *arena, const char *bytes, size_t length)
{
    char *copy = arena_take(arena, length + 1);

    if (length)
        memcpy(copy, bytes, length);
    return copy;
}

char *arena_vprint(struct arena *arena, const char *format, va_list arguments)
{
    va_list again;

    va_copy(again, arguments);
    int length = vsnprintf(NULL, 0, format, again);
    va_end(again);
    if (length < 0)
        length = 0;
    char *text = arena_take(arena, (size_t)length + 1);

    vsnprintf(text, (size_t)length + 1, format, arguments);
    return text;
}

char *arena_print(struct arena *arena, const char *format, ...)
{
    va_list arguments;

    va_start(arguments, format);
    char *text = arena_vprint(arena, format, arguments);
    va_end(arguments);
    return text;
}

FILE *arena_stream_open(struct arena_stream *stream)
{
    *stream = (struct arena_stream){0};
    stream->out = take_or_die(open_memstream(&stream->text, &stream->length));
    return stream->out;
}

char *arena_stream_close(struct arena_stream *stream, struct arena *arena)
{
    fclose(stream->out);
    char *copy = arena_copy(arena, stream->text, stream->length);

    free(stream->text);
    return copy;
}

void arena_join(struct arena *arena, struct arena *from)
{
    struct arena_block **last = &from->blocks;

    while (*last)
        last = &(*last)->next;
    *last = arena->blocks;
    arena->blocks = from->blocks;
    from->blocks = NULL;
}

void arena_free(struct arena *arena)
{
    while (arena->blocks) {
        struct arena_block *next = arena->blocks->next;

        free(arena->blocks);
        arena->blocks = next;
    }
}

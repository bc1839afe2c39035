#include "leaks/memcheck.h"

#include <string.h>

static void print_stack(const struct memcheck_frame *frame, FILE *out)
{
    for (const char *label = "at"; frame; frame = frame->next, label = "by") {
        fprintf(out, "%s %s", label, frame->function ? frame->function : "?");
        if (frame->file)
            fprintf(out, " (%s:%d)\n", frame->file, frame->line);
        else
            fprintf(out, " (in %s)\n", frame->object ? frame->object : "?");
    }
}

const char *memcheck_stack_text(const struct memcheck_error *error, struct arena *arena)
{
    struct arena_stream stream;
    FILE *out = arena_stream_open(&stream);

    print_stack(error->stack, out);
    if (error->origin)
        fprintf(out, "%s\n", error->origin);
    print_stack(error->origin_stack, out);
    return arena_stream_close(&stream, arena);
}

/* The C library's, or Valgrind's own in place of it: there no program has a mistake. */
static bool is_of_system(const struct memcheck_frame *frame)
{
    const char *object = frame->object ? frame->object : "";

    return strstr(object, ".so") && (strncmp(object, "/lib", strlen("/lib")) == 0 ||
                                     strncmp(object, "/usr/lib", strlen("/usr/lib")) == 0);
}

/* The innermost frame that is the program's own. */
static const struct memcheck_frame *place_of(const struct memcheck_error *error)
{
    const struct memcheck_frame *frame = error->stack;

    while (frame && is_of_system(frame))
        frame = frame->next;
    return frame ? frame : error->stack;
}

const char *memcheck_sentence(const struct memcheck_error *error, struct arena *arena)
{
    const struct memcheck_frame *frame = place_of(error);
    const char *what = error->what ? error->what : error->kind, *number = strstr(what, " in loss record ");
    int length = (int)(number ? (size_t)(number - what) : strlen(what));

    if (!frame || !frame->function)
        return arena_print(arena, "%.*s", length, what);
    if (!frame->file)
        return arena_print(arena, "%.*s, in %s", length, what, frame->function);
    return arena_print(arena, "%.*s, in %s (%s:%d)", length, what, frame->function, frame->file, frame->line);
}

bool memcheck_is_loss(const struct memcheck_error *error)
{
    return error->kind && strncmp(error->kind, "Leak_", 5) == 0;
}

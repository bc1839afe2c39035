#include "leaks/memcheck.h"

#include <errno.h>
#include <expat.h>
#include <stdlib.h>
#include <string.h>

enum { READ_BYTES = 16 * 1024, TEXT_BYTES_MAX = 4096, OPTION_COUNT = 10 };

struct reading {
    struct arena *arena;
    struct memcheck_error *first, **last, *error; /* error: inside <error> */
    struct memcheck_frame **frame_end, *frame;    /* frame_end: inside <stack> */
    size_t length;
    char text[TEXT_BYTES_MAX]; /* of the innermost element so far */
};

static void begin_error(struct reading *reading)
{
    reading->error = arena_take(reading->arena, sizeof(*reading->error));
    *reading->last = reading->error;
    reading->last = &reading->error->next;
}

/* The first stack is where it happened, the last one where it comes from. */
static void begin_stack(struct reading *reading)
{
    struct memcheck_error *error = reading->error;

    reading->frame_end = error->stack ? &error->origin_stack : &error->stack;
    *reading->frame_end = NULL;
}

static void begin_frame(struct reading *reading)
{
    reading->frame = arena_take(reading->arena, sizeof(*reading->frame));
    *reading->frame_end = reading->frame;
    reading->frame_end = &reading->frame->next;
}

static void begin(void *context, const char *name, const char **attributes)
{
    struct reading *reading = context;

    (void)attributes;
    reading->length = 0;
    if (strcmp(name, "error") == 0)
        begin_error(reading);
    else if (strcmp(name, "stack") == 0 && reading->error)
        begin_stack(reading);
    else if (strcmp(name, "frame") == 0 && reading->frame_end)
        begin_frame(reading);
}

static void take_text(void *context, const char *text, int length)
{
    struct reading *reading = context;
    size_t room = sizeof(reading->text) - 1 - reading->length;
    size_t taken = (size_t)length < room ? (size_t)length : room;

    memcpy(reading->text + reading->length, text, taken);
    reading->length += taken;
}

static void end_in_frame(struct reading *reading, const char *name, const char *text)
{
    struct memcheck_frame *frame = reading->frame;

    if (strcmp(name, "fn") == 0)
        frame->function = text;
    else if (strcmp(name, "obj") == 0)
        frame->object = text;
    else if (strcmp(name, "file") == 0)
        frame->file = text;
    else if (strcmp(name, "line") == 0)
        frame->line = atoi(text);
    else if (strcmp(name, "frame") == 0)
        reading->frame = NULL;
}

/* <what> is a sentence; <xwhat> and <xauxwhat> have one inside, in <text>. */
static void end_in_error(struct reading *reading, const char *name, const char *text)
{
    struct memcheck_error *error = reading->error;

    if (strcmp(name, "kind") == 0)
        error->kind = text;
    else if (strcmp(name, "what") == 0 || (strcmp(name, "text") == 0 && !error->what))
        error->what = text;
    else if (strcmp(name, "auxwhat") == 0 || strcmp(name, "text") == 0)
        error->origin = text;
    else if (strcmp(name, "stack") == 0)
        reading->frame_end = NULL;
    else if (strcmp(name, "error") == 0)
        reading->error = NULL;
}

static void end(void *context, const char *name)
{
    struct reading *reading = context;

    if (reading->error) {
        const char *text = arena_copy(reading->arena, reading->text, reading->length);

        if (reading->frame)
            end_in_frame(reading, name, text);
        else
            end_in_error(reading, name, text);
    }
    reading->length = 0;
}

/* An error that is cut off in the middle is none. */
static void drop_unfinished(struct reading *reading)
{
    struct memcheck_error **error = &reading->first;

    while (*error && *error != reading->error)
        error = &(*error)->next;
    *error = NULL;
}

static const char *parse(FILE *file, struct reading *reading)
{
    XML_Parser parser = XML_ParserCreate(NULL);
    const char *problem = NULL;
    char bytes[READ_BYTES];
    bool is_over = false;

    if (!parser)
        return "out of memory";
    XML_SetUserData(parser, reading);
    XML_SetElementHandler(parser, begin, end);
    XML_SetCharacterDataHandler(parser, take_text);
    while (!is_over && !problem) {
        size_t length = fread(bytes, 1, sizeof(bytes), file);

        is_over = length < sizeof(bytes);
        if (XML_Parse(parser, bytes, (int)length, is_over) == XML_STATUS_ERROR)
            problem = XML_ErrorString(XML_GetErrorCode(parser));
    }
    XML_ParserFree(parser);
    return problem;
}

struct memcheck_error *memcheck_read(const char *path, struct arena *arena, const char **problem)
{
    struct reading reading = {.arena = arena};
    FILE *file = fopen(path, "re");

    reading.last = &reading.first;
    *problem = NULL;
    if (!file) {
        *problem = arena_print(arena, "%s: %s", path, strerror(errno));
        return NULL;
    }
    const char *wrong = parse(file, &reading);

    fclose(file);
    if (wrong) {
        *problem = arena_print(arena, "%s: %s", path, wrong);
        if (reading.error)
            drop_unfinished(&reading);
    }
    return reading.first;
}

const char *const *memcheck_words(const struct memcheck_choice *choice, const char *const *words,
                                  const char *folder, struct arena *arena)
{
    size_t count = 0;

    while (words[count])
        count++;
    const char **all = arena_take(arena, (OPTION_COUNT + count + 1) * sizeof(*all));
    size_t at = 0;

    all[at++] = choice->valgrind;
    all[at++] = "--vgdb=no"; /* its pipes stay when the program is killed */
    all[at++] = "--xml=yes";
    all[at++] = arena_print(arena, "--xml-file=%s/%%p.xml", folder);
    all[at++] = "--leak-check=full";
    all[at++] = "--show-leak-kinds=definite";
    all[at++] = "--track-origins=yes";
    all[at++] = "--trace-children=yes";
    all[at++] = "--child-silent-after-fork=yes"; /* else parent and child write the same file */
    if (choice->suppressions)
        all[at++] = arena_print(arena, "--suppressions=%s", choice->suppressions);
    memcpy(all + at, words, count * sizeof(*all));
    return all;
}

#include "report/results.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

struct reader {
    const char *path;
    results_visitor *visit;
    void *context;
    struct diagnostics *diagnostics;
    size_t number;
    int line;
};

static void complain(const struct reader *reader, const char *problem)
{
    diagnostics_add(reader->diagnostics, reader->path, (struct position){.line = reader->line, .column = 1},
                    NULL, "%s; expected one verdict record a line", problem);
}

static bool take_line(struct reader *reader, const char *line)
{
    struct arena arena = {0};
    struct record record;
    const char *problem;
    bool good = record_from_json(line, &record, &arena, &problem);

    if (good)
        reader->visit(reader->context, ++reader->number, &record);
    else
        complain(reader, problem);
    arena_free(&arena);
    return good;
}

/* Passes over the rest of a line that does not fit. */
static void skip_line(FILE *stream)
{
    int byte;

    do {
        byte = getc(stream);
    } while (byte != '\n' && byte != EOF);
}

static bool read_lines(FILE *stream, struct reader *reader, char *line)
{
    bool good = true;

    while (fgets(line, RECORD_LINE_BYTES_MAX, stream)) {
        reader->line++;
        if (!strchr(line, '\n')) {
            bool last = feof(stream);

            skip_line(stream);
            complain(reader, last ? "the line is cut off" : "the line is too long, or has a NUL byte");
            good = false;
            continue;
        }
        good = take_line(reader, line) && good;
    }
    if (ferror(stream)) {
        complain(reader, strerror(errno));
        good = false;
    }
    return good;
}

bool results_read_stream(FILE *stream, const char *path, results_visitor *visit, void *context,
                         struct diagnostics *diagnostics)
{
    struct reader reader = {.path = path, .visit = visit, .context = context, .diagnostics = diagnostics};
    char *line = malloc(RECORD_LINE_BYTES_MAX);
    bool good = false;

    if (line && fseek(stream, 0, SEEK_SET) == 0)
        good = read_lines(stream, &reader, line);
    else
        complain(&reader, strerror(errno));
    free(line);
    return good;
}

bool results_read(const char *path, results_visitor *visit, void *context, struct diagnostics *diagnostics)
{
    FILE *stream = fopen(path, "re");

    if (!stream) {
        diagnostics_add(diagnostics, path, (struct position){0}, NULL, "cannot be read: %s", strerror(errno));
        return false;
    }
    bool good = results_read_stream(stream, path, visit, context, diagnostics);

    fclose(stream);
    return good;
}

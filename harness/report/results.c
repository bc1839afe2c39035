#include "report/results.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "supervisor/text.h"

enum { LINE_BYTES_MIN = 4096 };

struct results_reader {
    FILE *stream;
    const char *path;
    struct diagnostics *diagnostics;
    struct results_place at; /* the line that is read next */
    char *line;
    size_t room; /* grows up to RECORD_LINE_BYTES_MAX */
    bool good;
};

/* What a line says may be in a problem: nothing of it reaches a terminal as it is. */
static void complain(struct results_reader *reader, const char *problem)
{
    struct arena arena = {0};

    diagnostics_add(reader->diagnostics, reader->path,
                    (struct position){.line = reader->at.line, .column = 1}, NULL,
                    "%s; expected one verdict record a line", text_visible(problem, &arena));
    arena_free(&arena);
    reader->good = false;
}

static void put(struct results_reader *reader, size_t at, int byte)
{
    if (at == reader->room) {
        reader->room = reader->room ? reader->room * 2 : LINE_BYTES_MIN;
        if (reader->room > RECORD_LINE_BYTES_MAX)
            reader->room = RECORD_LINE_BYTES_MAX;
        reader->line = realloc(reader->line, reader->room);
        if (!reader->line)
            abort();
    }
    reader->line[at] = (char)byte;
}

enum line_state { LINE_WHOLE, LINE_CUT_OFF, LINE_TOO_LONG, LINE_WITH_NUL, LINE_NONE };

static enum line_state read_line(struct results_reader *reader)
{
    size_t length = 0;
    bool too_long = false, nul = false;
    int byte;

    while ((byte = getc_unlocked(reader->stream)) != EOF && byte != '\n') {
        nul = nul || byte == '\0';
        reader->at.offset++;
        if (length < RECORD_LINE_BYTES_MAX - 1)
            put(reader, length++, byte);
        else
            too_long = true;
    }
    put(reader, length, '\0');
    if (byte == EOF)
        return length > 0 ? LINE_CUT_OFF : LINE_NONE;
    reader->at.offset++;
    return too_long ? LINE_TOO_LONG : nul ? LINE_WITH_NUL : LINE_WHOLE;
}

bool results_next(struct results_reader *reader, struct arena *arena, struct record *record,
                  struct results_place *place)
{
    static const char *const problems[] = {
        [LINE_CUT_OFF] = "the file ends within this line",
        [LINE_TOO_LONG] = "the line is longer than any record",
        [LINE_WITH_NUL] = "the line has a NUL byte",
    };

    for (;;) {
        struct results_place before = reader->at;
        enum line_state state = read_line(reader);
        const char *problem = NULL;

        if (state == LINE_NONE)
            break;
        reader->at.line++;
        if (state == LINE_WHOLE && record_from_json(reader->line, record, arena, &problem)) {
            if (record->of == 0)
                record->position = reader->at.number;
            reader->at.number++;
            if (place)
                *place = before;
            return true;
        }
        complain(reader, problem ? problem : problems[state]);
    }
    if (ferror(reader->stream))
        complain(reader, strerror(errno));
    return false;
}

struct results_reader *results_open(const char *path, struct diagnostics *diagnostics)
{
    struct results_reader *reader = calloc(1, sizeof(*reader));

    if (!reader)
        abort();
    *reader = (struct results_reader){fopen(path, "re"), path, diagnostics, .good = true};
    if (reader->stream)
        return reader;
    diagnostics_add(diagnostics, path, (struct position){0}, NULL, "cannot be read: %s", strerror(errno));
    results_close(reader);
    return NULL;
}

bool results_go(struct results_reader *reader, const struct results_place *place)
{
    reader->at = *place;
    if (fseeko(reader->stream, place->offset, SEEK_SET) == 0)
        return true;
    complain(reader, strerror(errno));
    return false;
}

bool results_close(struct results_reader *reader)
{
    bool good = reader && reader->good;

    if (reader && reader->stream)
        fclose(reader->stream);
    if (reader)
        free(reader->line);
    free(reader);
    return good;
}

static void visit_all(struct results_reader *reader, results_visitor *visit, void *context)
{
    struct arena arena = {0};
    struct record record;

    while (results_next(reader, &arena, &record, NULL)) {
        visit(context, reader->at.number, &record);
        arena_free(&arena);
    }
    arena_free(&arena);
}

const char *results_path(const char *path, struct arena *arena)
{
    struct stat status;

    return stat(path, &status) == 0 && S_ISDIR(status.st_mode) ? arena_print(arena, "%s/results.jsonl", path)
                                                               : path;
}

bool results_read(const char *path, results_visitor *visit, void *context, struct diagnostics *diagnostics)
{
    struct results_reader *reader = results_open(path, diagnostics);

    if (reader)
        visit_all(reader, visit, context);
    return results_close(reader);
}

bool results_read_stream(FILE *stream, const char *path, results_visitor *visit, void *context,
                         struct diagnostics *diagnostics)
{
    struct results_reader reader = {stream, path, diagnostics, .good = true};

    if (results_go(&reader, &(struct results_place){0}))
        visit_all(&reader, visit, context);
    free(reader.line);
    return reader.good;
}

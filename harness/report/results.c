#include "report/results.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "supervisor/text.h"

struct reader {
    const char *path;
    results_visitor *visit;
    void *context;
    struct diagnostics *diagnostics;
    size_t number;
    int line;
};

/* What a line says may be in a problem: nothing of it reaches a terminal as it is. */
static void complain(const struct reader *reader, const char *problem)
{
    struct arena arena = {0};

    diagnostics_add(reader->diagnostics, reader->path, (struct position){.line = reader->line, .column = 1},
                    NULL, "%s; expected one verdict record a line", text_visible(problem, &arena));
    arena_free(&arena);
}

static bool take_record(struct reader *reader, const char *line)
{
    struct arena arena = {0};
    struct record record;
    const char *problem;
    bool good = record_from_json(line, &record, &arena, &problem);

    if (good && record.of == 0)
        record.position = reader->number;
    if (good)
        reader->visit(reader->context, ++reader->number, &record);
    else
        complain(reader, problem);
    arena_free(&arena);
    return good;
}

/* What came of a line that was read into RECORD_LINE_BYTES_MAX bytes. */
enum line_state { LINE_WHOLE, LINE_CUT_OFF, LINE_TOO_LONG, LINE_WITH_NUL, LINE_NONE };

static enum line_state read_line(FILE *stream, char *line)
{
    size_t length = 0;
    bool too_long = false, nul = false;
    int byte;

    while ((byte = getc_unlocked(stream)) != EOF && byte != '\n') {
        nul = nul || byte == '\0';
        if (length < RECORD_LINE_BYTES_MAX - 1)
            line[length++] = (char)byte;
        else
            too_long = true;
    }
    line[length] = '\0';
    if (byte == EOF)
        return length > 0 ? LINE_CUT_OFF : LINE_NONE;
    return too_long ? LINE_TOO_LONG : nul ? LINE_WITH_NUL : LINE_WHOLE;
}

static bool read_lines(FILE *stream, struct reader *reader, char *line)
{
    static const char *const problems[] = {
        [LINE_CUT_OFF] = "the file ends within this line",
        [LINE_TOO_LONG] = "the line is longer than any record",
        [LINE_WITH_NUL] = "the line has a NUL byte",
    };
    enum line_state state;
    bool good = true;

    while ((state = read_line(stream, line)) != LINE_NONE) {
        reader->line++;
        if (problems[state])
            complain(reader, problems[state]);
        good = !problems[state] && take_record(reader, line) && good;
    }
    if (ferror(stream)) {
        complain(reader, strerror(errno));
        good = false;
    }
    return good;
}

static bool read_stream(FILE *stream, struct reader *reader)
{
    char *line = malloc(RECORD_LINE_BYTES_MAX);

    if (!line)
        abort();
    bool good = read_lines(stream, reader, line);

    free(line);
    return good;
}

bool results_read_stream(FILE *stream, const char *path, results_visitor *visit, void *context,
                         struct diagnostics *diagnostics)
{
    struct reader reader = {.path = path, .visit = visit, .context = context, .diagnostics = diagnostics};

    if (fseek(stream, 0, SEEK_SET) == 0)
        return read_stream(stream, &reader);
    complain(&reader, strerror(errno));
    return false;
}

const char *results_path(const char *path, struct arena *arena)
{
    struct stat status;

    return stat(path, &status) == 0 && S_ISDIR(status.st_mode) ? arena_print(arena, "%s/results.jsonl", path)
                                                               : path;
}

bool results_read(const char *path, results_visitor *visit, void *context, struct diagnostics *diagnostics)
{
    struct reader reader = {.path = path, .visit = visit, .context = context, .diagnostics = diagnostics};
    FILE *stream = fopen(path, "re");

    if (!stream) {
        diagnostics_add(diagnostics, path, (struct position){0}, NULL, "cannot be read: %s", strerror(errno));
        return false;
    }
    bool good = read_stream(stream, &reader);

    fclose(stream);
    return good;
}

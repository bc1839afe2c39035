#include "supervisor/known.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

enum { COLUMNS = 6 };

/* Whether `text` is as `pattern`, in which * stands for any text. */
static bool is_like(const char *text, const char *pattern)
{
    const char *star = NULL, *resume = NULL;

    while (*text) {
        if (*pattern == '*') {
            star = pattern++;
            resume = text;
        } else if (*pattern == *text) {
            pattern++;
            text++;
        } else if (star) {
            pattern = star + 1;
            text = ++resume;
        } else {
            return false;
        }
    }
    return pattern[strspn(pattern, "*")] == '\0';
}

/* A path is like its own last folders, too. */
static bool path_is_like(const char *path, const char *pattern)
{
    for (; path; path = strchr(path, '/')) {
        path += *path == '/';
        if (is_like(path, pattern))
            return true;
    }
    return false;
}

static bool names(const struct known_row *row, const struct record *record, const char *label)
{
    return is_like(label, row->target) && path_is_like(record->file, row->file) &&
           is_like(record->title, row->title);
}

static bool knows_outcome(const struct known_row *row, const struct record *record, enum verdict_kind kind,
                          struct arena *arena)
{
    const struct verdict *verdict = &record->verdict;
    const char *came = verdict->got ? verdict->got : verdict->reason ? verdict->reason : "";

    return is_like(arena_print(arena, "%s %s", verdict_name(kind), came), row->outcome);
}

/* The first row that knows a failure, or NULL. */
static const struct known_row *row_of_failure(const struct known_table *table, const struct record *record,
                                              enum verdict_kind kind, struct arena *arena)
{
    const char *label = target_label(&record->target, arena);

    for (size_t i = 0; i < table->count; i++) {
        if (names(&table->rows[i], record, label) && knows_outcome(&table->rows[i], record, kind, arena))
            return &table->rows[i];
    }
    return NULL;
}

static const struct known_row *exact_row(const struct known_table *table, const struct record *record,
                                         struct arena *arena)
{
    const char *label = target_label(&record->target, arena);

    for (size_t i = 0; i < table->count; i++) {
        if (table->rows[i].exact && names(&table->rows[i], record, label))
            return &table->rows[i];
    }
    return NULL;
}

void known_judge(const struct known_table *table, struct record *record, struct arena *arena)
{
    enum verdict_kind kind = record->verdict.kind;
    const struct known_row *row = NULL;

    if (table && verdict_is_red(kind))
        row = row_of_failure(table, record, kind, arena);
    else if (table && kind == VERDICT_PASS)
        row = exact_row(table, record, arena);
    if (!row)
        return;
    record->verdict.kind = kind == VERDICT_PASS ? VERDICT_XPASS : VERDICT_XFAIL;
    record->known = row->known;
}

void known_count(const struct known_table *table, const struct record *record, struct known_use *uses)
{
    struct arena arena = {0};
    enum verdict_kind kind = record->verdict.kind;
    const char *label = target_label(&record->target, &arena);
    const struct known_row *row = NULL;

    if (kind == VERDICT_XFAIL) {
        row = row_of_failure(table, record, VERDICT_FAIL, &arena);
        row = row ? row : row_of_failure(table, record, VERDICT_ERROR, &arena);
    }
    if (row)
        uses[row - table->rows].deviated++;
    for (size_t i = 0; i < table->count && (kind == VERDICT_PASS || kind == VERDICT_XPASS); i++)
        uses[i].passed += names(&table->rows[i], record, label);
    arena_free(&arena);
}

static bool is_outcome(const char *text)
{
    size_t length = strcspn(text, " ");

    return (length == 4 && strncmp(text, "fail", 4) == 0) || (length == 5 && strncmp(text, "error", 5) == 0);
}

/* One line, cut into its cells. */
static bool read_row(struct known_table *table, char *line, struct known_row *row)
{
    const char *cells[COLUMNS] = {0};
    char *cell;
    int count = 0;

    while ((cell = strsep(&line, "\t\n"))) {
        if (count < COLUMNS && *cell)
            cells[count++] = arena_copy(&table->arena, cell, strlen(cell));
        else if (*cell)
            return false;
    }
    if (count < COLUMNS || !is_outcome(cells[3]))
        return false;
    bool alone = !strchr(cells[3], ' '); /* whatever came instead */

    *row = (struct known_row){
        .target = cells[0],
        .file = cells[1],
        .title = cells[2],
        .outcome = alone ? arena_print(&table->arena, "%s *", cells[3]) : cells[3],
        .known = {cells[4], cells[5]},
        .exact = !strchr(cells[1], '*') && !strchr(cells[2], '*'),
    };
    return true;
}

static bool read_rows(struct known_table *table, FILE *in, const char *path, struct diagnostics *diagnostics)
{
    char *line = NULL;
    size_t size = 0, room = 0;
    int number = 0;
    bool good = true;

    while (getline(&line, &size, in) > 0) {
        struct known_row row;

        number++;
        if (line[0] == '\n' || line[0] == '#')
            continue;
        if (!read_row(table, line, &row)) {
            diagnostics_add(
                diagnostics, path, (struct position){number, 1}, line,
                "target, file, title, outcome (fail or error, and behind a blank what came), reason "
                "and link expected, with a tab between them");
            good = false;
            continue;
        }
        row.line = number;
        if (table->count == room) {
            room = room * 2 + 64;
            table->rows = reallocarray(table->rows, room, sizeof(*table->rows));
            if (!table->rows)
                abort();
        }
        table->rows[table->count++] = row;
    }
    if (ferror(in)) {
        diagnostics_add(diagnostics, path, (struct position){0}, NULL, "cannot be read: %s", strerror(errno));
        good = false;
    }
    free(line);
    return good;
}

struct known_table *known_read(const char *path, struct diagnostics *diagnostics)
{
    FILE *in = fopen(path, "re");
    struct known_table *table = calloc(1, sizeof(*table));

    if (!table)
        abort();
    if (!in)
        diagnostics_add(diagnostics, path, (struct position){0}, NULL, "cannot be read: %s", strerror(errno));
    bool good = in && read_rows(table, in, path, diagnostics);

    if (in)
        fclose(in);
    if (good)
        return table;
    known_free(table);
    return NULL;
}

void known_free(struct known_table *table)
{
    if (!table)
        return;
    free(table->rows);
    arena_free(&table->arena);
    free(table);
}

#include "notation/clauses.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "vocabulary/vocabulary.h"

enum { COLUMNS_NEEDED = 4, COLUMN_REASON = 7, COLUMNS = 8 };

static int compare(const void *one, const void *other)
{
    return strcmp(((const struct clause *)one)->id, ((const struct clause *)other)->id);
}

/* One line, cut into its cells. */
static bool read_clause(struct clause_table *table, char *line, struct clause *clause)
{
    const char *cells[COLUMNS] = {0};
    char *cell;

    for (int i = 0; i < COLUMNS && (cell = strsep(&line, "\t\n")); i++)
        cells[i] = arena_copy(&table->arena, cell, strlen(cell));
    for (int i = 0; i < COLUMNS_NEEDED; i++)
        if (!cells[i] || !*cells[i])
            return false;
    *clause = (struct clause){cells[0], cells[1][0], cells[2], cells[3],
                              cells[COLUMN_REASON] ? cells[COLUMN_REASON] : ""};
    return strlen(cells[1]) == 1 && strchr("PLK", clause->tier);
}

static bool read_lines(struct clause_table *table, FILE *in, const char *path,
                       struct diagnostics *diagnostics)
{
    char *line = NULL;
    size_t size = 0, room = 0;
    int number = 0;
    bool good = true;

    while (good && getline(&line, &size, in) > 0) {
        if (++number == 1 || line[0] == '\n')
            continue;
        if (table->count == room) {
            struct clause *larger = arena_take(&table->arena, (room = room * 2 + 64) * sizeof(*larger));

            if (table->count)
                memcpy(larger, table->clauses, table->count * sizeof(*larger));
            table->clauses = larger;
        }
        good = read_clause(table, line, &table->clauses[table->count++]);
        if (!good)
            diagnostics_add(diagnostics, path, (struct position){number, 1}, NULL,
                            "id, tier (P, L or K), source and requirement expected, with a tab between them");
    }
    free(line);
    return good;
}

struct clause_table *clause_table_read(const char *path, struct diagnostics *diagnostics)
{
    FILE *in = fopen(path, "re");
    struct clause_table *table = calloc(1, sizeof(*table));

    if (!table)
        abort();
    if (!in) {
        diagnostics_add(diagnostics, path, (struct position){0}, NULL, "cannot be read: %s", strerror(errno));
        clause_table_free(table);
        return NULL;
    }
    bool good = read_lines(table, in, path, diagnostics);

    fclose(in);
    if (!good) {
        clause_table_free(table);
        return NULL;
    }
    qsort(table->clauses, table->count, sizeof(*table->clauses), compare);
    return table;
}

const struct clause *clause_find(const struct clause_table *table, const char *id)
{
    const struct clause wanted = {.id = id};

    return table->count ? bsearch(&wanted, table->clauses, table->count, sizeof(wanted), compare) : NULL;
}

static const char *id_at(void *context, size_t index)
{
    const struct clause_table *table = context;

    return index < table->count ? table->clauses[index].id : NULL;
}

const struct clause *clause_nearest(const struct clause_table *table, const char *id)
{
    struct clause_table copy = *table;
    const char *nearest = vocabulary_nearest(id, id_at, &copy);

    return nearest ? clause_find(table, nearest) : NULL;
}

void clause_table_free(struct clause_table *table)
{
    if (!table)
        return;
    arena_free(&table->arena);
    free(table);
}

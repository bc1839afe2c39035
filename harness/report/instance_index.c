#include "report/instance_index.h"

#include <search.h>
#include <stdlib.h>
#include <string.h>

struct instance_index {
    struct arena arena;
    size_t columns;
    void *tree; /* tsearch(3), of rows */
    struct index_row **rows;
    size_t count, room;
};

static const char *name_of(const char *path)
{
    const char *slash = strrchr(path, '/');

    return slash ? slash + 1 : path;
}

static int compare(const void *one, const void *other)
{
    const struct index_row *left = one, *right = other;
    int order = strcmp(left->title, right->title);

    order = order ? order : strcmp(name_of(left->file), name_of(right->file));
    order = order ? order : strcmp(left->group, right->group);
    return order ? order : strcmp(left->target ? left->target : "", right->target ? right->target : "");
}

struct instance_index *index_start(size_t columns)
{
    struct instance_index *index = calloc(1, sizeof(*index));

    if (!index)
        abort();
    index->columns = columns;
    return index;
}

static const char *keep(struct instance_index *index, const char *text)
{
    return text ? arena_copy(&index->arena, text, strlen(text)) : NULL;
}

static struct index_row *make_row(struct instance_index *index, const struct index_row *key)
{
    struct index_row *row = arena_take(&index->arena, sizeof(*row));

    if (index->count == index->room) {
        index->room = index->room * 2 + 1024;
        index->rows = reallocarray(index->rows, index->room, sizeof(*index->rows));
    }
    *row = (struct index_row){
        .group = keep(index, key->group),
        .file = keep(index, key->file),
        .title = keep(index, key->title),
        .target = keep(index, key->target),
        .cells = arena_take(&index->arena, index->columns * sizeof(*row->cells)),
    };
    if (!index->rows || !tsearch(row, &index->tree, compare))
        abort();
    index->rows[index->count++] = row;
    return row;
}

void index_add(struct instance_index *index, size_t column, const struct record *record, const char *target)
{
    const struct index_row key = {
        .group = record->group, .file = record->file, .title = record->title, .target = target};
    struct index_row *const *found = tfind(&key, &index->tree, compare);
    struct index_row *row = found ? *found : make_row(index, &key);
    struct index_cell *cell = &row->cells[column];

    if (strcmp(row->file, record->file) != 0)
        row->file = keep(index, record->file);
    row->line = record->line;
    if (!cell->there || verdict_is_worse(record->verdict.kind, cell->verdict))
        cell->verdict = record->verdict.kind;
    if (!cell->there || record->verdict.duration_ns < cell->duration_ns)
        cell->duration_ns = record->verdict.duration_ns;
    cell->there = true;
}

const struct index_row *index_row(const struct instance_index *index, size_t place)
{
    return place < index->count ? index->rows[place] : NULL;
}

static void keep_row(void *row)
{
    (void)row; /* the arena's */
}

void index_end(struct instance_index *index)
{
    tdestroy(index->tree, keep_row);
    free(index->rows);
    arena_free(&index->arena);
    free(index);
}

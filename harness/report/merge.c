#include "report/merge.h"

#include <stdlib.h>
#include <string.h>

#include "report/instance_index.h"
#include "supervisor/text.h"

struct stretch {
    const char *path;
    struct results_place start;
    size_t count, first, last;
    size_t step; /* the greatest that all positions are apart by; 0: there is only one */
    struct stretch *next;
};

/* One target, and what came of its records. */
struct part {
    struct judged_target target;
    const char *label;
    size_t of;        /* records of the whole run; 0: old records do not tell */
    const char *path; /* where it was first seen */
    struct stretch *stretches, **end;
    size_t records;
    struct part *next;
};

struct merge {
    struct arena arena;
    struct diagnostics *diagnostics;
    struct part *parts;
    size_t part_count, stretch_count, records;
    /* While files are read, */
    struct part *part; /* and the stretch that goes on */
    struct stretch *stretch;
    /* while records are given on, */
    results_visitor *visit;
    void *context;
    size_t number;
};

/* What files say is in these texts, so they are made visible. */
__attribute__((format(printf, 4, 5))) static void complain(struct merge *merge, const char *path, int line,
                                                           const char *format, ...)
{
    struct arena arena = {0};
    va_list arguments;

    va_start(arguments, format);
    const char *text = text_visible(arena_vprint(&arena, format, arguments), &arena);

    va_end(arguments);
    diagnostics_add(merge->diagnostics, path, (struct position){line, line != 0}, NULL, "%s", text);
    arena_free(&arena);
}

static const char *copy(struct merge *merge, const char *text)
{
    return text ? arena_copy(&merge->arena, text, strlen(text)) : NULL;
}

static bool is_same(const char *one, const char *other)
{
    return strcmp(one ? one : "", other ? other : "") == 0;
}

static bool is_same_target(const struct judged_target *one, const struct judged_target *other)
{
    return is_same(one->name, other->name) && is_same(one->kernel, other->kernel) &&
           is_same(one->machine, other->machine) && is_same(one->libc, other->libc) &&
           is_same(one->calls, other->calls) && is_same(one->isolation, other->isolation);
}

static struct part *make_part(struct merge *merge, const struct record *record, const char *path)
{
    const struct judged_target *target = &record->target;
    struct part **end = &merge->parts, *part = arena_take(&merge->arena, sizeof(*part));

    *part = (struct part){
        .target = {copy(merge, target->name), copy(merge, target->kernel), copy(merge, target->machine),
                   copy(merge, target->libc), copy(merge, target->calls), copy(merge, target->isolation)},
        .of = record->of,
        .path = path,
    };
    part->end = &part->stretches;
    part->label = target_label(&part->target, &merge->arena);
    for (; *end; end = &(*end)->next) {
        if ((*end)->target.name && is_same((*end)->target.name, part->target.name))
            complain(merge, path, 0,
                     "its target is called %s, and so is another in %s: %s %s, %s and %s %s, %s", part->label,
                     (*end)->path, part->target.kernel, part->target.machine, part->target.libc,
                     (*end)->target.kernel, (*end)->target.machine, (*end)->target.libc);
    }
    merge->part_count++;
    return *end = part;
}

static struct part *part_of(struct merge *merge, const struct record *record, const char *path)
{
    struct part *part = merge->parts;

    while (part && !is_same_target(&part->target, &record->target))
        part = part->next;
    if (!part)
        return make_part(merge, record, path);
    if (part->of != record->of)
        complain(merge, path, 0, "%s: parts of different runs: one of %zu instances, and in %s of %zu",
                 part->label, record->of, part->path, part->of);
    return part;
}

static size_t greatest_divisor(size_t one, size_t other)
{
    while (other) {
        size_t rest = one % other;

        one = other;
        other = rest;
    }
    return one;
}

static bool goes_on(const struct merge *merge, const struct record *record)
{
    return merge->part && is_same_target(&merge->part->target, &record->target) &&
           record->position > merge->stretch->last;
}

static void add_record(struct merge *merge, const struct record *record, const char *path,
                       const struct results_place *place)
{
    struct stretch *stretch = merge->stretch;

    if (goes_on(merge, record)) {
        stretch->step = greatest_divisor(record->position - stretch->last, stretch->step);
    } else {
        stretch = arena_take(&merge->arena, sizeof(*stretch));
        *stretch = (struct stretch){.path = path, .start = *place, .first = record->position};
        merge->part = part_of(merge, record, path);
        *merge->part->end = merge->stretch = stretch;
        merge->part->end = &stretch->next;
        merge->stretch_count++;
    }
    stretch->last = record->position;
    stretch->count++;
    merge->part->records++;
    merge->records++;
}

static void read_file(struct merge *merge, const char *path)
{
    struct results_reader *reader = results_open(path, merge->diagnostics);
    struct results_place place;
    struct arena arena = {0};
    struct record record;
    size_t before = merge->records;

    merge->part = NULL;
    while (reader && merge->stretch_count < STRETCHES_MAX && results_next(reader, &arena, &record, &place)) {
        add_record(merge, &record, path, &place);
        arena_free(&arena);
    }
    if (reader && merge->records == before)
        complain(merge, path, 0, "there is no record in it");
    arena_free(&arena);
    results_close(reader);
}

struct merge *merge_start(const char *const *paths, size_t count, struct diagnostics *diagnostics)
{
    struct merge *merge = calloc(1, sizeof(*merge));

    if (!merge)
        abort();
    merge->diagnostics = diagnostics;
    for (size_t i = 0; i < count && merge->stretch_count < STRETCHES_MAX; i++)
        read_file(merge, paths[i]);
    bool good = merge->records > 0 && merge->stretch_count < STRETCHES_MAX;

    if (merge->stretch_count == STRETCHES_MAX)
        complain(merge, paths[count - 1], 0,
                 "the records of the files are in no order: merge cannot sort them");
    if (good)
        return merge;
    merge_end(merge);
    return NULL;
}

size_t merge_targets(const struct merge *merge)
{
    return merge->part_count;
}

size_t merge_records(const struct merge *merge)
{
    return merge->records;
}

/* A stretch that is read, at its next record. */
struct cursor {
    const struct stretch *stretch;
    struct results_reader *reader;
    size_t left;
    struct arena arena;
    struct record record;
    struct results_place place;
    struct diagnostics diagnostics; /* of lines that were told of before */
};

static void close_cursor(struct cursor *cursor)
{
    results_close(cursor->reader);
    cursor->reader = NULL;
}

static void advance(struct cursor *cursor)
{
    arena_free(&cursor->arena);
    if (cursor->left && results_next(cursor->reader, &cursor->arena, &cursor->record, &cursor->place))
        cursor->left--;
    else
        close_cursor(cursor);
}

static void open_cursor(struct merge *merge, struct cursor *cursor, const struct stretch *stretch)
{
    *cursor = (struct cursor){.stretch = stretch, .left = stretch->count};
    cursor->reader = results_open(stretch->path, &cursor->diagnostics);
    if (!cursor->reader || !results_go(cursor->reader, &stretch->start)) {
        complain(merge, stretch->path, 0, "cannot be read twice: merge reads files, and no pipes");
        cursor->left = 0;
    }
    advance(cursor);
}

static struct cursor *foremost(struct cursor *cursors, size_t count)
{
    struct cursor *first = NULL;

    for (size_t i = 0; i < count; i++) {
        if (cursors[i].reader && (!first || cursors[i].record.position < first->record.position))
            first = &cursors[i];
    }
    return first;
}

static void give(struct merge *merge, const struct part *part, struct record *record, size_t place)
{
    if (part->of == 0) { /* old records become a run of their own */
        record->position = place;
        record->of = part->records;
    }
    merge->visit(merge->context, ++merge->number, record);
}

/* How often instances were there twice, and the first of those. */
struct twice {
    size_t count;
    const char *path, *other;
    int line;
};

static bool is_same_instance(const struct record *one, const struct record *other)
{
    return is_same(one->title, other->title) && is_same(one->group, other->group) &&
           one->repeat == other->repeat;
}

/* Gives on one position: of the records that are the same instance the worst, others each. Moves all past it. */
static void give_position(struct merge *merge, const struct part *part, struct cursor *cursors, size_t count,
                          size_t *place, struct twice *twice)
{
    struct cursor *worst = foremost(cursors, count);
    size_t position = worst->record.position;

    for (struct cursor *other = worst + 1; other < cursors + count; other++) {
        if (!other->reader || other->record.position != position)
            continue;
        if (!is_same_instance(&worst->record, &other->record)) {
            complain(merge, other->stretch->path, other->place.line + 1,
                     "not of the run of %s:%d: position %zu is another instance", worst->stretch->path,
                     worst->place.line + 1, position);
            give(merge, part, &other->record, (*place)++);
            advance(other);
            continue;
        }
        if (twice->count++ == 0)
            *twice = (struct twice){1, other->stretch->path, worst->stretch->path, other->place.line + 1};
        struct cursor *dropped = other;

        if (verdict_is_worse(other->record.verdict.kind, worst->record.verdict.kind)) {
            dropped = worst;
            worst = other;
        }
        advance(dropped);
    }
    give(merge, part, &worst->record, (*place)++);
    advance(worst);
}

/* Names the shards that are missing, when what is there are shards. Returns whether it could. */
static bool name_missing_shards(struct merge *merge, const struct part *part)
{
    size_t shards = 0;
    struct arena_stream list;
    size_t missing = 0;

    for (const struct stretch *stretch = part->stretches; stretch; stretch = stretch->next)
        shards = greatest_divisor(stretch->step, shards);
    if (shards < 2)
        return false;
    bool *there = arena_take(&merge->arena, shards * sizeof(*there));
    FILE *out = arena_stream_open(&list);

    for (const struct stretch *stretch = part->stretches; stretch; stretch = stretch->next)
        there[stretch->first % shards] = true;
    for (size_t i = 0; i < shards && i < part->of; i++) {
        if (!there[i])
            fprintf(out, "%s%zu/%zu", missing++ ? ", " : "", i + 1, shards);
    }
    const char *names = arena_stream_close(&list, &merge->arena);

    if (missing)
        complain(merge, part->path, 0, "%s: shard%s missing: %s", part->label, missing == 1 ? "" : "s",
                 names);
    return missing > 0;
}

static void tell_missing(struct merge *merge, const struct part *part, size_t given)
{
    if (part->of > given && !name_missing_shards(merge, part))
        complain(merge, part->path, 0, "%s: the run was not ended: %zu of %zu instances are missing",
                 part->label, part->of - given, part->of);
}

static void run_part(struct merge *merge, const struct part *part)
{
    size_t count = 0, place = 0;
    struct twice twice = {0};

    for (const struct stretch *stretch = part->stretches; stretch; stretch = stretch->next)
        count++;
    struct cursor *cursors = calloc(count, sizeof(*cursors)), *cursor = cursors;

    if (!cursors)
        abort();
    for (const struct stretch *stretch = part->stretches; stretch; stretch = stretch->next)
        open_cursor(merge, cursor++, stretch);
    while (foremost(cursors, count))
        give_position(merge, part, cursors, count, &place, &twice);
    for (size_t i = 0; i < count; i++)
        diagnostics_free(&cursors[i].diagnostics);
    free(cursors);
    if (twice.count)
        complain(merge, twice.path, twice.line,
                 "%zu instance%s there twice, the first in %s: the worse verdict counts", twice.count,
                 twice.count == 1 ? " is" : "s are", twice.other);
    tell_missing(merge, part, place);
}

void merge_run(struct merge *merge, results_visitor *visit, void *context)
{
    merge->visit = visit;
    merge->context = context;
    for (const struct part *part = merge->parts; part; part = part->next)
        run_part(merge, part);
}

void merge_end(struct merge *merge)
{
    if (!merge)
        return;
    arena_free(&merge->arena);
    free(merge);
}

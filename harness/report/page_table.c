#include "report/page_table.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

/* Where the records of one file go. */
struct reading {
    struct page_table *table;
    const char *path, *name;
    time_t written;
    struct diagnostics *diagnostics;
    bool good;
    size_t records;
    size_t first_run
        [PAGE_TARGETS_MAX]; /* 1 and the number of runs that the target had before this file; 0: not met */
};

struct page_table *page_table_start(void)
{
    struct page_table *table = calloc(1, sizeof(*table));

    if (!table)
        abort();
    table->words = tmpfile();
    table->places = json_object();
    table->targets = arena_take(&table->arena, PAGE_TARGETS_MAX * sizeof(*table->targets));
    if (table->words)
        return table;
    int error = errno;

    page_table_free(table);
    errno = error;
    return NULL;
}

void page_table_free(struct page_table *table)
{
    if (!table)
        return;
    for (size_t t = 0; t < table->target_count; t++) {
        for (size_t r = 0; r < table->targets[t].run_count; r++)
            free(table->targets[t].runs[r].cells);
        free(table->targets[t].runs);
    }
    if (table->words)
        fclose(table->words);
    json_decref(table->places);
    free(table->instances);
    free(table->line);
    arena_free(&table->arena);
    free(table);
}

/* A larger array, the new elements zero. */
static void *grow(void *elements, size_t count, size_t wanted, size_t size)
{
    char *larger = reallocarray(elements, wanted, size);

    if (!larger)
        abort();
    memset(larger + count * size, 0, (wanted - count) * size);
    return larger;
}

/* Machines keep their cases in different places: /usr/share/ipcdrill/cases/shmat/a.drill is cases/shmat/a.drill. */
static const char *below_cases(const char *file)
{
    const char *from = file;

    for (const char *at = file; (at = strstr(at, "cases/")); at++)
        if (at == file || at[-1] == '/')
            from = at;
    return from;
}

static const char *key_of(const char *file, const char *title, size_t row, struct arena *arena)
{
    return arena_print(arena, "%s\n%s\n%zu", below_cases(file), title, row);
}

struct page_instance *page_table_find(const struct page_table *table, const char *file, const char *title,
                                      size_t row)
{
    struct arena arena = {0};
    const json_t *place = json_object_get(table->places, key_of(file, title, row, &arena));

    arena_free(&arena);
    return place ? &table->instances[json_integer_value(place)] : NULL;
}

const struct page_cell *page_cell_at(const struct page_run *run, size_t instance)
{
    return instance < run->room && run->cells[instance].present ? &run->cells[instance] : NULL;
}

const struct page_run *page_last_run(const struct page_target *target)
{
    return &target->runs[target->run_count - 1];
}

const char *page_table_words(struct page_table *table, long place)
{
    if (fseek(table->words, place, SEEK_SET) != 0 ||
        getline(&table->line, &table->line_room, table->words) < 0)
        return "{\"transcript\":[]}";
    table->line[strcspn(table->line, "\n")] = '\0';
    return table->line;
}

static void add_string(json_t *object, const char *name, const char *text)
{
    if (text)
        json_object_set_new(object, name, json_string(text));
}

/* Keeps the words of a record and returns their place. */
static long keep_words(struct page_table *table, const struct record *record)
{
    const struct verdict *verdict = &record->verdict;
    json_t *object = json_object(), *transcript = json_array();
    long place = table->words_end;

    add_string(object, "reason", verdict->reason);
    if (record->known.reason)
        json_object_set_new(
            object, "known",
            json_pack("{s:s, s:s?}", "reason", record->known.reason, "link", record->known.link));
    add_string(object, "expected", verdict->expected);
    add_string(object, "got", verdict->got);
    if (verdict->expected)
        json_object_set_new(object, "failed_line", json_integer(verdict->line));
    for (const struct word *line = verdict->transcript; line; line = line->next)
        json_array_append_new(transcript, json_string(line->text));
    json_object_set_new(object, "transcript", transcript);
    char *text = json_dumps(object, JSON_COMPACT | JSON_ENSURE_ASCII);

    if (!text)
        abort();
    fprintf(table->words, "%s\n", text);
    table->words_end += (long)strlen(text) + 1;
    free(text);
    json_decref(object);
    return place;
}

static const char *keep(struct page_table *table, const char *text)
{
    return arena_copy(&table->arena, text, strlen(text));
}

static bool same_text(const char *one, const char *other)
{
    return one == other || (one && other && strcmp(one, other) == 0);
}

static bool same_target(const struct judged_target *one, const struct judged_target *other)
{
    return same_text(one->name, other->name) && same_text(one->kernel, other->kernel) &&
           same_text(one->machine, other->machine) && same_text(one->libc, other->libc) &&
           same_text(one->calls, other->calls) && same_text(one->isolation, other->isolation);
}

/* Tells once for each file what does not fit any more. */
static void refuse(struct reading *reading, const char *what, int most)
{
    if (reading->good)
        diagnostics_add(reading->diagnostics, reading->path, (struct position){0}, NULL,
                        "more than %d %s: the rest is left out", most, what);
    reading->good = false;
}

static struct page_target *target_of(struct reading *reading, const struct judged_target *judged)
{
    struct page_table *table = reading->table;

    for (size_t t = 0; t < table->target_count; t++)
        if (same_target(&table->targets[t].judged, judged))
            return &table->targets[t];
    if (table->target_count == PAGE_TARGETS_MAX) {
        refuse(reading, "targets", PAGE_TARGETS_MAX);
        return NULL;
    }
    struct page_target *target = &table->targets[table->target_count++];

    target->judged = (struct judged_target){
        .name = judged->name ? keep(table, judged->name) : NULL,
        .kernel = keep(table, judged->kernel),
        .machine = keep(table, judged->machine),
        .libc = keep(table, judged->libc),
        .calls = keep(table, judged->calls),
        .isolation = keep(table, judged->isolation),
    };
    return target;
}

/* The run that this file is of that target. */
static struct page_run *run_of(struct reading *reading, struct page_target *target, const char *tool)
{
    size_t *first = &reading->first_run[target - reading->table->targets];

    if (*first)
        return &target->runs[*first - 1];
    if (target->run_count == PAGE_RUNS_MAX) {
        refuse(reading, "runs of one target", PAGE_RUNS_MAX);
        return NULL;
    }
    target->runs = grow(target->runs, target->run_count, target->run_count + 1, sizeof(*target->runs));
    *first = ++target->run_count;
    struct page_run *run = &target->runs[*first - 1];

    run->path = keep(reading->table, reading->path);
    run->tool = keep(reading->table, tool);
    run->written = reading->written;
    return run;
}

static bool same_words(const struct word *one, const struct word *other)
{
    while (one && other && strcmp(one->text, other->text) == 0) {
        one = one->next;
        other = other->next;
    }
    return !one && !other;
}

/* What may change from one version of the cases to the next. */
static void update_instance(struct page_table *table, struct page_instance *instance,
                            const struct record *record)
{
    instance->line = record->line;
    if (same_words(instance->clauses, record->clauses))
        return;
    struct word **end = &instance->clauses;

    *end = NULL;
    for (const struct word *clause = record->clauses; clause; clause = clause->next) {
        *end = arena_take(&table->arena, sizeof(**end));
        (*end)->text = keep(table, clause->text);
        end = &(*end)->next;
    }
}

static size_t add_instance(struct page_table *table, const struct record *record, const char *key)
{
    size_t place = table->instance_count++;

    if (place == table->instance_room) {
        size_t room = 2 * place + 1024;

        table->instances = grow(table->instances, place, room, sizeof(*table->instances));
        table->instance_room = room;
    }
    struct page_instance *instance = &table->instances[place];

    instance->title = keep(table, record->title);
    instance->file = keep(table, below_cases(record->file));
    instance->group = keep(table, record->group);
    instance->row = record->instance;
    json_object_set_new(table->places, key, json_integer((json_int_t)place));
    return place;
}

/* The place of the record's instance; false when there are too many. */
static bool place_of(struct reading *reading, const struct record *record, size_t *place)
{
    struct page_table *table = reading->table;
    struct arena arena = {0};
    const char *key = key_of(record->file, record->title, record->instance, &arena);
    const json_t *known = json_object_get(table->places, key);
    bool fits = known || table->instance_count < PAGE_INSTANCES_MAX;

    if (known)
        *place = (size_t)json_integer_value(known);
    else if (fits)
        *place = add_instance(table, record, key);
    else
        refuse(reading, "instances", PAGE_INSTANCES_MAX);
    arena_free(&arena);
    return fits;
}

static struct page_cell *cell_for(struct page_run *run, size_t place)
{
    if (place >= run->room) {
        size_t room = 2 * place + 1024;

        run->cells = grow(run->cells, run->room, room, sizeof(*run->cells));
        run->room = room;
    }
    return &run->cells[place];
}

/* Counts a record in its cell; its words are kept when it is the worst so far. */
static void add_to_cell(struct page_table *table, struct page_cell *cell, const struct record *record)
{
    const struct verdict *verdict = &record->verdict;

    cell->repeats++;
    cell->reds += verdict_is_red(verdict->kind);
    if (verdict->duration_ns > cell->duration_ns)
        cell->duration_ns = verdict->duration_ns;
    if (cell->present && !verdict_is_worse(verdict->kind, cell->verdict))
        return;
    cell->present = true;
    cell->verdict = verdict->kind;
    cell->deviates = verdict->deviates;
    cell->words = keep_words(table, record);
}

static void add_judged(struct reading *reading, const struct record *record)
{
    struct page_table *table = reading->table;
    struct page_target *target = target_of(reading, &record->target);
    struct page_run *run = target ? run_of(reading, target, record->tool) : NULL;
    size_t place;

    if (!run || !place_of(reading, record, &place))
        return;
    struct page_instance *instance = &table->instances[place];
    struct page_cell *cell = cell_for(run, place);

    update_instance(table, instance, record);
    add_to_cell(table, cell, record);
    if (cell->verdict == VERDICT_PASS) {
        instance->has_pass = true;
        instance->pass_words = cell->words;
        instance->pass_target = (size_t)(target - table->targets);
    }
}

static void add_record(void *context, size_t number, const struct record *record)
{
    struct reading *reading = context;
    struct record judged = *record;
    struct arena arena = {0};

    reading->records = number;
    if (reading->name)
        judged.target.name = reading->name;
    known_judge(reading->table->known, &judged, &arena);
    add_judged(reading, &judged);
    arena_free(&arena);
}

bool page_table_read(struct page_table *table, const char *path, const char *name,
                     struct diagnostics *diagnostics)
{
    struct stat status;
    struct reading reading = {
        .table = table,
        .path = path,
        .name = name,
        .written = stat(path, &status) == 0 ? status.st_mtime : 0,
        .diagnostics = diagnostics,
        .good = true,
    };
    int before = diagnostics->count;
    bool good = results_read(path, add_record, &reading, diagnostics) && reading.good;

    if (reading.records == 0 && diagnostics->count == before) {
        diagnostics_add(diagnostics, path, (struct position){0}, NULL,
                        "no verdict record is in it; expected the results.jsonl of a run");
        good = false;
    }
    return good;
}

#include "supervisor/instances.h"

#include <stdlib.h>
#include <string.h>

#include "supervisor/text.h"

/* What all instances of one case share. */
struct selected_case {
    const struct case_file *file;
    const struct drill_case *drill_case;
    const char *group;
    bool waits;
    bool limits_memory;
    bool numbered;
    int step_count;
};

/* Kept small: a where table can have a hundred thousand rows. */
struct selected {
    uint32_t case_number;
    uint32_t index;
};

/* Instances in the order of the files. */
struct selected_list {
    struct selected *at;
    size_t count, room;
};

struct instances {
    struct arena arena;
    struct selected_case *cases;
    size_t case_count;
    struct selected_list lists[2]; /* by whether they run alone */
    size_t first, step;            /* places of the whole run that this shard has */
    size_t repeat;
    bool shuffle;
    uint64_t seed;
};

/* The kernel refuses a namespace only when it has freed all those that are gone: ipc/namespace.c, create_ipc_ns. */
static bool reaches_namespace_limit(const struct step *step)
{
    const struct expression *name = step->arguments ? step->arguments->value : NULL;

    return strcmp(step->call->name, "sysctl") == 0 && name && name->kind == EXPRESSION_STRING &&
           strcmp(name->bytes, "user.max_ipc_namespaces") == 0;
}

static bool waits(const struct drill_case *drill_case)
{
    for (const struct step *step = drill_case->steps; step; step = step->next)
        if (step->kind == STEP_CALL && step->call &&
            (strcmp(step->call->name, "clock_nanosleep") == 0 || reaches_namespace_limit(step)))
            return true;
    return false;
}

static bool limits_memory(const struct drill_case *drill_case)
{
    const struct actor_declaration *actor = drill_case->actors;

    while (actor && !actor->memory)
        actor = actor->next;
    return actor != NULL;
}

static int count_steps(const struct drill_case *drill_case)
{
    int count = 0;

    for (const struct step *step = drill_case->steps; step; step = step->next)
        count++;
    return count;
}

/* The first folder below `cases_folder`; for a file elsewhere the folder it is in. */
static const char *group_of(const char *path, const char *cases_folder, struct arena *arena)
{
    size_t length = cases_folder ? strlen(cases_folder) : 0;

    if (length && strncmp(path, cases_folder, length) == 0 && path[length] == '/') {
        const char *below = path + length + strspn(path + length, "/");
        const char *slash = strchr(below, '/');

        if (slash)
            return arena_copy(arena, below, (size_t)(slash - below));
    }
    const char *name = strrchr(path, '/');

    if (!name) /* a file in the working folder: by its own name */
        return arena_copy(arena, path, strcspn(path, "."));
    if (name == path)
        return "/";
    const char *start = name;

    while (start > path && start[-1] != '/')
        start--;
    return arena_copy(arena, start, (size_t)(name - start));
}

static int compare_hashes(const void *one, const void *other)
{
    uint64_t left = *(const uint64_t *)one, right = *(const uint64_t *)other;

    return (left > right) - (left < right);
}

/* Whether two rows have the same title: the columns that tell them apart are not all in it. */
static bool share_titles(const struct drill_case *drill_case)
{
    size_t count = drill_case->instance_count;
    struct arena hashes_arena = {0};
    uint64_t *hashes = arena_take(&hashes_arena, count * sizeof(*hashes));
    bool same = false;

    for (size_t i = 0; i < count; i++) {
        struct arena arena = {0};

        hashes[i] = text_hash(TEXT_HASH_START, notation_title(drill_case, i, &arena));
        arena_free(&arena);
    }
    qsort(hashes, count, sizeof(*hashes), compare_hashes);
    for (size_t i = 1; i < count && !same; i++)
        same = hashes[i] == hashes[i - 1];
    arena_free(&hashes_arena);
    return same;
}

const char *instance_title(const struct selected_instance *instance, struct arena *arena)
{
    const char *title = notation_title(instance->drill_case, instance->index, arena);

    return instance->numbered ? arena_print(arena, "%s (row %zu)", title, instance->index + 1) : title;
}

static bool has_clause(const struct drill_case *drill_case, const char *wanted)
{
    size_t length = strlen(wanted);

    for (const struct word *clause = drill_case->clauses; clause; clause = clause->next) {
        if (strncasecmp(clause->text, wanted, length) == 0 &&
            (clause->text[length] == '\0' || clause->text[length] == '-'))
            return true;
    }
    return false;
}

static bool clauses_match(const struct drill_case *drill_case, const struct selection *selection)
{
    for (size_t i = 0; i < selection->clause_count; i++) {
        if (has_clause(drill_case, selection->clauses[i]))
            return true;
    }
    return selection->clause_count == 0;
}

static bool filters_match(const struct selected_instance *instance, const struct selection *selection)
{
    if (selection->filter_count == 0)
        return true;

    struct arena arena = {0};
    const char *text = arena_print(&arena, "%s: %s", instance->file->path, instance_title(instance, &arena));
    bool match = false;

    for (size_t i = 0; i < selection->filter_count && !match; i++)
        match = strcasestr(text, selection->filters[i]) != NULL;
    arena_free(&arena);
    return match;
}

static void append(struct selected_list *list, struct selected selected)
{
    if (list->count == list->room) {
        list->room = list->room ? list->room * 2 : 256;
        list->at = reallocarray(list->at, list->room, sizeof(*list->at));
        if (!list->at)
            abort();
    }
    list->at[list->count++] = selected;
}

/* What changes the machine would disturb others. */
static bool runs_alone(const struct drill_case *drill_case)
{
    for (const struct word *need = drill_case->needs; need; need = need->next)
        if (strcmp(need->text, "disposable") == 0)
            return true;
    return drill_case->settings != NULL;
}

static struct selected_instance instance_of(const struct instances *instances, struct selected selected,
                                            size_t repeat)
{
    const struct selected_case *of = &instances->cases[selected.case_number];

    return (struct selected_instance){
        .file = of->file,
        .drill_case = of->drill_case,
        .index = selected.index,
        .repeat = repeat,
        .group = of->group,
        .waits = of->waits,
        .alone = runs_alone(of->drill_case),
        .numbered = of->numbered,
        .step_count = of->step_count,
    };
}

static void select_rows(struct instances *instances, const struct selection *selection, uint32_t case_number)
{
    size_t count = instances->cases[case_number].drill_case->instance_count;

    for (size_t index = 0; index < count; index++) {
        struct selected selected = {.case_number = case_number, .index = (uint32_t)index};
        struct selected_instance instance = instance_of(instances, selected, 0);

        if (filters_match(&instance, selection))
            append(&instances->lists[instance.alone], selected);
    }
}

struct instances *instances_select(const struct case_file *files, const char *cases_folder,
                                   const struct selection *selection)
{
    struct arena arena = {0};
    struct instances *instances = arena_take(&arena, sizeof(*instances));
    size_t case_count = 0;

    for (const struct case_file *file = files; file; file = file->next) {
        for (const struct drill_case *each = file->cases; each; each = each->next)
            case_count++;
    }
    instances->cases = arena_take(&arena, case_count * sizeof(*instances->cases));
    instances->first = selection->shard_count ? selection->shard - 1 : 0;
    instances->step = selection->shard_count ? selection->shard_count : 1;
    instances->repeat = selection->repeat;
    instances->shuffle = selection->shuffle;
    instances->seed = selection->seed;
    for (const struct case_file *file = files; file; file = file->next) {
        const char *group = group_of(file->path, cases_folder, &arena);

        for (const struct drill_case *each = file->cases; each; each = each->next) {
            if (!clauses_match(each, selection))
                continue;
            instances->cases[instances->case_count] = (struct selected_case){
                .file = file,
                .drill_case = each,
                .group = group,
                .waits = waits(each),
                .limits_memory = limits_memory(each),
                .numbered = share_titles(each),
                .step_count = count_steps(each),
            };
            select_rows(instances, selection, (uint32_t)instances->case_count++);
        }
    }
    instances->arena = arena;
    return instances;
}

size_t instances_in_all(const struct instances *instances)
{
    return (instances->lists[false].count + instances->lists[true].count) * instances->repeat;
}

/* Of the first `all` places of the whole run, how many this shard has: shards take turns. */
static size_t share_of(const struct instances *instances, size_t all)
{
    return all > instances->first ? (all - instances->first - 1) / instances->step + 1 : 0;
}

size_t instances_count(const struct instances *instances)
{
    return share_of(instances, instances_in_all(instances));
}

size_t instances_alone_from(const struct instances *instances)
{
    return share_of(instances, instances->lists[false].count * instances->repeat);
}

/* The finalizer of splitmix64 (Steele, Lea, Flood: Fast splittable pseudorandom number generators). */
static uint64_t scramble(uint64_t value)
{
    value += 0x9e3779b97f4a7c15;
    value = (value ^ value >> 30) * 0xbf58476d1ce4e5b9;
    value = (value ^ value >> 27) * 0x94d049bb133111eb;
    return value ^ value >> 31;
}

/*
 * Where `place` goes in the shuffled order of `count` places. A Feistel network permutes the smallest even
 * power of two that holds them; walking on from a place outside comes back inside (a cycle of a permutation
 * that starts inside returns there), so this needs no list, and each repeat can have an order of its own.
 */
static size_t shuffled(size_t place, size_t count, uint64_t key)
{
    enum { ROUNDS = 4 };
    unsigned half_bits = 1;

    while (half_bits < 16 && (size_t)1 << (2 * half_bits) < count)
        half_bits++;
    uint64_t mask = ((uint64_t)1 << half_bits) - 1;
    uint64_t value = place;

    do {
        uint64_t left = value >> half_bits;
        uint64_t right = value & mask;

        for (int round = 0; round < ROUNDS; round++) {
            uint64_t next = left ^ (scramble(scramble(key + (uint64_t)round) ^ right) & mask);

            left = right;
            right = next;
        }
        value = left << half_bits | right;
    } while (value >= count);
    return (size_t)value;
}

struct selected_instance instances_at(const struct instances *instances, size_t position)
{
    size_t in_all = instances->first + position * instances->step;
    size_t alone_from = instances->lists[false].count * instances->repeat;
    bool alone = in_all >= alone_from;
    const struct selected_list *list = &instances->lists[alone];
    size_t turn = alone ? in_all - alone_from : in_all;
    size_t repeat = turn / list->count;
    size_t place = turn % list->count;

    if (instances->shuffle)
        place = shuffled(place, list->count, scramble(instances->seed + repeat));
    struct selected_instance instance = instance_of(instances, list->at[place], repeat);

    instance.position_in_all = in_all;
    return instance;
}

bool instances_wait(const struct instances *instances)
{
    for (size_t i = 0; i < instances->lists[false].count; i++) {
        if (instances->cases[instances->lists[false].at[i].case_number].waits)
            return true;
    }
    return false;
}

bool instances_limit_memory(const struct instances *instances)
{
    for (size_t i = 0; i < instances->case_count; i++) {
        if (instances->cases[i].limits_memory)
            return true;
    }
    return false;
}

void instances_free(struct instances *instances)
{
    if (!instances)
        return;
    struct arena arena = instances->arena;

    free(instances->lists[false].at);
    free(instances->lists[true].at);
    arena_free(&arena);
}

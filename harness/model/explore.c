#include "model/explore.h"

#include <limits.h>
#include <stdlib.h>
#include <string.h>

enum { PREEMPTIONS_MAX = 16, MOVERS_MAX = UCHAR_MAX + 1, BUCKETS_FIRST = 1024 };

/* A prefix that waits to be run: all but the last step are those of a run, whose copy its prefixes share. */
struct prefix {
    const mover *run;
    size_t length;
    mover last;
    struct prefix *next;
};

/* A state that a prefix was taken on for. */
struct seen {
    uint64_t key;
    unsigned preemptions; /* the fewest */
    bool used;
};

struct explorer {
    struct arena arena;
    unsigned bound;
    bool prune;
    struct prefix *first[PREEMPTIONS_MAX + 1], **end[PREEMPTIONS_MAX + 1]; /* by preemptions */
    size_t waiting[PREEMPTIONS_MAX + 1];
    struct seen *seen;
    size_t seen_count, seen_room;
    struct explore_counts counts;
};

struct explorer *explorer_new(unsigned preemptions, bool prune)
{
    struct explorer *explorer = calloc(1, sizeof(*explorer));

    if (!explorer)
        abort();
    explorer->bound = preemptions < PREEMPTIONS_MAX ? preemptions : PREEMPTIONS_MAX;
    explorer->prune = prune;
    for (size_t i = 0; i <= PREEMPTIONS_MAX; i++)
        explorer->end[i] = &explorer->first[i];
    struct prefix *empty = arena_take(&explorer->arena, sizeof(*empty));

    explorer->first[0] = empty;
    explorer->end[0] = &empty->next;
    explorer->waiting[0] = explorer->counts.waiting = 1;
    return explorer;
}

static struct schedule write_out(const struct prefix *prefix, struct arena *arena)
{
    if (prefix->length == 0)
        return (struct schedule){.length = 0};
    mover *steps = arena_take(arena, prefix->length);

    memcpy(steps, prefix->run, prefix->length - 1);
    steps[prefix->length - 1] = prefix->last;
    return (struct schedule){.steps = steps, .length = prefix->length};
}

bool explorer_next(struct explorer *explorer, struct schedule *prefix, unsigned *preemptions)
{
    for (unsigned i = 0; i <= explorer->bound; i++) {
        struct prefix *first = explorer->first[i];

        if (!first)
            continue;
        explorer->first[i] = first->next;
        if (!first->next)
            explorer->end[i] = &explorer->first[i];
        explorer->waiting[i]--;
        explorer->counts.waiting--;
        explorer->counts.handed_out++;
        *prefix = write_out(first, &explorer->arena);
        *preemptions = i;
        return true;
    }
    return false;
}

static uint64_t mix(uint64_t hash, uint64_t value)
{
    hash ^= value + 0x9e3779b97f4a7c15U + (hash << 6) + (hash >> 2);
    hash *= 0xff51afd7ed558ccdU;
    return hash ^ hash >> 32;
}

/* The trace so far: what depends on what, and its sum. */
struct trace {
    uint64_t sum;
    uint64_t of_mover[MOVERS_MAX]; /* the hash of its last step */
    uint64_t of_thing[64];         /* of the last step that touched it */
};

/* The hash of a step behind `trace`. It covers the steps that it depends on, and so, one by one, all before those. */
static uint64_t hash_step(const struct trace *trace, const struct option *option)
{
    uint64_t hash = mix(option->mover, trace->of_mover[option->mover]);

    for (unsigned thing = 0; thing < 64; thing++)
        if (option->touches >> thing & 1)
            hash = mix(hash, trace->of_thing[thing]);
    return mix(hash, option->touches);
}

static void extend(struct trace *trace, const struct option *option)
{
    uint64_t hash = hash_step(trace, option);

    trace->sum += hash;
    trace->of_mover[option->mover] = hash;
    for (unsigned thing = 0; thing < 64; thing++)
        if (option->touches >> thing & 1)
            trace->of_thing[thing] = hash;
}

/* The place of the key in the table, or where it would be. */
static struct seen *find(struct seen *table, size_t room, uint64_t key)
{
    size_t at = key & (room - 1);

    while (table[at].used && table[at].key != key)
        at = (at + 1) & (room - 1);
    return &table[at];
}

static void grow(struct explorer *explorer)
{
    size_t room = explorer->seen_room ? explorer->seen_room * 2 : BUCKETS_FIRST;
    struct seen *larger = calloc(room, sizeof(*larger));

    if (!larger)
        abort();
    for (size_t i = 0; i < explorer->seen_room; i++)
        if (explorer->seen[i].used)
            *find(larger, room, explorer->seen[i].key) = explorer->seen[i];
    free(explorer->seen);
    explorer->seen = larger;
    explorer->seen_room = room;
}

/* Whether a prefix with this end was taken on before with no more preemptions; else notes that it is now. */
static bool is_repetition(struct explorer *explorer, const struct trace *trace, const struct option *option,
                          unsigned preemptions)
{
    uint64_t key = mix(trace->sum + hash_step(trace, option), option->mover);

    if (2 * explorer->seen_count >= explorer->seen_room)
        grow(explorer);
    struct seen *seen = find(explorer->seen, explorer->seen_room, key);

    if (seen->used && seen->preemptions <= preemptions)
        return true;
    explorer->seen_count += !seen->used;
    *seen = (struct seen){.key = key, .preemptions = preemptions, .used = true};
    return false;
}

/* Whether it is a preemption when `taken` goes at a step where these were the options, and `last` went before. */
static bool preempts(const struct option *options, size_t count, const struct option *taken, int last)
{
    if (last < 0 || taken->mover == last)
        return false;
    for (size_t i = 0; i < count; i++)
        if (options[i].mover == last && !options[i].gives_way && !options[i].would_sleep)
            return true;
    return false;
}

static void take_on(struct explorer *explorer, const mover *run, size_t step, mover last,
                    unsigned preemptions)
{
    struct prefix *prefix = arena_take(&explorer->arena, sizeof(*prefix));

    *prefix = (struct prefix){.run = run, .length = step + 1, .last = last};
    *explorer->end[preemptions] = prefix;
    explorer->end[preemptions] = &prefix->next;
    explorer->waiting[preemptions]++;
    explorer->counts.waiting++;
}

static bool all_would_sleep(const struct explored_step *step)
{
    for (size_t i = 0; i < step->count; i++)
        if (!step->options[i].would_sleep)
            return false;
    return true;
}

/* The options of a step that were not taken: each is a prefix, unless it is beyond the bound or a repetition. */
static void branch(struct explorer *explorer, const struct explored_step *here, const mover *run, size_t step,
                   const struct trace *trace, int last, unsigned so_far)
{
    if (all_would_sleep(here)) /* a deadlock, in whichever order they fall asleep */
        return;
    for (size_t i = 0; i < here->count; i++) {
        const struct option *option = &here->options[i];
        unsigned preemptions = so_far + preempts(here->options, here->count, option, last);

        if (i == here->chosen || option->would_sleep || option->mover == here->options[here->chosen].mover)
            continue;
        if (preemptions > explorer->bound)
            explorer->counts.beyond++;
        else if (explorer->prune && is_repetition(explorer, trace, option, preemptions))
            explorer->counts.left_out++;
        else
            take_on(explorer, run, step, option->mover, preemptions);
    }
}

void explorer_learn(struct explorer *explorer, size_t prefix_length, const struct explored_step *steps,
                    size_t step_count)
{
    struct trace trace = {0};
    unsigned preemptions = 0;
    int last = -1;
    mover *run = arena_take(&explorer->arena, step_count + 1);

    for (size_t i = 0; i < step_count; i++) {
        const struct explored_step *step = &steps[i];
        const struct option *taken = &step->options[step->chosen];

        run[i] = taken->mover;
        if (i >= prefix_length)
            branch(explorer, step, run, i, &trace, last, preemptions);
        preemptions += preempts(step->options, step->count, taken, last);
        if (i >= prefix_length && explorer->prune && !taken->would_sleep)
            is_repetition(explorer, &trace, taken, preemptions);
        extend(&trace, taken);
        last = taken->mover;
    }
}

struct explore_counts explorer_counts(const struct explorer *explorer)
{
    struct explore_counts counts = explorer->counts;

    for (unsigned i = 0; i <= explorer->bound && counts.alike == 0; i++)
        counts.alike = explorer->waiting[i];
    return counts;
}

void explorer_free(struct explorer *explorer)
{
    if (!explorer)
        return;
    arena_free(&explorer->arena);
    free(explorer->seen);
    free(explorer);
}

size_t explore_choose(const struct schedule *schedule, size_t step, const struct option *options,
                      size_t count, int last, bool *diverged)
{
    size_t awake = 0;

    if (step < schedule->length) {
        for (size_t i = 0; i < count; i++)
            if (options[i].mover == schedule->steps[step])
                return i;
        *diverged = true;
    }
    for (size_t i = 0; i < count; i++)
        if (options[i].mover == last && !options[i].gives_way && !options[i].would_sleep)
            return i;
    while (awake < count && options[awake].would_sleep)
        awake++;
    return awake < count ? awake : 0;
}

size_t explore_choose_randomly(const struct option *options, size_t count, uint64_t *seed)
{
    size_t awake = 0;

    for (size_t i = 0; i < count; i++)
        awake += !options[i].would_sleep;
    if (awake == 0)
        return 0;
    *seed = *seed * 6364136223846793005U + 1442695040888963407U;
    size_t nth = (size_t)(*seed >> 33) % awake, chosen = 0;

    for (;; chosen++)
        if (!options[chosen].would_sleep && nth-- == 0)
            return chosen;
}

unsigned explore_preemptions(const struct explored_step *steps, size_t count)
{
    unsigned preemptions = 0;
    int last = -1;

    for (size_t i = 0; i < count; i++) {
        const struct option *taken = &steps[i].options[steps[i].chosen];

        preemptions += preempts(steps[i].options, steps[i].count, taken, last);
        last = taken->mover;
    }
    return preemptions;
}

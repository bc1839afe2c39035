#include "model/shrink.h"

#include <string.h>

struct shrinking {
    struct shrink_run best;
    shrink_try *try;
    void *context;
    unsigned runs_left;
    struct arena *arena;
};

static bool is_simpler(const struct shrink_run *one, const struct shrink_run *other)
{
    if (one->preemptions != other->preemptions)
        return one->preemptions < other->preemptions;
    return one->schedule.length < other->schedule.length;
}

static bool attempt(struct shrinking *shrinking, const struct schedule *candidate)
{
    if (shrinking->runs_left == 0)
        return false;
    shrinking->runs_left--;
    struct shrink_run run = shrinking->try(shrinking->context, candidate);

    if (!run.fails || !is_simpler(&run, &shrinking->best))
        return false;
    shrinking->best = run;
    return true;
}

/* The shortest beginning behind which the run goes on to the failure by itself: by halves, then step by step. */
static bool cut_end(struct shrinking *shrinking)
{
    bool any = false;

    for (size_t cut = shrinking->best.schedule.length; cut > 0;) {
        struct schedule candidate = shrinking->best.schedule;

        if (cut > candidate.length)
            cut = candidate.length;
        candidate.length -= cut;
        if (cut > 0 && attempt(shrinking, &candidate))
            any = true;
        else
            cut /= 2;
    }
    return any;
}

/* How many steps from `at` on are of the same mover. */
static size_t block_length(const struct schedule *schedule, size_t at)
{
    size_t end = at;

    while (end < schedule->length && schedule->steps[end] == schedule->steps[at])
        end++;
    return end - at;
}

/* The schedule with its steps `from` to `from + count` moved to `to`. */
static struct schedule move(const struct shrinking *shrinking, size_t from, size_t count, size_t to)
{
    const struct schedule *best = &shrinking->best.schedule;
    mover *steps = arena_take(shrinking->arena, best->length + 1);
    size_t length = 0;

    for (size_t i = 0; i <= best->length; i++) {
        if (i == to) {
            memcpy(steps + length, best->steps + from, count);
            length += count;
        }
        if (i < best->length && (i < from || i >= from + count))
            steps[length++] = best->steps[i];
    }
    return (struct schedule){.steps = steps, .length = length};
}

/* A B A' becomes A A' B: one block of a mover is joined with its next one, or with the one before. */
static bool join_blocks(struct shrinking *shrinking)
{
    for (size_t at = 0; at < shrinking->best.schedule.length;) {
        const struct schedule *best = &shrinking->best.schedule;
        size_t length = block_length(best, at), next = at + length;

        while (next < best->length && best->steps[next] != best->steps[at])
            next += block_length(best, next);
        if (next < best->length && next > at + length) {
            struct schedule later_sooner = move(shrinking, next, block_length(best, next), at + length);
            struct schedule sooner_later = move(shrinking, at, length, next);

            if (attempt(shrinking, &later_sooner) || attempt(shrinking, &sooner_later))
                return true;
        }
        at += length;
    }
    return false;
}

/* Without one block: the others may not need it. */
static bool drop_block(struct shrinking *shrinking)
{
    for (size_t at = 0; at < shrinking->best.schedule.length;) {
        const struct schedule *best = &shrinking->best.schedule;
        size_t length = block_length(best, at);
        struct schedule without = move(shrinking, at, length, best->length);

        without.length -= length;
        if (attempt(shrinking, &without))
            return true;
        at += length;
    }
    return false;
}

struct shrink_run shrink(const struct shrink_run *failing, shrink_try *try, void *context, unsigned runs_max,
                         struct arena *arena)
{
    struct shrinking shrinking = {
        .best = *failing, .try = try, .context = context, .runs_left = runs_max, .arena = arena};

    while (cut_end(&shrinking) || join_blocks(&shrinking) || drop_block(&shrinking))
        ;
    return shrinking.best;
}

#include "report/tally.h"

#include <string.h>

static struct count *count_of(struct counts *counts, const char *name, struct arena *arena)
{
    for (size_t i = 0; i < counts->count; i++) {
        if (strcmp(counts->list[i].name, name) == 0)
            return &counts->list[i];
    }
    if (counts->count == TALLY_NAMES_MAX)
        return &counts->list[TALLY_NAMES_MAX - 1];
    struct count *count = &counts->list[counts->count++];

    count->name = counts->count == TALLY_NAMES_MAX ? "others" : arena_copy(arena, name, strlen(name));
    return count;
}

static void add(struct count *count, const struct verdict *verdict)
{
    count->of[verdict->kind]++;
    count->deviates += verdict->deviates;
    count->duration_ns += verdict->duration_ns;
}

void tally_add(struct tally *tally, const struct record *record)
{
    struct arena arena = {0};

    add(&tally->total, &record->verdict);
    add(count_of(&tally->targets, target_label(&record->target, &arena), &tally->arena), &record->verdict);
    add(count_of(&tally->groups, record->group, &tally->arena), &record->verdict);
    if (record->verdict.kind == VERDICT_SKIP) {
        const char *reason = record->verdict.reason ? record->verdict.reason : "no reason given";

        add(count_of(&tally->reasons, reason, &tally->arena), &record->verdict);
    }
    if (record->known.reason)
        add(count_of(&tally->known, record->known.reason, &tally->arena), &record->verdict);
    arena_free(&arena);
}

const struct count *counts_find(const struct counts *counts, const char *name)
{
    for (size_t i = 0; i < counts->count; i++) {
        if (strcmp(counts->list[i].name, name) == 0)
            return &counts->list[i];
    }
    return counts->count ? &counts->list[counts->count - 1] : NULL;
}

size_t count_sum(const struct count *count)
{
    size_t sum = 0;

    for (int kind = 0; kind < VERDICT_KINDS; kind++)
        sum += count->of[kind];
    return sum;
}

size_t count_red(const struct count *count)
{
    return count->of[VERDICT_FAIL] + count->of[VERDICT_ERROR];
}

bool count_is_red(const struct count *count)
{
    return count_red(count) > 0;
}

void tally_free(struct tally *tally)
{
    arena_free(&tally->arena);
    *tally = (struct tally){0};
}

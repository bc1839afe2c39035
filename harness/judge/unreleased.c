#include "judge/unreleased.h"

#include <string.h>

static const struct {
    const char *sentence, *rule;
} classes[] = {
    [CLASS_ATTACH] = {"it exits with 0, and a segment is still attached",
                      "shmdt(2): what is attached is to be detached"},
    [CLASS_DESCRIPTOR] = {"it exits with 0, and a descriptor is still open",
                          "close(2): what is opened is to be closed"},
    [CLASS_CHILD] = {"it exits with 0, and has not waited for a child",
                     "wait(2): a child that is not waited for becomes another's"},
};

static enum unreleased_class class_of(enum unreleased_kind kind)
{
    switch (kind) {
    case UNRELEASED_ATTACH:
        return CLASS_ATTACH;
    case UNRELEASED_DESCRIPTOR:
        return CLASS_DESCRIPTOR;
    case UNRELEASED_CHILD_RUNNING:
    case UNRELEASED_CHILD_ZOMBIE:
        break;
    }
    return CLASS_CHILD;
}

struct unreleased_counts unreleased_count(const struct program_outcome *program)
{
    struct unreleased_counts counts = {0};

    for (const struct unreleased *unreleased = program->unreleased; unreleased; unreleased = unreleased->next)
        counts.of[class_of(unreleased->kind)]++;
    return counts;
}

static const char *list(const struct program_outcome *program, enum unreleased_class which,
                        struct arena *arena)
{
    const char *text = NULL;

    for (const struct unreleased *unreleased = program->unreleased; unreleased; unreleased = unreleased->next)
        if (class_of(unreleased->kind) == which)
            text = text ? arena_print(arena, "%s; %s", text, unreleased->sentence) : unreleased->sentence;
    return text;
}

struct problem *unreleased_judge(const struct program_outcome *program,
                                 const struct unreleased_counts *before, struct arena *arena)
{
    const struct unreleased_counts now = unreleased_count(program);
    struct problem *first = NULL, **last = &first;

    if (!program->ended || program->status != 0)
        return NULL;
    for (enum unreleased_class which = 0; which < UNRELEASED_CLASSES; which++) {
        if (now.of[which] <= before->of[which])
            continue;
        *last = arena_take(arena, sizeof(**last));
        **last = (struct problem){.severity = FINDING_LEAVES,
                                  .program = program->name,
                                  .sentence = classes[which].sentence,
                                  .why = list(program, which, arena),
                                  .rule = classes[which].rule};
        last = &(*last)->next;
    }
    return first;
}

enum unreleased_class unreleased_class_of(const char *sentence)
{
    enum unreleased_class which = 0;

    while (which < UNRELEASED_CLASSES && strcmp(classes[which].sentence, sentence) != 0)
        which++;
    return which;
}

bool unreleased_is_given_back_by(enum unreleased_class which, const char *call)
{
    static const char *const calls[][2] = {
        [CLASS_ATTACH] = {"shmdt"}, [CLASS_DESCRIPTOR] = {"close"}, [CLASS_CHILD] = {"wait4", "waitid"}};

    for (size_t i = 0; i < 2 && calls[which][i]; i++)
        if (strcmp(calls[which][i], call) == 0)
            return true;
    return false;
}

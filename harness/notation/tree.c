#include "notation/tree.h"

#include <string.h>

const char *case_default_actor(size_t index)
{
    static const char *const actors[] = {"writer", "reader"};

    return index < sizeof(actors) / sizeof(*actors) ? actors[index] : NULL;
}

bool case_uses_actor(const struct drill_case *drill_case, const char *actor)
{
    for (const struct step *step = drill_case->steps; step; step = step->next)
        if (step->actor && strcmp(step->actor, actor) == 0)
            return true;
    return false;
}

bool name_counts_objects(const char *name)
{
    return strcmp(name, "segments") == 0 || strcmp(name, "semaphores") == 0;
}

const struct step *step_end(const struct step *step)
{
    int depth = 0;

    for (; step; step = step->next) {
        depth += step->kind == STEP_ROUNDS || step->kind == STEP_TOGETHER;
        depth -= step->kind == STEP_END;
        if (depth <= 0)
            break;
    }
    return step;
}

const struct step *case_scene(const struct drill_case *drill_case)
{
    const struct step *step = drill_case->steps;

    while (step && step->kind != STEP_SCENE)
        step = step->next;
    return step;
}

#include "conductor/program_memory.h"

#include <string.h>

#include "leaks/memory.h"
#include "notation/injection.h"

static bool can_follow(struct instance *instance, const struct actor *actor)
{
    struct injection injection;
    const char *problem;
    int at;

    for (const struct step *step = instance->drill_case->steps; step; step = step->next)
        if (step->kind == STEP_INJECT && strcmp(step->actor, actor->name) == 0 &&
            injection_read(step->text, &injection, instance->arena, &at, &problem) &&
            !memory_can_follow(&injection))
            return false;
    return true;
}

const char *const *program_memory_words(struct instance *instance, struct actor *actor,
                                        const char *const *words)
{
    const struct memcheck_choice *choice = &instance->conductor->options.memcheck;
    const char *problem;

    if (!choice->valgrind || actor->declaration->uid || !can_follow(instance, actor))
        return words;
    actor->memcheck_folder = memcheck_folder_make(instance->arena, &problem);
    if (actor->memcheck_folder)
        return memcheck_words(choice, words, actor->memcheck_folder, instance->arena);
    instance_error(instance, NULL, "%s", problem);
    return NULL;
}

void program_memory_judge(struct instance *instance, struct actor *actor)
{
    if (!actor->memcheck_folder)
        return;
    for (const struct memcheck_error *error =
             memcheck_folder_read(actor->memcheck_folder, instance->arena, NULL);
         error; error = error->next)
        if (!memcheck_is_loss(error) || actor->exit_status == 0)
            instance_fail(instance, NULL, "no error in memory",
                          arena_print(instance->arena, "%s: %s", actor->name,
                                      memcheck_sentence(error, instance->arena)),
                          "memcheck finds an error in %s", actor->name);
    memcheck_folder_remove(actor->memcheck_folder);
    actor->memcheck_folder = NULL;
}

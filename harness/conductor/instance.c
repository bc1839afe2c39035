#include "conductor/instance.h"

#include <string.h>

#include "conductor/show.h"

static void conclude(struct instance *instance, enum verdict_kind kind, const struct step *step,
                     const char *reason)
{
    if (instance->over)
        return;
    instance->over = true;
    instance->verdict->kind = kind;
    instance->verdict->reason = reason;
    if (step)
        instance->verdict->line = step->at.line;
}

void instance_fail(struct instance *instance, const struct step *step, const char *expected, const char *got,
                   const char *format, ...)
{
    va_list arguments;

    if (instance->over)
        return;
    va_start(arguments, format);
    conclude(instance, VERDICT_FAIL, step, arena_vprint(instance->arena, format, arguments));
    va_end(arguments);
    instance->verdict->expected = expected;
    instance->verdict->got = got;
}

void instance_skip(struct instance *instance, const char *format, ...)
{
    va_list arguments;

    va_start(arguments, format);
    conclude(instance, VERDICT_SKIP, NULL, arena_vprint(instance->arena, format, arguments));
    va_end(arguments);
}

void instance_error(struct instance *instance, const struct step *step, const char *format, ...)
{
    va_list arguments;

    va_start(arguments, format);
    conclude(instance, VERDICT_ERROR, step, arena_vprint(instance->arena, format, arguments));
    va_end(arguments);
}

struct actor *instance_actor(const struct instance *instance, const char *name)
{
    struct actor *actor = instance->actors;

    while (actor && strcmp(actor->name, name) != 0)
        actor = actor->next;
    return actor;
}

struct actor *instance_add_actor(struct instance *instance, const char *name)
{
    struct actor *actor = arena_take(instance->arena, sizeof(*actor)), **last = &instance->actors;

    *actor = (struct actor){
        .name = name, .channel = {.descriptor = -1}, .exit_status = -1, .exit_asked = -1, .terminal = -1};
    while (*last)
        last = &(*last)->next;
    return *last = actor;
}

const struct value *instance_name(const struct instance *instance, const char *text)
{
    for (const struct name *name = instance->names; name; name = name->next)
        if (strcmp(name->text, text) == 0)
            return &name->value;
    return NULL;
}

void instance_learn(struct instance *instance, const char *text, const struct value *value)
{
    struct name *name = arena_take(instance->arena, sizeof(*name));

    *name = (struct name){text, *value, instance->names};
    instance->names = name;
}

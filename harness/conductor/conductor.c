#include "conductor/conductor.h"

#include <sched.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "conductor/injections.h"
#include "conductor/instance.h"
#include "conductor/memory_cgroup.h"
#include "conductor/needs.h"
#include "conductor/process.h"
#include "conductor/program_memory.h"
#include "conductor/steps.h"

/* Where cases have a namespace of their own every key is free; elsewhere keys are tried until one is. */
enum {
    FIRST_KEY = 0x5eed0001,
    SHARED_KEY_BITS = 0x3fffffff,
    SHARED_KEY_BASE = 0x40000000,
    KEY_TRIES_MAX = 1000,
};

static bool key_is_free(struct instance *instance, integer key)
{
    static const char *const calls[] = {"shmget", "semget"};

    for (size_t i = 0; i < 2; i++) {
        const char *request = arena_print(instance->arena, "%s %lld 0 0", calls[i], (long long)key);
        const struct answer *answer =
            target_ask(instance->target, &instance->first, instance->arena, -1, request);

        if (answer->kind != ANSWER_FAILED || strcmp(answer->name, "ENOENT") != 0)
            return false;
    }
    return true;
}

static bool choose_keys(struct instance *instance)
{
    instance->keys[0] = FIRST_KEY;
    instance->keys[1] = FIRST_KEY + 1;
    if (instance->target->isolation != ISOLATION_NONE)
        return true;
    for (int i = 0, tries = 0; i < 2; tries++) {
        unsigned number = (unsigned)getpid() * 4096u + instance->conductor->key_count++;
        integer key = SHARED_KEY_BASE | (number & SHARED_KEY_BITS);

        if (tries == KEY_TRIES_MAX) {
            instance_error(instance, NULL, "no free key after %d tries", KEY_TRIES_MAX);
            return false;
        }
        if (key_is_free(instance, key))
            instance->keys[i++] = key;
    }
    return true;
}

static bool need_is_met(struct instance *instance, const char *need)
{
    const char *missing = need_missing(instance->conductor, need);

    if (missing)
        instance_skip(instance, "%s", missing);
    return !missing;
}

/* Whether the objects of the case's namespace are counted: elsewhere there are others' among them. */
static bool counts_objects(const struct expression *expression)
{
    if (!expression)
        return false;
    if (expression->kind == EXPRESSION_NAME && name_counts_objects(expression->text))
        return true;
    return counts_objects(expression->left) || counts_objects(expression->right);
}

/* What the case says it needs, and what the actors that this instance uses imply. */
static bool needs_are_met(struct instance *instance)
{
    const struct drill_case *drill_case = instance->drill_case;

    if (drill_case->linux_only && instance->conductor->options.profile == PROFILE_POSIX) {
        instance_skip(instance, "Linux only: POSIX does not ask for it");
        return false;
    }
    for (const struct word *need = drill_case->needs; need; need = need->next)
        if (!need_is_met(instance, need->text))
            return false;
    for (const struct step *step = drill_case->steps; step; step = step->next)
        if (step->kind == STEP_REQUIRE && counts_objects(step->value) &&
            !need_is_met(instance, "ipc_namespace"))
            return false;
    for (const struct actor_declaration *actor = drill_case->actors; actor; actor = actor->next) {
        if (!case_uses_actor(drill_case, actor->name))
            continue;
        if ((actor->uid || actor->gid || actor->groups) && !need_is_met(instance, "uids"))
            return false;
        if (actor->program && !need_is_met(instance, "ipc_namespace"))
            return false;
        if (actor->memory && !need_is_met(instance, "memory_cgroup"))
            return false;
    }
    return true;
}

static void close_instance(struct instance *instance)
{
    for (struct actor *actor = instance->actors; actor; actor = actor->next)
        injections_stop(instance, actor);
    for (struct actor *actor = instance->actors; actor; actor = actor->next)
        program_memory_judge(instance, actor);
    for (struct actor *actor = instance->actors; actor; actor = actor->next) {
        channel_close(&actor->channel);
        if (actor->terminal >= 0)
            close(actor->terminal);
        free(actor->output);
    }
    /* A PID namespace dies with its first process; without one that process has to clean up first. */
    if (instance->first.descriptor >= 0 && instance->target->isolation != ISOLATION_FULL &&
        target_ask(instance->target, &instance->first, instance->arena, -1, "end")->kind != ANSWER_RETURNED)
        instance->conductor->broken = true;
    channel_close(&instance->first);
    for (struct actor *actor = instance->actors; actor; actor = actor->next)
        if (actor->cgroup)
            memory_cgroup_remove(actor->cgroup); /* one that stays goes with the run's folder */
}

static void perform_scene(struct instance *instance, const struct step *scene)
{
    if (!need_is_met(instance, "ipc_namespace"))
        return;
    if (instance->conductor->options.perform_scene)
        instance->conductor->options.perform_scene(instance, scene);
    else
        instance_error(instance, scene, "nothing here performs scenes");
}

static void open_and_run(struct instance *instance)
{
    const struct step *scene = case_scene(instance->drill_case);
    const char *problem = NULL;

    if (!needs_are_met(instance))
        return;
    if (scene) {
        perform_scene(instance, scene);
        return;
    }
    if (!target_open_case(instance->target, &instance->first, instance->arena, &problem)) {
        instance->conductor->broken = true;
        instance_error(instance, NULL, "the case cannot be opened: %s", problem);
        return;
    }
    if (choose_keys(instance))
        run_steps(instance);
}

static void add_declared_actors(struct instance *instance)
{
    for (const struct actor_declaration *actor = instance->drill_case->actors; actor; actor = actor->next)
        instance_add_actor(instance, actor->name)->declaration = actor;
    for (size_t i = 0; case_default_actor(i); i++)
        if (!instance_actor(instance, case_default_actor(i)))
            instance_add_actor(instance, case_default_actor(i));
}

static bool revive(struct conductor *conductor, struct instance *instance)
{
    const char *problem = NULL;

    if (!conductor->broken)
        return true;
    target_stop(&conductor->target);
    conductor->broken = !target_start(&conductor->target, &conductor->options, &problem);
    if (conductor->broken)
        instance_error(instance, NULL, "%s", problem);
    return !conductor->broken;
}

void conductor_run(struct conductor *conductor, const struct case_file *file, const struct drill_case *source,
                   size_t index, struct arena *arena, struct verdict *verdict)
{
    int64_t start_ns = monotonic_ns();
    struct diagnostics diagnostics = {0};
    struct instance instance = {.conductor = conductor,
                                .target = &conductor->target,
                                .file = file,
                                .arena = arena,
                                .whole_arena = arena,
                                .first = {.descriptor = -1},
                                .verdict = verdict,
                                .transcript_end = &verdict->transcript};

    *verdict = (struct verdict){.kind = VERDICT_PASS, .line = notation_line(source, index)};
    instance.drill_case = notation_expand(file, source, index, arena, &diagnostics);
    if (!instance.drill_case) {
        instance_error(&instance, NULL, "%s", diagnostics.first->text);
    } else if (revive(conductor, &instance)) {
        add_declared_actors(&instance);
        open_and_run(&instance);
        close_instance(&instance);
    }
    if (verdict->kind == VERDICT_PASS)
        verdict->line = notation_line(source, index);
    diagnostics_free(&diagnostics);
    verdict->duration_ns = (uint64_t)(monotonic_ns() - start_ns);
}

/* The processors that this process may use, before it confines itself to one. */
static void note_processors(struct conductor *conductor)
{
    cpu_set_t set;

    CPU_ZERO(&set);
    sched_getaffinity(0, sizeof(set), &set);
    for (int i = 0; i < CPU_SETSIZE && conductor->processor_count < CONDUCTOR_PROCESSORS_MAX; i++)
        if (CPU_ISSET((size_t)i, &set))
            conductor->processors[conductor->processor_count++] = i;
}

static void keep_facts(struct conductor *conductor)
{
    const struct target *target = &conductor->target;

    conductor->libc = arena_print(&conductor->arena, "%s", target->libc);
    if (target->why_lowered)
        conductor->why_lowered = arena_print(&conductor->arena, "%s", target->why_lowered);
}

struct conductor *conductor_start(const struct conductor_options *options, struct arena *arena,
                                  const char **problem)
{
    struct conductor *conductor = calloc(1, sizeof(*conductor));
    const char *trouble = NULL;

    if (!conductor)
        abort();
    conductor->options = *options;
    note_processors(conductor);
    if (options->processor >= 0)
        process_run_on(options->processor);
    if (target_start(&conductor->target, &conductor->options, &trouble)) {
        keep_facts(conductor);
        return conductor;
    }
    *problem = arena_copy(arena, trouble, strlen(trouble));
    conductor_stop(conductor);
    return NULL;
}

enum isolation conductor_isolation(const struct conductor *conductor, const char **why)
{
    bool lowered = conductor->target.isolation != conductor->options.isolation;

    if (why)
        *why = lowered ? conductor->why_lowered : NULL;
    return conductor->target.isolation;
}

const char *conductor_libc(const struct conductor *conductor)
{
    return conductor->libc;
}

void conductor_stop(struct conductor *conductor)
{
    if (!conductor)
        return;
    target_stop(&conductor->target);
    arena_free(&conductor->arena);
    free(conductor);
}

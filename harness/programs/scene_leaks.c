#include "programs/scene_leaks.h"

#include <string.h>

#include "leaks/findings.h"

static bool ended(const struct leaks_report *report)
{
    return report->ended;
}

static bool went_well(const struct leaks_report *report)
{
    return report->ended && report->status == 0;
}

static bool all(const struct scene_leaks *leaks, bool (*is_so)(const struct leaks_report *report))
{
    for (size_t i = 0; i < leaks->program_count; i++)
        if (!is_so(&leaks->reports[i]))
            return false;
    return true;
}

/* What is worth it: Valgrind is slow. */
static bool look_at_memory(const struct scene_leaks_settings *settings, const struct scene_leaks *leaks)
{
    if (!settings->memcheck.valgrind)
        return false;
    return settings->memory_everywhere ? all(leaks, ended)
                                       : (leaks->scene->flags & SCENE_SWEPT) && all(leaks, went_well);
}

/* What the scene itself made, and the programs are to leave alone. */
static bool is_made(const struct staged *staged, const struct object_left *object)
{
    for (size_t i = 0; object && i < staged->made_count; i++)
        if (scene_made(&staged->made[i], object))
            return true;
    return false;
}

static void leave_out_made(const struct staged *staged, struct leak **leaks)
{
    while (*leaks)
        if (is_made(staged, (*leaks)->object))
            *leaks = (*leaks)->next;
        else
            leaks = &(*leaks)->next;
}

static bool look(const struct scene_leaks_settings *settings, struct scene_leaks *leaks, struct arena *arena,
                 const char **problem)
{
    struct staged staged;

    if (!scene_stage(leaks->scene, settings->pair, &staged, arena, problem))
        return false;
    struct leaks_settings looking = {.conductor = settings->conductor,
                                     .programs = staged.programs,
                                     .program_count = staged.program_count,
                                     .acts = staged.acts,
                                     .act_count = staged.act_count,
                                     .bounds = scene_bounds};

    leaks->program_count = staged.program_count;
    leaks->how = arena_print(arena, "at its end, in scene %s", leaks->scene->name);
    for (size_t i = 0; i < staged.program_count; i++) {
        leaks->names[i] = staged.programs[i].name;
        leaks->is_reader[i] = scene_is_reader(&staged.programs[i]);
    }
    if (!leaks_run(&looking, arena, leaks->reports, problem))
        return false;
    leaks->memory = look_at_memory(settings, leaks);
    if (leaks->memory) {
        looking.memcheck = settings->memcheck;
        if (!leaks_run(&looking, arena, leaks->reports, problem))
            return false;
    }
    for (size_t i = 0; i < staged.program_count; i++)
        leave_out_made(&staged, &leaks->reports[i].leaks);
    return true;
}

struct scene_leaks *scene_leaks_run(const struct scene_leaks_settings *settings, struct arena *arena,
                                    const char **problem)
{
    struct scene_leaks *first = NULL, **last = &first;
    size_t count = 0;
    const struct scene *scene;

    while (scene_at(count))
        count++;
    for (size_t i = 0; (scene = scene_at(i)); i++) {
        struct scene_leaks *leaks = arena_take(arena, sizeof(*leaks));

        if (settings->progress)
            settings->progress(settings->context, i, count);
        *leaks = (struct scene_leaks){.scene = scene};
        if (scene_lacks(scene, settings->pair))
            continue;
        if (look(settings, leaks, arena, problem)) {
            *last = leaks;
            last = &leaks->next;
        } else if (!(scene->flags & SCENE_USERS)) {
            return NULL;
        }
    }
    return first;
}

static bool is_told_by_scenes(const struct leak *leak)
{
    return leak->kind == LEAK_SEGMENT || leak->kind == LEAK_SET || leak->kind == LEAK_CHILD_RUNNING;
}

/* What a program that fails may leave to the kernel is no finding; what it does to memory is. */
static bool counts(const struct leaks_report *report, const struct leak *leak)
{
    return !is_told_by_scenes(leak) && (leak->kind > LEAK_HEAP || went_well(report));
}

static bool leaves(const struct leaks_report *report, enum leak_kind kind)
{
    for (const struct leak *leak = report->leaks; leak; leak = leak->next)
        if (leak->kind == kind && counts(report, leak))
            return true;
    return false;
}

/* Whether the program leaves a thing of that kind in one of the scenes before `until`. */
static bool is_known(const struct scene_leaks *leaks, const struct scene_leaks *until, bool is_reader,
                     enum leak_kind kind)
{
    for (; leaks != until; leaks = leaks->next)
        for (size_t i = 0; i < leaks->program_count; i++)
            if (leaks->is_reader[i] == is_reader && leaves(&leaks->reports[i], kind))
                return true;
    return false;
}

/* Whether the leak is what a problem of unreleased_judge or memory_run_judge says in that sentence. */
static bool is_said(const struct leak *leak, const char *sentence, struct arena *arena)
{
    switch (unreleased_class_of(sentence)) {
    case CLASS_ATTACH:
        return leak->kind == LEAK_ATTACH;
    case CLASS_DESCRIPTOR:
        return leak->kind == LEAK_DESCRIPTOR;
    case CLASS_CHILD:
        return leak->kind == LEAK_CHILD_RUNNING || leak->kind == LEAK_CHILD_ZOMBIE;
    case UNRELEASED_CLASSES:
        break;
    }
    return leak->error && strcmp(memcheck_sentence(leak->error, arena), sentence) == 0;
}

bool scene_leaks_show(const struct scene_leaks *leaks, bool is_reader, const char *sentence)
{
    struct arena arena = {0};
    bool shown = false;

    for (; leaks; leaks = leaks->next)
        for (size_t i = 0; i < leaks->program_count; i++)
            for (const struct leak *leak = leaks->reports[i].leaks; leak && !shown; leak = leak->next)
                shown = leaks->is_reader[i] == is_reader && is_said(leak, sentence, &arena);
    arena_free(&arena);
    return shown;
}

void scene_leaks_add_findings(const struct scene_leaks *leaks, struct findings *findings)
{
    for (const struct scene_leaks *at = leaks; at; at = at->next)
        for (size_t i = 0; i < at->program_count; i++)
            for (const struct leak *leak = at->reports[i].leaks; leak; leak = leak->next) {
                struct leak alone = *leak;
                const struct leaks_report one = {.leaks = &alone};

                alone.next = NULL;
                if (counts(&at->reports[i], leak) && !is_known(leaks, at, at->is_reader[i], leak->kind))
                    leaks_add_findings(&one, at->names[i], at->how, findings);
            }
}

json_t *scene_leaks_to_json(const struct scene_leaks *leaks)
{
    json_t *all = json_array();

    for (; leaks; leaks = leaks->next)
        for (size_t i = 0; i < leaks->program_count; i++) {
            json_t *some = leaks_to_json(&leaks->reports[i], leaks->names[i], leaks->how);

            json_array_extend(all, some);
            json_decref(some);
        }
    return all;
}

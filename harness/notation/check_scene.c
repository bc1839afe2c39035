#include <string.h>

#include "notation/check_call.h"
#include "notation/schedule.h"
#include "vocabulary/scenes.h"
#include "vocabulary/vocabulary.h"

/* The programs of a scene's script, by the names that it starts them with. */
static const char *const performers[] = {"reader", "writer", "reader2", "writer2"};

static const struct {
    const char *name;
    enum expression_kind kind;
} settings[] = {
    {"first", EXPRESSION_STRING},  {"second", EXPRESSION_STRING},      {"end", EXPRESSION_STRING},
    {"prompt", EXPRESSION_STRING}, {"segment_key", EXPRESSION_NUMBER}, {"set_key", EXPRESSION_NUMBER},
};

enum { SETTINGS = sizeof(settings) / sizeof(*settings) };

static const char *scene_name_at(void *context, size_t index)
{
    const struct scene *scene = scene_at(index);

    (void)context;
    return scene ? scene->name : NULL;
}

static const char *setting_name_at(void *context, size_t index)
{
    (void)context;
    return index < SETTINGS ? settings[index].name : NULL;
}

static void check_setting(struct checker *checker, const struct element *setting)
{
    const char *nearest = vocabulary_nearest(setting->name, setting_name_at, NULL);
    size_t i = 0;

    while (i < SETTINGS && strcmp(settings[i].name, setting->name) != 0)
        i++;
    if (i == SETTINGS)
        check_fail(checker, setting->at, "unknown setting %s, %s%s%s", setting->name,
                   nearest ? "did you mean " : "first, second, end, prompt, segment_key or set_key expected",
                   nearest ? nearest : "", nearest ? "?" : "");
    else if (setting->value->kind != settings[i].kind)
        check_fail(checker, setting->value->at, "%s: a %s expected", setting->name,
                   settings[i].kind == EXPRESSION_STRING ? "string" : "number");
    for (const struct element *other = setting->next; other; other = other->next)
        if (strcmp(other->name, setting->name) == 0)
            check_fail(checker, other->at, "%s is given twice", other->name);
}

static bool is_program(struct checker *checker, const char *name)
{
    const struct known_actor *actor = checker->actors;

    while (actor && strcmp(actor->name, name) != 0)
        actor = actor->next;
    return actor && actor->program;
}

static void check_neighbours(struct checker *checker, const struct step *scene)
{
    int injections = 0, schedules = 0;

    for (const struct step *step = checker->steps; step; step = step->next) {
        injections += step->kind == STEP_INJECT;
        schedules += step->kind == STEP_SCHEDULE;
        if (step != scene && step->kind != STEP_INJECT && step->kind != STEP_SCHEDULE &&
            step->kind != STEP_COMMENT)
            check_fail(checker, step->at, "only inject or schedule may stand beside a scene");
        if (injections + schedules > 1)
            check_fail(checker, step->at, "one inject or one schedule expected, not both");
    }
}

void check_scene(struct checker *checker, const struct step *step)
{
    if (!scene_named(step->text)) {
        const char *nearest = vocabulary_nearest(step->text, scene_name_at, NULL);

        check_fail(checker, step->text_at, "unknown scene %s%s%s%s", step->text,
                   nearest ? ", did you mean " : ": one of harness/vocabulary/scenes.c expected",
                   nearest ? nearest : "", nearest ? "?" : "");
    }
    for (size_t i = 0; i < 2; i++)
        if (!is_program(checker, performers[i]))
            check_fail(checker, step->at, "a scene is for two programs: `program %s` expected above it",
                       performers[i]);
    for (const struct element *setting = step->arguments; setting; setting = setting->next)
        check_setting(checker, setting);
    check_neighbours(checker, step);
}

void check_schedule(struct checker *checker, const struct step *step)
{
    struct schedule schedule;
    const struct step *scene = checker->steps;
    const char *problem;

    while (scene && scene->kind != STEP_SCENE)
        scene = scene->next;
    if (!scene)
        check_fail(checker, step->at, "a schedule is for a scene: `scene` expected above it");
    if (!schedule_read(step->text, performers, sizeof(performers) / sizeof(*performers), &schedule,
                       &checker->arena, &problem))
        check_fail(checker, step->text_at, "%s", problem);
}

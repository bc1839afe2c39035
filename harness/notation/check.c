#include "notation/notation.h"

#include <stdlib.h>
#include <string.h>

#include "notation/check_call.h"
#include "notation/parser.h"
#include "vocabulary/needs.h"
#include "vocabulary/settings.h"

void check_fail(struct checker *checker, struct position at, const char *format, ...)
{
    va_list arguments;

    if (checker->failed)
        return;
    checker->failed = true;
    va_start(arguments, format);
    diagnostics_add(checker->diagnostics, checker->file->path, at,
                    text_line(checker->file->text, strlen(checker->file->text), at.line), "%s",
                    arena_vprint(&checker->arena, format, arguments));
    va_end(arguments);
}

static struct known_actor *find_actor(const struct checker *checker, const char *name)
{
    struct known_actor *actor = checker->actors;

    while (actor && strcmp(actor->name, name) != 0)
        actor = actor->next;
    return actor;
}

static const char *actor_at(void *context, size_t index)
{
    const struct known_actor *actor = ((const struct checker *)context)->actors;

    while (actor && index--)
        actor = actor->next;
    return actor ? actor->name : NULL;
}

struct known_actor *check_actor(struct checker *checker, const char *name, struct position at)
{
    struct known_actor *actor = find_actor(checker, name);

    if (!actor) {
        const char *nearest = vocabulary_nearest(name, actor_at, checker);

        check_fail(checker, at, "unknown actor %s, %s%s%s", name,
                   nearest ? "did you mean " : "writer, reader or one declared with `actor` expected",
                   nearest ? nearest : "", nearest ? "?" : "");
    }
    return actor;
}

void check_add_actor(struct checker *checker, const char *name, struct position at, bool program)
{
    if (find_actor(checker, name)) {
        check_fail(checker, at, "there is an actor %s already: another name expected", name);
        return;
    }
    struct known_actor *actor = arena_take(&checker->arena, sizeof(*actor));

    *actor = (struct known_actor){.name = name, .program = program, .next = checker->actors};
    checker->actors = actor;
}

bool check_is_known(const struct checker *checker, const char *name)
{
    if (name_counts_objects(name))
        return true;
    for (const struct word *known = checker->names; known; known = known->next)
        if (strcmp(known->text, name) == 0)
            return true;
    return false;
}

void check_learn(struct checker *checker, const char *name, struct position at)
{
    struct word *word = arena_take(&checker->arena, sizeof(*word));

    *word = (struct word){name, at, checker->names};
    checker->names = word;
}

static const char *learnt_name_at(void *context, size_t index)
{
    const struct word *name = ((const struct checker *)context)->names;

    while (name && index--)
        name = name->next;
    return name ? name->text : NULL;
}

void check_value(struct checker *checker, const struct expression *expression)
{
    if (!expression || checker->failed)
        return;
    if (expression->kind == EXPRESSION_NAME && !check_is_known(checker, expression->text)) {
        const char *nearest = vocabulary_nearest(expression->text, learnt_name_at, checker);

        check_fail(checker, expression->at, "nothing above gives %s a value%s%s%s", expression->text,
                   nearest ? ", did you mean " : "", nearest ? nearest : "", nearest ? "?" : "");
    } else if (expression->kind == EXPRESSION_MEMBER) {
        check_actor(checker, expression->text, expression->at);
    } else if (expression->kind == EXPRESSION_COLUMN) {
        check_fail(checker, expression->at, "no where table gives column <%s>", expression->text);
    }
    check_value(checker, expression->left);
    check_value(checker, expression->right);
    for (const struct element *element = expression->elements; element; element = element->next)
        check_value(checker, element->value);
}

void check_pattern(struct checker *checker, const struct expression *pattern)
{
    if (!pattern || checker->failed)
        return;
    if (pattern->kind == EXPRESSION_NAME && !check_is_known(checker, pattern->text))
        check_learn(checker, pattern->text, pattern->at);
    else if (pattern->kind == EXPRESSION_STRUCTURE || pattern->kind == EXPRESSION_ARRAY)
        for (const struct element *element = pattern->elements; element; element = element->next)
            check_pattern(checker, element->value);
    else
        check_value(checker, pattern);
}

/* A limit is a number, and what happens at it is the OOM killer's or, with oom=ENOMEM, an error. */
static void check_memory(struct checker *checker, const struct actor_declaration *actor)
{
    const struct expression *oom = actor->oom;

    check_value(checker, actor->memory);
    if (oom && !actor->memory)
        check_fail(checker, oom->at, "memory= expected beside oom=");
    else if (oom && (oom->kind != EXPRESSION_CONSTANT || strcmp(oom->text, "ENOMEM") != 0))
        check_fail(checker, oom->at, "oom=ENOMEM expected, or no oom=: the OOM killer ends the actor then");
}

static void check_actors(struct checker *checker, const struct drill_case *drill_case)
{
    const struct position nowhere = {0};

    for (const struct actor_declaration *actor = drill_case->actors; actor; actor = actor->next) {
        check_add_actor(checker, actor->name, actor->at, actor->program != NULL);
        for (const struct element *argument = actor->arguments; argument; argument = argument->next)
            check_value(checker, argument->value);
    }
    for (size_t i = 0; case_default_actor(i); i++)
        if (!find_actor(checker, case_default_actor(i)))
            check_add_actor(checker, case_default_actor(i), nowhere, false);
    for (const struct actor_declaration *actor = drill_case->actors; actor; actor = actor->next) {
        if (actor->program && actor->capabilities)
            check_fail(checker, actor->at,
                       "execve decides a program's capabilities: uid=, gid= and groups= only");
        check_value(checker, actor->uid);
        check_value(checker, actor->gid);
        check_value(checker, actor->groups);
        if (actor->capabilities && actor->capabilities->kind != EXPRESSION_NAME)
            check_value(checker, actor->capabilities);
        else if (actor->capabilities && strcmp(actor->capabilities->text, "none") != 0)
            check_fail(checker, actor->capabilities->at, "none or capabilities joined by | expected");
        check_memory(checker, actor);
    }
}

static const struct need *need_find_named(const char *name)
{
    size_t index = 0;

    while (need_at(index) && strcmp(need_at(index)->name, name) != 0)
        index++;
    return need_at(index);
}

static const char *need_name_at(void *context, size_t index)
{
    (void)context;
    return need_at(index) ? need_at(index)->name : NULL;
}

static void check_needs(struct checker *checker, const struct drill_case *drill_case)
{
    for (const struct word *need = drill_case->needs; need; need = need->next) {
        const char *nearest =
            need_find(need->text) ? NULL : vocabulary_nearest(need->text, need_name_at, NULL);

        if (nearest && strncmp(nearest, need->text, strlen(nearest)) == 0)
            check_fail(checker, need->at, "need '%s': `needs %s%s%s` expected", need->text, nearest,
                       *need_find_named(nearest)->argument ? " " : "", need_find_named(nearest)->argument);
        else if (nearest)
            check_fail(checker, need->at, "unknown need '%s', did you mean %s?", need->text, nearest);
        else if (!need_find(need->text))
            check_fail(checker, need->at,
                       "unknown need '%s': one that `ipcdrill doctor` lists expected, with its argument",
                       need->text);
    }
}

static const char *setting_name_at(void *context, size_t index)
{
    (void)context;
    return setting_at(index) ? setting_at(index)->name : NULL;
}

/* The nearest name to the words of `text` but the last, which is a number. */
static const char *nearest_setting(struct checker *checker, const char *text)
{
    const char *last = strrchr(text, ' ');
    const char *name = arena_copy(&checker->arena, text, last ? (size_t)(last - text) : strlen(text));

    return vocabulary_nearest(name, setting_name_at, NULL);
}

static void check_settings(struct checker *checker, const struct drill_case *drill_case)
{
    struct setting setting;

    for (const struct word *word = drill_case->settings; word; word = word->next) {
        const struct setting_description *known = setting_find(word->text);
        const char *nearest = known ? NULL : nearest_setting(checker, word->text);

        if (known && !setting_read(word->text, &setting))
            check_fail(checker, word->at, "setting '%s': `sets %s %s` expected, the number %lld to %lld",
                       word->text, known->name, known->argument, known->least, known->most);
        else if (nearest)
            check_fail(checker, word->at, "unknown setting '%s', did you mean %s?", word->text, nearest);
        else if (!known)
            check_fail(checker, word->at,
                       "unknown setting '%s': one of harness/vocabulary/settings.def expected", word->text);
    }
}

/* Blocks nest as they should, and a rounds block has no names of its own behind its end. */
static void check_block(struct checker *checker, const struct step *step)
{
    if (step->kind == STEP_END) {
        if (!checker->block)
            check_fail(checker, step->at, "end without rounds or together");
        else if (checker->block->step->kind == STEP_ROUNDS)
            checker->names = checker->block->names;
        checker->block = checker->block ? checker->block->outer : NULL;
        return;
    }
    for (const struct block *outer = checker->block; outer; outer = outer->outer)
        if (outer->step->kind == STEP_TOGETHER || step->kind == STEP_ROUNDS)
            check_fail(checker, step->at, "%s cannot stand inside %s",
                       step->kind == STEP_ROUNDS ? "rounds" : "together",
                       outer->step->kind == STEP_ROUNDS ? "rounds" : "together");
    if (!step_end(step))
        check_fail(checker, step->at, "this block has no end");
    struct block *block = arena_take(&checker->arena, sizeof(*block));

    *block = (struct block){step, checker->names, checker->block};
    checker->block = block;
}

static void check_steps(struct checker *checker, const struct drill_case *drill_case)
{
    checker->steps = drill_case->steps;
    for (const struct step *step = drill_case->steps; step && !checker->failed; step = step->next) {
        if (step->kind == STEP_ROUNDS || step->kind == STEP_TOGETHER || step->kind == STEP_END)
            check_block(checker, step);
        check_step(checker, step);
    }
}

/* Words of the case's head: what is the same for every row. */
static void check_head(struct checker *checker, const struct drill_case *drill_case,
                       const struct clause_table *clauses)
{
    for (const struct word *clause = drill_case->clauses; clause && clauses; clause = clause->next) {
        if (clause_find(clauses, clause->text))
            continue;
        const struct clause *nearest = clause_nearest(clauses, clause->text);

        check_fail(checker, clause->at, "unknown clause %s, %s%s%s", clause->text,
                   nearest ? "did you mean " : "an id of clauses.tsv expected", nearest ? nearest->id : "",
                   nearest ? "?" : "");
    }
    if (!drill_case->steps)
        check_fail(checker, drill_case->at, "this case does nothing: a line of an actor expected");
}

struct title {
    const char *text;
    int line;
};

static int compare_titles(const void *one, const void *other)
{
    const struct title *left = one, *right = other;
    int order = strcmp(left->text, right->text);

    return order ? order : (left->line > right->line) - (left->line < right->line);
}

/* Reports name an instance by file and title: no two may be alike. */
static void check_titles(struct checker *checker)
{
    size_t count = 0, filled = 0;

    for (const struct drill_case *drill_case = checker->file->cases; drill_case;
         drill_case = drill_case->next)
        count += drill_case->instance_count;
    struct title *titles = arena_take(&checker->arena, count * sizeof(*titles));

    for (const struct drill_case *drill_case = checker->file->cases; drill_case;
         drill_case = drill_case->next)
        for (size_t i = 0; i < drill_case->instance_count; i++)
            titles[filled++] =
                (struct title){notation_title(drill_case, i, &checker->arena), notation_line(drill_case, i)};
    qsort(titles, count, sizeof(*titles), compare_titles);
    for (size_t i = 1; i < count; i++)
        if (strcmp(titles[i - 1].text, titles[i].text) == 0)
            check_fail(
                checker, (struct position){titles[i].line, 1},
                "title \"%s\" is taken (line %d): a title of its own expected, with the columns that tell "
                "one row from another",
                titles[i].text, titles[i - 1].line);
}

static void check_instance(const struct case_file *file, const struct drill_case *drill_case, size_t index,
                           struct diagnostics *diagnostics)
{
    struct checker checker = {.file = file, .diagnostics = diagnostics};
    struct arena arena = {0};
    const struct drill_case *instance = notation_expand(file, drill_case, index, &arena, diagnostics);

    if (instance) {
        check_needs(&checker, instance);
        check_settings(&checker, instance);
        check_actors(&checker, instance);
        check_steps(&checker, instance);
    }
    arena_free(&arena);
    arena_free(&checker.arena);
}

bool notation_check(const struct case_file *file, const struct clause_table *clauses,
                    struct diagnostics *diagnostics)
{
    int before = diagnostics->count;
    struct checker titles = {.file = file, .diagnostics = diagnostics};

    for (const struct drill_case *drill_case = file->cases; drill_case; drill_case = drill_case->next) {
        struct checker head = {.file = file, .diagnostics = diagnostics};
        int before_case = diagnostics->count;

        check_head(&head, drill_case, clauses);
        arena_free(&head.arena);
        for (size_t i = 0; i < drill_case->instance_count && diagnostics->count == before_case; i++)
            check_instance(file, drill_case, i, diagnostics);
    }
    check_titles(&titles);
    arena_free(&titles.arena);
    return diagnostics->count == before;
}

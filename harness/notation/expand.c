#include "notation/notation.h"

#include <string.h>

#include "notation/table.h"

struct expansion {
    const struct case_file *file;
    struct selection selection;
    struct arena *arena;
    struct diagnostics *diagnostics;
    bool failed;
};

/* The cell's text read as `what` it is used for; the parser stands behind it. */
static bool start_cell(struct expansion *expansion, const char *name, struct position at,
                       struct parser *parser)
{
    const struct word *cell = selection_cell(&expansion->selection, name);

    if (!cell) {
        const char *nearest = vocabulary_nearest(name, selection_column_at, &expansion->selection);

        diagnostics_add(expansion->diagnostics, expansion->file->path, at,
                        text_line(expansion->file->text, strlen(expansion->file->text), at.line),
                        "no column <%s>%s%s%s", name,
                        nearest ? ", did you mean <" : ": a column of the where table expected",
                        nearest ? nearest : "", nearest ? ">?" : "");
        expansion->failed = true;
        return false;
    }
    parser_start_cell(parser, expansion->file, cell, expansion->arena, expansion->diagnostics);
    return !(expansion->failed |= parser->failed);
}

static bool end_cell(struct expansion *expansion, struct parser *parser)
{
    if (!parser->failed && parser->next->kind != TOKEN_END)
        parser_expected(parser, "the end of the cell");
    expansion->failed |= parser->failed;
    return !parser->failed;
}

static struct expression *expand_expression(struct expansion *expansion, struct expression *expression);

/* Copies only what changes. */
static struct element *expand_elements(struct expansion *expansion, struct element *elements)
{
    if (!elements)
        return NULL;
    struct element *next = expand_elements(expansion, elements->next);
    struct expression *value = expand_expression(expansion, elements->value);

    if (next == elements->next && value == elements->value)
        return elements;
    struct element *copy = arena_take(expansion->arena, sizeof(*copy));

    *copy = *elements;
    copy->next = next;
    copy->value = value;
    return copy;
}

static struct expression *expand_column(struct expansion *expansion, struct expression *column)
{
    struct parser parser;

    if (!start_cell(expansion, column->text, column->at, &parser))
        return column;
    struct expression *value = parse_expression(&parser);

    return end_cell(expansion, &parser) ? value : column;
}

static struct expression *expand_expression(struct expansion *expansion, struct expression *expression)
{
    if (!expression)
        return NULL;
    if (expression->kind == EXPRESSION_COLUMN)
        return expand_column(expansion, expression);
    struct expression *left = expand_expression(expansion, expression->left);
    struct expression *right = expand_expression(expansion, expression->right);
    struct element *elements = expand_elements(expansion, expression->elements);

    if (left == expression->left && right == expression->right && elements == expression->elements)
        return expression;
    struct expression *copy = arena_take(expansion->arena, sizeof(*copy));

    *copy = *expression;
    copy->left = left;
    copy->right = right;
    copy->elements = elements;
    return copy;
}

static struct outcome expand_outcome(struct expansion *expansion, struct outcome outcome, bool posix)
{
    if (outcome.kind == OUTCOME_COLUMN) {
        struct parser parser;

        if (start_cell(expansion, outcome.value->text, outcome.value->at, &parser)) {
            struct outcome *stated = outcome.posix, *otherwise = outcome.otherwise;

            outcome = posix ? parse_posix_outcome(&parser) : parse_outcome(&parser);
            if (stated)
                outcome.posix = stated;
            if (otherwise)
                outcome.otherwise = otherwise;
            end_cell(expansion, &parser);
        }
    } else {
        outcome.value = expand_expression(expansion, outcome.value);
        outcome.errnos = expand_expression(expansion, outcome.errnos);
    }
    if (outcome.otherwise) {
        struct outcome *copy = arena_take(expansion->arena, sizeof(*copy));

        *copy = expand_outcome(expansion, *outcome.otherwise, posix);
        outcome.otherwise = copy;
    }
    if (outcome.posix) {
        struct outcome *copy = arena_take(expansion->arena, sizeof(*copy));

        *copy = expand_outcome(expansion, *outcome.posix, true);
        outcome.posix = copy;
    }
    return outcome;
}

/* Plain text (a title, a need) with the cell in place of each <column>. */
static const char *fill_columns(const struct selection *selection, const char *text)
{
    struct arena_stream stream;
    FILE *out = arena_stream_open(&stream);

    for (const char *cursor = text; *cursor; cursor++) {
        const char *close = *cursor == '<' ? strchr(cursor, '>') : NULL;
        const char *name =
            close ? arena_copy(selection->arena, cursor + 1, (size_t)(close - cursor - 1)) : NULL;
        const struct word *cell = name ? selection_cell(selection, name) : NULL;

        if (cell) {
            fputs(cell->text, out);
            cursor = close;
        } else {
            fputc(*cursor, out);
        }
    }
    return arena_stream_close(&stream, selection->arena);
}

static void expand_call(struct expansion *expansion, struct step *step)
{
    struct parser parser;
    const char *name = arena_copy(expansion->arena, step->call_column + 1, strlen(step->call_column) - 2);

    step->call_column = NULL;
    if (!start_cell(expansion, name, step->at, &parser))
        return;
    step->call = parser_call(&parser, parser.next->text, parser.next->at);
    parser.next++;
    end_cell(expansion, &parser);
}

static struct step *expand_steps(struct expansion *expansion, const struct step *step)
{
    struct step *first = NULL, **last = &first;

    for (; step && !expansion->failed; step = step->next) {
        struct step *copy = arena_take(expansion->arena, sizeof(*copy));

        *copy = *step;
        copy->next = NULL;
        if (step->actor && *step->actor == '<')
            copy->actor = fill_columns(&expansion->selection, step->actor);
        if (step->call_column)
            expand_call(expansion, copy);
        if (step->kind == STEP_INJECT)
            copy->text = fill_columns(&expansion->selection, step->text);
        copy->arguments = expand_elements(expansion, step->arguments);
        copy->outcome = expand_outcome(expansion, step->outcome, false);
        copy->times = expand_expression(expansion, step->times);
        copy->nth = expand_expression(expansion, step->nth);
        copy->value = expand_expression(expansion, step->value);
        copy->fields = expand_expression(expansion, step->fields);
        copy->posix = expand_expression(expansion, step->posix);
        *last = copy;
        last = &copy->next;
    }
    return first;
}

static struct actor_declaration *expand_actors(struct expansion *expansion,
                                               const struct actor_declaration *actor)
{
    struct actor_declaration *first = NULL, **last = &first;

    for (; actor && !expansion->failed; actor = actor->next) {
        struct actor_declaration *copy = arena_take(expansion->arena, sizeof(*copy));

        *copy = *actor;
        copy->next = NULL;
        copy->arguments = expand_elements(expansion, actor->arguments);
        copy->uid = expand_expression(expansion, actor->uid);
        copy->gid = expand_expression(expansion, actor->gid);
        copy->groups = expand_expression(expansion, actor->groups);
        copy->capabilities = expand_expression(expansion, actor->capabilities);
        copy->memory = expand_expression(expansion, actor->memory);
        copy->oom = expand_expression(expansion, actor->oom);
        *last = copy;
        last = &copy->next;
    }
    return first;
}

static struct word *expand_words(struct expansion *expansion, const struct word *word)
{
    struct word *first = NULL, **last = &first;

    for (; word; word = word->next) {
        *last = arena_take(expansion->arena, sizeof(**last));
        (*last)->text = fill_columns(&expansion->selection, word->text);
        (*last)->at = word->at;
        last = &(*last)->next;
    }
    return first;
}

struct drill_case *notation_expand(const struct case_file *file, const struct drill_case *source,
                                   size_t index, struct arena *arena, struct diagnostics *diagnostics)
{
    struct drill_case *copy = arena_take(arena, sizeof(*copy));
    struct expansion expansion = {
        .file = file, .selection = {source, index, arena}, .arena = arena, .diagnostics = diagnostics};

    *copy = *source;
    copy->next = NULL;
    copy->tables = NULL;
    copy->instance_count = 1;
    copy->title = notation_title(source, index, arena);
    copy->needs = expand_words(&expansion, source->needs);
    copy->settings = expand_words(&expansion, source->settings);
    copy->actors = expand_actors(&expansion, source->actors);
    copy->steps = expand_steps(&expansion, source->steps);
    return expansion.failed ? NULL : copy;
}

const char *notation_title(const struct drill_case *source, size_t index, struct arena *arena)
{
    const struct selection selection = {source, index, arena};

    return strchr(source->title, '<') ? fill_columns(&selection, source->title) : source->title;
}

int notation_line(const struct drill_case *source, size_t index)
{
    struct selection selection = {source, index, NULL};
    const struct row *row = selection_row(&selection);

    return row ? row->at.line : source->at.line;
}

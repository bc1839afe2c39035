#include "notation/notation.h"

#include <string.h>

static bool same_text(const char *one, const char *other)
{
    return one == other || (one && other && strcmp(one, other) == 0);
}

static bool same_words(const struct word *one, const struct word *other)
{
    for (; one && other; one = one->next, other = other->next)
        if (!same_text(one->text, other->text))
            return false;
    return one == other;
}

static bool same_expression(const struct expression *one, const struct expression *other);

static bool same_elements(const struct element *one, const struct element *other)
{
    for (; one && other; one = one->next, other = other->next)
        if (!same_text(one->name, other->name) || !same_expression(one->value, other->value))
            return false;
    return one == other;
}

static bool same_expression(const struct expression *one, const struct expression *other)
{
    if (!one || !other)
        return one == other;
    return one->kind == other->kind && same_text(one->text, other->text) &&
           same_text(one->member, other->member) && one->number == other->number &&
           one->length == other->length &&
           (!one->length || memcmp(one->bytes, other->bytes, one->length) == 0) &&
           one->constant == other->constant && one->operation == other->operation &&
           same_expression(one->left, other->left) && same_expression(one->right, other->right) &&
           same_elements(one->elements, other->elements);
}

static bool same_outcome(const struct outcome *one, const struct outcome *other)
{
    if (!one || !other)
        return one == other;
    return one->kind == other->kind && same_expression(one->value, other->value) &&
           same_expression(one->errnos, other->errnos) && same_outcome(one->posix, other->posix) &&
           same_outcome(one->otherwise, other->otherwise);
}

static bool same_steps(const struct step *one, const struct step *other)
{
    for (; one && other; one = one->next, other = other->next)
        if (one->kind != other->kind || !same_text(one->actor, other->actor) || one->call != other->call ||
            !same_text(one->call_column, other->call_column) ||
            !same_elements(one->arguments, other->arguments) ||
            one->argument_count != other->argument_count || one->unfinished != other->unfinished ||
            one->end_of_input != other->end_of_input || !same_outcome(&one->outcome, &other->outcome) ||
            !same_expression(one->times, other->times) || !same_expression(one->nth, other->nth) ||
            !same_expression(one->posix, other->posix) || !same_expression(one->value, other->value) ||
            !same_expression(one->fields, other->fields) || !same_text(one->text, other->text))
            return false;
    return one == other;
}

static bool same_actors(const struct actor_declaration *one, const struct actor_declaration *other)
{
    for (; one && other; one = one->next, other = other->next)
        if (!same_text(one->name, other->name) || !same_text(one->program, other->program) ||
            !same_elements(one->arguments, other->arguments) || !same_expression(one->uid, other->uid) ||
            !same_expression(one->gid, other->gid) || !same_expression(one->groups, other->groups) ||
            !same_expression(one->capabilities, other->capabilities) ||
            one->raw_terminal != other->raw_terminal || !same_expression(one->memory, other->memory) ||
            !same_expression(one->oom, other->oom))
            return false;
    return one == other;
}

static bool same_tables(const struct table *one, const struct table *other)
{
    for (; one && other; one = one->next, other = other->next) {
        const struct row *row = one->rows, *other_row = other->rows;

        if (!same_words(one->columns, other->columns) || one->instance_count != other->instance_count)
            return false;
        for (; row && other_row; row = row->next, other_row = other_row->next)
            if (!same_words(row->cells, other_row->cells))
                return false;
        if (row != other_row)
            return false;
    }
    return one == other;
}

static bool same_cases(const struct drill_case *one, const struct drill_case *other)
{
    for (; one && other; one = one->next, other = other->next)
        if (!same_text(one->title, other->title) || !same_words(one->comments, other->comments) ||
            !same_words(one->clauses, other->clauses) || !same_words(one->needs, other->needs) ||
            !same_words(one->settings, other->settings) || one->linux_only != other->linux_only ||
            one->instance_count != other->instance_count || !same_actors(one->actors, other->actors) ||
            !same_steps(one->steps, other->steps) || !same_tables(one->tables, other->tables))
            return false;
    return one == other;
}

bool notation_equal(const struct case_file *one, const struct case_file *other)
{
    return same_cases(one->cases, other->cases) &&
           same_words(one->trailing_comments, other->trailing_comments);
}

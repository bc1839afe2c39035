#include "notation/check_call.h"

#include <string.h>

#include "notation/injection.h"

/* Counts behind the fields of a structure that the call fills: see agent/wire.h. */
static bool is_count(const char *name)
{
    return strcmp(name, "written") == 0 || strcmp(name, "unwritten") == 0 || strcmp(name, "padding") == 0;
}

static const char *field_of_structure_at(void *context, size_t index)
{
    const char *structure = context;
    const struct structure_field *field;

    for (size_t i = 0; (field = vocabulary_field_at(i)); i++)
        if (strcmp(field->structure, structure) == 0 && index-- == 0)
            return field->name;
    return NULL;
}

static void check_fields(struct checker *checker, const struct element *elements, const char *prefix,
                         const struct parameter *parameter)
{
    for (const struct element *element = elements; element && !checker->failed; element = element->next) {
        if (!element->name)
            continue;
        const char *name = arena_print(&checker->arena, "%s%s%s", prefix, *prefix ? "." : "", element->name);

        if (element->value->kind == EXPRESSION_STRUCTURE) {
            check_fields(checker, element->value->elements, name, parameter);
        } else if (!vocabulary_field(parameter->type, name) &&
                   !(parameter->direction == DIRECTION_OUT && is_count(name))) {
            char *type = arena_copy(&checker->arena, parameter->type, strlen(parameter->type));
            const char *nearest = vocabulary_nearest(name, field_of_structure_at, type);

            check_fail(checker, element->at, "%s has no field %s%s%s%s", parameter->type, name,
                       nearest ? ", did you mean " : "", nearest ? nearest : "", nearest ? "?" : "");
        }
    }
}

/* A structure or array in an argument, or a plain number (an address, NULL) in its place. */
static void check_aggregate(struct checker *checker, const struct expression *value,
                            const struct parameter *parameter)
{
    bool array = parameter->kind == PARAMETER_ARRAY;

    if (value->kind == (array ? EXPRESSION_STRUCTURE : EXPRESSION_ARRAY) ||
        value->kind == EXPRESSION_STRING) {
        check_fail(checker, value->at, "%s is %s: %s expected", parameter->name,
                   array ? "an array" : "a structure", array ? "[value, ...]" : "{field=value, ...}");
        return;
    }
    if (!array && value->kind == EXPRESSION_STRUCTURE)
        check_fields(checker, value->elements, "", parameter);
    if (value->kind == EXPRESSION_ANYTHING && parameter->direction == DIRECTION_IN)
        check_fail(checker, value->at, "the call reads %s: a value expected instead of _", parameter->name);
    else if (parameter->direction == DIRECTION_OUT)
        check_pattern(checker, value);
    else
        check_value(checker, value);
}

/* The parameter that the command argument of shmctl and semctl makes of the last one. */
static const struct parameter *chosen_parameter(const struct step *step, const struct parameter *parameter)
{
    const struct element *argument = step->arguments;

    if (parameter->kind != PARAMETER_COMMAND)
        return parameter;
    for (int i = 0; i < step->call->parameter_count && argument; i++, argument = argument->next)
        if (strcmp(step->call->parameters[i].name, "command") == 0 &&
            argument->value->kind == EXPRESSION_CONSTANT)
            return vocabulary_command(step->call->name, argument->value->text);
    return NULL;
}

/* What cannot be anything but a number; a name may hold bytes, and "x" * 3 is bytes. */
static bool is_number(const struct expression *value)
{
    if (value->kind == EXPRESSION_BINARY)
        return is_number(value->left);
    return value->kind == EXPRESSION_NUMBER || value->kind == EXPRESSION_UNARY ||
           value->kind == EXPRESSION_MEMBER;
}

static void check_argument(struct checker *checker, const struct step *step, const struct expression *value,
                           const struct parameter *stated)
{
    const struct parameter *parameter = chosen_parameter(step, stated);
    bool plain = value->kind != EXPRESSION_STRUCTURE && value->kind != EXPRESSION_ARRAY &&
                 value->kind != EXPRESSION_ANYTHING;

    if (parameter && (parameter->kind == PARAMETER_STRUCTURE || parameter->kind == PARAMETER_ARRAY))
        check_aggregate(checker, value, parameter);
    else if (!plain && step->call->result == RESULT_IS_FIELDS)
        check_value(checker, value);
    else if (!plain)
        check_fail(checker, value->at, "%s of %s is a plain value here: %s expected", stated->name,
                   step->call->name,
                   parameter && parameter->kind == PARAMETER_TEXT ? "a string" : "a number");
    else if (strcmp(stated->name, "bytes") == 0 && is_number(value))
        check_fail(checker, value->at, "%s takes bytes: a string expected", step->call->name);
    else if (value->kind == EXPRESSION_STRING && !(parameter && parameter->kind == PARAMETER_TEXT))
        check_fail(checker, value->at, "%s of %s is a number: found a string", stated->name,
                   step->call->name);
    else
        check_value(checker, value);
}

static void check_arguments(struct checker *checker, const struct step *step)
{
    const struct call_description *call = step->call;
    int needed = call->parameter_count;
    const struct element *argument = step->arguments;

    while (needed && call->parameters[needed - 1].optional)
        needed--;
    if ((int)step->argument_count < needed || (int)step->argument_count > call->parameter_count) {
        check_fail(checker, step->at, "%s takes %d%s argument%s, found %zu", call->name, needed,
                   needed < call->parameter_count ? " or more" : "", needed == 1 ? "" : "s",
                   step->argument_count);
        return;
    }
    for (int i = 0; argument && !checker->failed; argument = argument->next, i++)
        check_argument(checker, step, argument->value, &call->parameters[i]);
}

static void check_outcome(struct checker *checker, const struct step *step, const struct outcome *outcome)
{
    const struct expression *value = outcome->value;

    if (outcome->kind == OUTCOME_COLUMN)
        check_value(checker, value);
    else if (outcome->kind == OUTCOME_VALUE && step->call->result == RESULT_IS_ACTOR &&
             step->kind == STEP_CALL) {
        if (value->kind != EXPRESSION_NAME)
            check_fail(checker, value->at, "%s gives a new actor: a name for it expected", step->call->name);
        else
            check_add_actor(checker, value->text, value->at, false);
    } else if (outcome->kind == OUTCOME_VALUE) {
        check_pattern(checker, value);
    }
    if (outcome->kind != OUTCOME_NEVER && outcome->kind != OUTCOME_NONE &&
        step->call->result == RESULT_IS_NEVER)
        check_fail(checker, outcome->at, "%s does not come back: = ? expected", step->call->name);
    if (outcome->posix)
        check_outcome(checker, step, outcome->posix);
    if (outcome->otherwise)
        check_outcome(checker, step, outcome->otherwise);
}

/* An unfinished call has no result yet, but for vfork, which gives its actor and is unfinished while that lives. */
static void check_unfinished(struct checker *checker, const struct step *step)
{
    bool suspends = strcmp(step->call->name, "vfork") == 0, result = step->outcome.kind != OUTCOME_NONE;

    if (suspends && (!step->unfinished || !result))
        check_fail(
            checker, step->at,
            "vfork suspends its caller until the child execs or ends: vfork() = child <unfinished ...> "
            "expected");
    else if (!suspends && step->unfinished && (result || step->call->result == RESULT_IS_ACTOR))
        check_fail(checker, step->at, "%s is unfinished: its result belongs to <... %s resumed>)",
                   step->call->name, step->call->name);
}

/* read(_ <unfinished ...>: it sleeps in a call of its own, whose arguments nobody told. */
static void check_program_sleeps(struct checker *checker, const struct step *step)
{
    if (step->argument_count != 1 || step->arguments->value->kind != EXPRESSION_ANYTHING || step->times ||
        step->nth)
        check_fail(checker, step->at, "%s is a program's own call: %s(_ <unfinished ...> expected",
                   step->call->name, step->call->name);
}

static void check_manner(struct checker *checker, const struct step *step)
{
    bool stays = step->unfinished || step->call->result == RESULT_IS_NEVER;

    check_value(checker, step->times);
    check_value(checker, step->nth);
    if (step->times && (stays || step->call->result == RESULT_IS_ACTOR))
        check_fail(checker, step->at, "%s cannot be repeated here: a call that comes back expected",
                   step->call->name);
    /* A fresh image would go on counting. */
    if (step->nth && (stays || strcmp(step->call->name, "exec") == 0))
        check_fail(checker, step->at, "fail_nth cannot stand here: a call that comes back expected");
}

static void check_call_step(struct checker *checker, const struct step *step, struct known_actor *actor)
{
    if (actor->program) {
        check_program_sleeps(checker, step);
        return;
    }
    check_manner(checker, step);
    check_arguments(checker, step);
    if (actor->unfinished)
        check_fail(checker, step->at, "%s is in an unfinished %s: %s <... %s resumed>) = ... expected first",
                   actor->name, actor->unfinished->name, actor->name, actor->unfinished->name);
    check_unfinished(checker, step);
    if (step->unfinished)
        actor->unfinished = step->call;
    if (!step->unfinished || step->call->result == RESULT_IS_ACTOR)
        check_outcome(checker, step, &step->outcome);
    if (step->call->result == RESULT_IS_NEVER)
        actor->ended = true;
}

static void check_resumed(struct checker *checker, const struct step *step, struct known_actor *actor)
{
    if (actor->unfinished != step->call)
        check_fail(checker, step->at, "%s has no unfinished %s%s%s", actor->name, step->call->name,
                   actor->unfinished ? ", it is in " : "", actor->unfinished ? actor->unfinished->name : "");
    actor->unfinished = NULL;
    check_outcome(checker, step, &step->outcome);
}

static void check_actor_step(struct checker *checker, const struct step *step, struct known_actor *actor)
{
    bool of_program = step->kind == STEP_TYPE || step->kind == STEP_SHOW;
    bool of_agent = (step->kind == STEP_CALL && !step->unfinished) || step->kind == STEP_RESUMED;
    bool end = step->kind == STEP_EXITED || step->kind == STEP_KILLED;

    if (step->kind == STEP_INJECT && !actor->program)
        check_fail(checker, step->at, "%s is no program: inject is for actors declared with `program`",
                   actor->name);
    else if (of_program && !actor->program)
        check_fail(checker, step->at, "%s is no program: <- and -> are for actors declared with `program`",
                   actor->name);
    else if (of_agent && actor->program)
        check_fail(
            checker, step->at,
            "%s is a program and makes its own calls: <-, ->, CALL(_ <unfinished ...>, --- or +++ expected",
            actor->name);
    else if (actor->ended && !end)
        check_fail(checker, step->at, "%s has ended above", actor->name);
    if (end)
        actor->ended = true;
}

static void check_pieces(struct checker *checker, const struct step *step)
{
    for (const struct element *piece = step->arguments; piece; piece = piece->next) {
        if (piece->value->kind == EXPRESSION_ANYTHING && step->kind == STEP_TYPE)
            check_fail(checker, piece->at, "_ cannot be typed: a string expected");
        check_value(checker, piece->value);
    }
}

/* Calls that are made at the same moment: none knows what another gives. */
static void check_together(struct checker *checker, const struct step *together)
{
    const struct step *end = step_end(together);
    int calls = 0;

    for (const struct step *step = together->next; step != end && !checker->failed; step = step->next) {
        if (step->kind == STEP_COMMENT)
            continue;
        if (step->kind != STEP_CALL || step->unfinished || step->nth ||
            step->call->result == RESULT_IS_ACTOR || step->call->result == RESULT_IS_NEVER) {
            check_fail(checker, step->at, "a call that comes back expected inside together");
            return;
        }
        for (const struct element *argument = step->arguments; argument; argument = argument->next)
            if (argument->value->kind == EXPRESSION_NAME)
                check_value(checker, argument->value);
        calls++;
    }
    if (calls < 2)
        check_fail(checker, together->at, "at least two calls expected inside together");
}

/* What a program meets from its start: so it stands above the program's first line. */
static void check_injection(struct checker *checker, const struct step *step)
{
    struct injection injection;
    const char *problem;
    int at;

    for (const struct step *other = checker->steps; other != step; other = other->next)
        if (other->actor && other->kind != STEP_INJECT && strcmp(other->actor, step->actor) == 0)
            check_fail(checker, step->at,
                       "inject above the first line of %s expected: it is in force from its start",
                       step->actor);
    if (!injection_read(step->text, &injection, &checker->arena, &at, &problem))
        check_fail(checker, (struct position){step->text_at.line, step->text_at.column + at}, "%s", problem);
}

void check_step(struct checker *checker, const struct step *step)
{
    struct known_actor *actor = step->actor ? check_actor(checker, step->actor, step->at) : NULL;

    if (step->actor && !actor)
        return;
    if (actor)
        check_actor_step(checker, step, actor);
    if (checker->failed)
        return;
    switch (step->kind) {
    case STEP_CALL:
        check_call_step(checker, step, actor);
        break;
    case STEP_RESUMED:
        check_resumed(checker, step, actor);
        break;
    case STEP_SIGNAL:
        check_value(checker, step->value);
        check_pattern(checker, step->fields);
        break;
    case STEP_EXITED:
        check_pattern(checker, step->value);
        break;
    case STEP_KILLED:
    case STEP_REQUIRE:
        check_value(checker, step->value);
        check_value(checker, step->posix);
        break;
    case STEP_TYPE:
    case STEP_SHOW:
        check_pieces(checker, step);
        break;
    case STEP_ROUNDS:
        check_value(checker, step->value);
        if (!check_is_known(checker, ROUND_NAME))
            check_learn(checker, ROUND_NAME, step->at);
        break;
    case STEP_TOGETHER:
        check_together(checker, step);
        break;
    case STEP_INJECT:
        check_injection(checker, step);
        break;
    case STEP_SCENE:
        check_scene(checker, step);
        break;
    case STEP_SCHEDULE:
        check_schedule(checker, step);
        break;
    case STEP_END:
    case STEP_COMMENT:
        break;
    }
}

#include "conductor/match.h"

#include <string.h>

#include "conductor/evaluate.h"
#include "conductor/request.h"

bool match_constant_number(const struct instance *instance, const char *name, integer *number)
{
    const struct value *constant = target_constant(instance->target, name);
    struct value value;

    if (constant)
        *number = constant->number;
    else if (value_read(&name, &value, instance->arena) && value.kind == VALUE_NUMBER)
        *number = value.number;
    else
        return false;
    return true;
}

static enum match match_fields(struct instance *instance, const struct element *elements, const char *prefix,
                               const struct value *list, const char *structure)
{
    const struct named_value *positional = list->fields;
    enum match match = MATCH_YES;

    for (const struct element *element = elements; element && match == MATCH_YES; element = element->next) {
        const struct value *actual = positional ? &positional->value : NULL;
        const char *name = element->name;

        positional = positional ? positional->next : NULL;
        if (name) {
            name = arena_print(instance->arena, "%s%s%s", prefix, *prefix ? "." : "", name);
            if (element->value->kind == EXPRESSION_STRUCTURE) {
                match = match_fields(instance, element->value->elements, name, list, structure);
                continue;
            }
            actual = value_field(list, name);
        }
        if (!actual) {
            instance_error(instance, NULL, "the target tells no %s%s%s", structure ? structure : "",
                           structure ? "." : "field ", name ? name : "behind the last");
            return MATCH_IMPOSSIBLE;
        }
        const struct structure_field *field = structure && name ? vocabulary_field(structure, name) : NULL;

        match = match_pattern(instance, element->value, actual, field ? field->format : FORMAT_DECIMAL,
                              structure);
    }
    return match;
}

static size_t count_fields(const struct value *list)
{
    size_t count = 0;

    for (const struct named_value *field = list->fields; field; field = field->next)
        count++;
    return count;
}

static enum match match_array(struct instance *instance, const struct expression *pattern,
                              const struct value *value, const char *structure)
{
    size_t count = 0;

    for (const struct element *element = pattern->elements; element; element = element->next)
        count++;
    if (value->kind != VALUE_LIST || count_fields(value) != count)
        return MATCH_NO;
    return match_fields(instance, pattern->elements, "", value, structure);
}

enum match match_pattern(struct instance *instance, const struct expression *pattern,
                         const struct value *value, enum value_format format, const char *structure)
{
    struct value expected;

    switch (pattern->kind) {
    case EXPRESSION_ANYTHING:
        return MATCH_YES;
    case EXPRESSION_ARRAY:
        return match_array(instance, pattern, value, structure);
    case EXPRESSION_STRUCTURE:
        if (value->kind != VALUE_LIST)
            return MATCH_NO;
        return match_fields(instance, pattern->elements, "", value, structure);
    case EXPRESSION_NAME:
        if (!instance_name(instance, pattern->text)) {
            expected = *value;
            if (expected.kind == VALUE_NUMBER && format != FORMAT_TEXT)
                expected.format = format;
            instance_learn(instance, pattern->text, &expected);
            return MATCH_YES;
        }
        break;
    default:
        break;
    }
    if (!evaluate(instance, pattern, &expected))
        return MATCH_IMPOSSIBLE;
    return value_equal(&expected, value) ? MATCH_YES : MATCH_NO;
}

static enum match match_errno(struct instance *instance, const struct expression *errnos,
                              const struct answer *answer)
{
    integer expected, got;

    if (answer->kind != ANSWER_FAILED)
        return MATCH_NO;
    if (errnos->kind == EXPRESSION_BINARY) {
        enum match left = match_errno(instance, errnos->left, answer);

        return left == MATCH_NO ? match_errno(instance, errnos->right, answer) : left;
    }
    if (!match_constant_number(instance, answer->name, &got)) {
        instance_error(instance, NULL, "the agent tells an errno that it does not define: %s", answer->name);
        return MATCH_IMPOSSIBLE;
    }
    if (!evaluate_number(instance, errnos, &expected))
        return MATCH_IMPOSSIBLE;
    return expected == got ? MATCH_YES : MATCH_NO;
}

static enum match match_result(struct instance *instance, const struct call_description *call,
                               const struct outcome *outcome, const struct answer *answer)
{
    switch (outcome->kind) {
    case OUTCOME_NEVER: /* peek(...) = ?: a fault, which is no result */
        return MATCH_NO;
    case OUTCOME_NONE:
        return answer->kind == ANSWER_RETURNED ? MATCH_YES : MATCH_NO;
    case OUTCOME_ERROR:
        return match_errno(instance, outcome->errnos, answer);
    case OUTCOME_VALUE:
        if (answer->kind == ANSWER_FAILED && outcome->value->kind == EXPRESSION_ANYTHING)
            return MATCH_YES;
        if (answer->kind != ANSWER_RETURNED)
            return MATCH_NO;
        if (call->result == RESULT_IS_ACTOR && outcome->value->kind == EXPRESSION_NAME)
            return MATCH_YES; /* the name is the new actor's */
        return match_pattern(instance, outcome->value, &answer->value, call->format, NULL);
    case OUTCOME_COLUMN:
        break;
    }
    return MATCH_NO;
}

static enum match match_outputs(struct instance *instance, const struct step *asked,
                                const struct answer *answer)
{
    enum match match = answer->changed < 0 ? MATCH_YES : MATCH_NO;
    int index = 0;

    for (const struct element *argument = asked->arguments; argument && match == MATCH_YES;
         argument = argument->next, index++) {
        const struct parameter *parameter = request_parameter(asked, index);
        bool listed =
            argument->value->kind == EXPRESSION_STRUCTURE || argument->value->kind == EXPRESSION_ARRAY;

        if (!parameter || parameter->direction != DIRECTION_OUT || !parameter->type || !listed)
            continue;
        const struct value *output = answer_output(answer, index);

        if (!output) {
            instance_error(instance, asked, "the agent does not tell what %s filled", asked->call->name);
            return MATCH_IMPOSSIBLE;
        }
        match = match_pattern(instance, argument->value, output, FORMAT_DECIMAL, parameter->type);
    }
    return match;
}

static enum match match_allowed(struct instance *instance, const struct call_description *call,
                                const struct outcome *outcome, const struct answer *answer)
{
    bool posix = outcome->posix && instance->conductor->options.profile == PROFILE_POSIX;
    enum match match = match_result(instance, call, posix ? outcome->posix : outcome, answer);

    if (match == MATCH_YES && outcome->posix && !posix)
        instance->verdict->deviates = true;
    return match;
}

/* = id or -1 EEXIST: where it failed, id is -1 from then on. */
static void learn_failures(struct instance *instance, const struct outcome *outcome,
                           const struct answer *answer)
{
    static const struct value failure = {.kind = VALUE_NUMBER, .number = -1};

    for (; answer->kind == ANSWER_FAILED && outcome->otherwise; outcome = outcome->otherwise)
        if (outcome->kind == OUTCOME_VALUE && outcome->value->kind == EXPRESSION_NAME &&
            !instance_name(instance, outcome->value->text))
            instance_learn(instance, outcome->value->text, &failure);
}

enum match match_answer(struct instance *instance, const struct step *asked, const struct outcome *outcome,
                        const struct answer *answer)
{
    enum match match = MATCH_NO;

    for (const struct outcome *allowed = outcome; allowed && match == MATCH_NO; allowed = allowed->otherwise)
        match = match_allowed(instance, asked->call, allowed, answer);
    if (match == MATCH_YES)
        learn_failures(instance, outcome, answer);
    return match == MATCH_YES ? match_outputs(instance, asked, answer) : match;
}

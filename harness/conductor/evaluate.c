#include "conductor/evaluate.h"

#include <string.h>

#include "conductor/actor.h"
#include "notation/parser.h"

enum { REPEATED_BYTES_MAX = 1024 * 1024, REPEATED_ELEMENTS_MAX = 4096, SHIFT_MAX = 63, CAPABILITY_MAX = 63 };

static struct value number_value(integer number, enum value_format format)
{
    return (struct value){.kind = VALUE_NUMBER, .format = format, .number = number};
}

static bool evaluate_constant(struct instance *instance, const struct expression *expression,
                              struct value *value)
{
    if (expression->constant == CONSTANT_KEY || expression->constant == CONSTANT_KEY2) {
        *value = number_value(instance->keys[expression->constant == CONSTANT_KEY2], FORMAT_HEX);
        return true;
    }
    const struct constant *constant = &instance->target->constants[expression->constant];

    if (!constant->defined) {
        instance_skip(instance, "the target does not define %s", expression->text);
        return false;
    }
    *value = constant->value;
    return true;
}

static bool evaluate_name(struct instance *instance, const struct expression *expression, struct value *value)
{
    const struct value *known = instance_name(instance, expression->text);

    if (!known && name_counts_objects(expression->text)) {
        *value = number_value(0, FORMAT_DECIMAL);
        return instance_count_objects(instance, expression->text, &value->number);
    }
    if (!known) {
        instance_error(instance, NULL, "%s has no value yet", expression->text);
        return false;
    }
    *value = *known;
    return true;
}

static bool evaluate_member(struct instance *instance, const struct expression *expression,
                            struct value *value)
{
    struct actor *actor = instance_actor(instance, expression->text);

    if (!actor) {
        *value = number_value(-1, FORMAT_DECIMAL); /* a fork that was allowed to fail did not make it */
        return true;
    }
    if (!actor_start(instance, actor))
        return false;
    *value = number_value(strcmp(expression->member, "pid") == 0   ? actor->pid
                          : strcmp(expression->member, "tid") == 0 ? actor->tid
                          : strcmp(expression->member, "uid") == 0 ? actor->uid
                                                                   : actor->gid,
                          FORMAT_DECIMAL);
    return true;
}

static bool evaluate_list(struct instance *instance, const struct expression *expression, struct value *value)
{
    struct named_value **last = &value->fields;

    *value = (struct value){.kind = VALUE_LIST};
    for (const struct element *element = expression->elements; element; element = element->next) {
        *last = arena_take(instance->arena, sizeof(**last));
        (*last)->name = element->name;
        if (!evaluate(instance, element->value, &(*last)->value))
            return false;
        last = &(*last)->next;
    }
    return true;
}

/* "x" * 4096, [{0, 1, 0}] * 501 */
static bool repeat(struct instance *instance, const struct value *left, integer times, struct value *value)
{
    size_t limit = left->kind == VALUE_TEXT ? REPEATED_BYTES_MAX / (left->length + 1) : REPEATED_ELEMENTS_MAX;

    if (times < 0 || times > (integer)limit) {
        instance_error(instance, NULL, "repeated too often: at most %zu times expected", limit);
        return false;
    }
    *value = *left;
    if (left->kind == VALUE_TEXT) {
        char *bytes = arena_take(instance->arena, left->length * (size_t)times + 1);

        for (size_t i = 0; i < (size_t)times; i++)
            memcpy(bytes + i * left->length, left->bytes, left->length);
        value->bytes = bytes;
        value->length = left->length * (size_t)times;
        return true;
    }
    struct named_value **last = &value->fields;

    *last = NULL;
    for (integer i = 0; i < times; i++)
        for (const struct named_value *field = left->fields; field; field = field->next) {
            *last = arena_take(instance->arena, sizeof(**last));
            **last = *field;
            (*last)->next = NULL;
            last = &(*last)->next;
        }
    return true;
}

static bool compute(struct instance *instance, enum operation operation, integer left, integer right,
                    integer *number)
{
    if ((operation == OPERATION_DIVIDE || operation == OPERATION_REMAINDER) && right == 0) {
        instance_error(instance, NULL, "division by zero");
        return false;
    }
    if ((operation == OPERATION_SHIFT_LEFT || operation == OPERATION_SHIFT_RIGHT) &&
        (right < 0 || right > SHIFT_MAX)) {
        instance_error(instance, NULL, "shift by more than %d bits", SHIFT_MAX);
        return false;
    }
    bool fits = true;

    switch (operation) {
    case OPERATION_MULTIPLY:
        fits = !__builtin_mul_overflow(left, right, number);
        break;
    case OPERATION_DIVIDE:
        fits = right != -1 || !__builtin_sub_overflow((integer)0, left, number);
        if (fits)
            *number = left / right;
        break;
    case OPERATION_REMAINDER:
        *number = right == -1 ? 0 : left % right;
        break;
    case OPERATION_ADD:
        fits = !__builtin_add_overflow(left, right, number);
        break;
    case OPERATION_SUBTRACT:
        fits = !__builtin_sub_overflow(left, right, number);
        break;
    case OPERATION_SHIFT_LEFT:
        fits = !__builtin_mul_overflow(left, (integer)1 << right, number);
        break;
    case OPERATION_SHIFT_RIGHT:
        *number = left >> right;
        break;
    case OPERATION_LESS:
        *number = left < right;
        break;
    case OPERATION_LESS_EQUAL:
        *number = left <= right;
        break;
    case OPERATION_GREATER:
        *number = left > right;
        break;
    case OPERATION_GREATER_EQUAL:
        *number = left >= right;
        break;
    case OPERATION_BIT_AND:
        *number = left & right;
        break;
    case OPERATION_BIT_XOR:
        *number = left ^ right;
        break;
    case OPERATION_BIT_OR:
        *number = left | right;
        break;
    case OPERATION_AND:
        *number = left && right;
        break;
    case OPERATION_OR:
        *number = left || right;
        break;
    default:
        return false;
    }
    if (!fits)
        instance_error(instance, NULL, "the result of %s is too large", operation_sign(operation));
    return fits;
}

static bool evaluate_binary(struct instance *instance, const struct expression *expression,
                            struct value *value)
{
    struct value left, right;
    integer number;

    if (!evaluate(instance, expression->left, &left) || !evaluate(instance, expression->right, &right))
        return false;
    if (expression->operation == OPERATION_EQUAL || expression->operation == OPERATION_NOT_EQUAL) {
        bool same = value_equal(&left, &right);

        *value = number_value(expression->operation == OPERATION_EQUAL ? same : !same, FORMAT_DECIMAL);
        return true;
    }
    if (expression->operation == OPERATION_MULTIPLY && left.kind != VALUE_NUMBER &&
        right.kind == VALUE_NUMBER)
        return repeat(instance, &left, right.number, value);
    if (left.kind != VALUE_NUMBER || right.kind != VALUE_NUMBER) {
        instance_error(instance, NULL, "an operator other than ==, != and * needs two numbers");
        return false;
    }
    if (!compute(instance, expression->operation, left.number, right.number, &number))
        return false;
    *value = number_value(number, left.format != FORMAT_DECIMAL ? left.format : right.format);
    return true;
}

static bool evaluate_unary(struct instance *instance, const struct expression *expression,
                           struct value *value)
{
    integer number, result = 0;

    if (!evaluate_number(instance, expression->left, &number))
        return false;
    if (expression->operation == OPERATION_NEGATE) {
        if (!compute(instance, OPERATION_SUBTRACT, 0, number, &result))
            return false;
    } else {
        result = expression->operation == OPERATION_INVERT ? ~number : !number;
    }
    *value = number_value(result, FORMAT_DECIMAL);
    return true;
}

bool evaluate(struct instance *instance, const struct expression *expression, struct value *value)
{
    switch (expression->kind) {
    case EXPRESSION_NUMBER:
        *value = number_value(expression->number, FORMAT_DECIMAL);
        return true;
    case EXPRESSION_STRING:
        *value = (struct value){.kind = VALUE_TEXT,
                                .format = FORMAT_TEXT,
                                .bytes = expression->bytes,
                                .length = expression->length};
        return true;
    case EXPRESSION_CONSTANT:
        return evaluate_constant(instance, expression, value);
    case EXPRESSION_NAME:
        return evaluate_name(instance, expression, value);
    case EXPRESSION_MEMBER:
        return evaluate_member(instance, expression, value);
    case EXPRESSION_UNARY:
        return evaluate_unary(instance, expression, value);
    case EXPRESSION_BINARY:
        return evaluate_binary(instance, expression, value);
    case EXPRESSION_STRUCTURE:
    case EXPRESSION_ARRAY:
        return evaluate_list(instance, expression, value);
    case EXPRESSION_ANYTHING:
    case EXPRESSION_COLUMN:
        break;
    }
    instance_error(instance, NULL, "a value expected at %d:%d", expression->at.line, expression->at.column);
    return false;
}

bool evaluate_number(struct instance *instance, const struct expression *expression, integer *number)
{
    struct value value;

    if (!evaluate(instance, expression, &value))
        return false;
    if (value.kind != VALUE_NUMBER) {
        instance_error(instance, NULL, "a number expected at %d:%d", expression->at.line,
                       expression->at.column);
        return false;
    }
    *number = value.number;
    return true;
}

bool evaluate_capabilities(struct instance *instance, const struct expression *expression, integer *mask)
{
    integer left, right, bit;

    if (expression->kind == EXPRESSION_NAME) {
        *mask = 0; /* none */
        return true;
    }
    if (expression->kind == EXPRESSION_BINARY && expression->operation == OPERATION_BIT_OR) {
        bool good = evaluate_capabilities(instance, expression->left, &left) &&
                    evaluate_capabilities(instance, expression->right, &right);

        *mask = good ? left | right : 0;
        return good;
    }
    if (!evaluate_number(instance, expression, &bit))
        return false;
    if (bit < 0 || bit > CAPABILITY_MAX) {
        instance_error(instance, NULL, "a capability expected at %d:%d", expression->at.line,
                       expression->at.column);
        return false;
    }
    *mask = (integer)1 << bit;
    return true;
}

#include "conductor/show.h"

#include <string.h>

#include "conductor/match.h"
#include "conductor/process.h"
#include "conductor/request.h"

enum { BYTES_SHOWN_MAX = 96, ELEMENTS_SHOWN_MAX = 32, CALL_COLUMN = 8 };

/* An expression that prints as this text. */
static struct expression *as_text(struct instance *instance, const char *text)
{
    struct expression *expression = arena_take(instance->arena, sizeof(*expression));

    expression->kind = EXPRESSION_NUMBER;
    expression->text = text;
    return expression;
}

const char *show_bytes(struct instance *instance, const char *bytes, size_t length)
{
    bool run = length > BYTES_SHOWN_MAX;

    for (size_t i = 1; run && i < length; i++)
        run = bytes[i] == bytes[0];
    struct arena_stream stream;
    FILE *out = arena_stream_open(&stream);

    if (run) {
        request_print_text(bytes, length, out);
    } else {
        notation_print_bytes(bytes, length > BYTES_SHOWN_MAX ? BYTES_SHOWN_MAX : length, out);
        if (length > BYTES_SHOWN_MAX)
            fprintf(out, "... (%zu bytes)", length);
    }
    return arena_stream_close(&stream, instance->arena);
}

static struct expression *value_shown(struct instance *instance, const struct value *value,
                                      enum value_format format)
{
    struct value formatted = *value;

    if (value->kind == VALUE_TEXT)
        return as_text(instance, show_bytes(instance, value->bytes, value->length));
    if (value->kind == VALUE_NUMBER && value->format == FORMAT_DECIMAL && format != FORMAT_TEXT)
        formatted.format = format;
    struct expression *expression = value_expression(&formatted, instance->arena);
    int shown = 0;

    for (struct element *element = expression->elements; element; element = element->next)
        if (++shown == ELEMENTS_SHOWN_MAX && element->next) {
            element->next->value = as_text(instance, "...");
            element->next->next = NULL;
        }
    return expression;
}

const char *show_value(struct instance *instance, const struct value *value)
{
    struct arena_stream stream;

    notation_print_expression(value_shown(instance, value, value->format), arena_stream_open(&stream));
    return arena_stream_close(&stream, instance->arena);
}

/* The expression with every name that has a value replaced by it. */
static struct expression *filled(struct instance *instance, const struct expression *expression)
{
    const struct value *known;
    const struct actor *actor;
    struct expression *copy;

    if (!expression)
        return NULL;
    if (expression->kind == EXPRESSION_NAME && (known = instance_name(instance, expression->text)))
        return value_shown(instance, known, known->format);
    if (expression->kind == EXPRESSION_CONSTANT && expression->constant <= CONSTANT_KEY) {
        const struct value key = {.kind = VALUE_NUMBER,
                                  .format = FORMAT_HEX,
                                  .number = instance->keys[expression->constant == CONSTANT_KEY2]};

        return value_expression(&key, instance->arena);
    }
    if (expression->kind == EXPRESSION_MEMBER && strcmp(expression->member, "pid") == 0 &&
        (actor = instance_actor(instance, expression->text)) && actor->pid)
        return as_text(instance, integer_print(actor->pid, instance->arena));
    copy = arena_take(instance->arena, sizeof(*copy));
    *copy = *expression;
    copy->left = filled(instance, expression->left);
    copy->right = filled(instance, expression->right);
    struct element **last = &copy->elements;

    for (const struct element *element = expression->elements; element; element = element->next) {
        *last = arena_take(instance->arena, sizeof(**last));
        **last = *element;
        (*last)->value = filled(instance, element->value);
        last = &(*last)->next;
    }
    return copy;
}

/* The fields that the pattern names, with the values that came. */
static struct expression *in_shape(struct instance *instance, const struct expression *pattern,
                                   const char *prefix, const struct value *list, const char *structure)
{
    struct expression *copy = arena_take(instance->arena, sizeof(*copy));
    struct element **last = &copy->elements;

    *copy = (struct expression){.kind = pattern->kind};
    for (const struct element *element = pattern->elements; element; element = element->next) {
        const char *name = arena_print(instance->arena, "%s%s%s", prefix, *prefix ? "." : "",
                                       element->name ? element->name : "");
        const struct structure_field *field = structure ? vocabulary_field(structure, name) : NULL;
        const struct value *actual;

        *last = arena_take(instance->arena, sizeof(**last));
        **last = *element;
        (*last)->next = NULL;
        if (element->value->kind == EXPRESSION_STRUCTURE)
            (*last)->value = in_shape(instance, element->value, name, list, structure);
        else if ((actual = value_field(list, name)))
            (*last)->value = value_shown(instance, actual, field ? field->format : FORMAT_DECIMAL);
        last = &(*last)->next;
    }
    return copy;
}

static struct expression *output_shown(struct instance *instance, const struct expression *pattern,
                                       const struct value *output, const char *structure)
{
    if (pattern->kind == EXPRESSION_STRUCTURE && output->kind == VALUE_LIST && pattern->elements &&
        pattern->elements->name)
        return in_shape(instance, pattern, "", output, structure);
    return value_shown(instance, output, FORMAT_DECIMAL);
}

/* A copy whose arguments are filled: with names' values and, given an answer, with what the call filled. */
static struct step *step_filled(struct instance *instance, const struct step *step,
                                const struct answer *answer)
{
    struct step *copy = arena_take(instance->arena, sizeof(*copy));
    struct element **last = &copy->arguments;
    int index = 0;

    *copy = *step;
    copy->times = filled(instance, step->times);
    copy->nth = filled(instance, step->nth);
    copy->value = filled(instance, step->value);
    copy->fields = filled(instance, step->fields);
    copy->posix = filled(instance, step->posix);
    for (const struct element *argument = step->arguments; argument; argument = argument->next, index++) {
        const struct value *output = answer ? answer_output(answer, index) : NULL;
        const struct parameter *parameter = output ? request_parameter(step, index) : NULL;

        *last = arena_take(instance->arena, sizeof(**last));
        **last = *argument;
        (*last)->value = parameter && argument->value->kind != EXPRESSION_ANYTHING
                             ? output_shown(instance, argument->value, output, parameter->type)
                             : filled(instance, argument->value);
        last = &(*last)->next;
    }
    return copy;
}

static struct outcome outcome_filled(struct instance *instance, const struct outcome *outcome)
{
    struct outcome copy = *outcome;

    copy.value = filled(instance, outcome->value);
    return copy;
}

const char *show_step(struct instance *instance, const struct step *step)
{
    struct step *copy = step_filled(instance, step, NULL);
    struct arena_stream stream;

    copy->outcome = outcome_filled(instance, &step->outcome);
    notation_print_step(copy, arena_stream_open(&stream));
    return arena_stream_close(&stream, instance->arena);
}

static struct expression *fault_fields(struct instance *instance, const struct answer *answer)
{
    static const struct {
        const char *signal, *prefix;
    } families[] = {{"SIGSEGV", "SEGV_"}, {"SIGBUS", "BUS_"}, {"SIGILL", "ILL_"}, {"SIGFPE", "FPE_"}};
    const struct value *code = value_field(&answer->fields, "si_code");
    const char *prefix = "SI_", *name;

    for (size_t i = 0; i < sizeof(families) / sizeof(*families); i++)
        if (code && code->number > 0 && strcmp(families[i].signal, answer->name) == 0)
            prefix = families[i].prefix;
    struct expression *fields = value_expression(&answer->fields, instance->arena);

    fields->kind = EXPRESSION_STRUCTURE;
    for (struct element *element = fields->elements; element; element = element->next) {
        const struct value *value = value_field(&answer->fields, element->name);

        if (strcmp(element->name, "si_addr") == 0)
            element->value = value_shown(instance, value, FORMAT_HEX);
        for (int i = 0; strcmp(element->name, "si_code") == 0 && (name = vocabulary_constant_at(i)); i++) {
            const struct constant *constant = &instance->target->constants[i];

            if (constant->defined && strncmp(name, prefix, strlen(prefix)) == 0 &&
                constant->value.number == value->number)
                element->value = as_text(instance, name);
        }
    }
    return fields;
}

const char *show_signal(struct instance *instance, const struct actor *actor, const struct answer *answer)
{
    struct arena_stream stream;
    FILE *out = arena_stream_open(&stream);

    fprintf(out, "%-*s --- %s ", CALL_COLUMN - 1, actor->name, answer->name);
    notation_print_expression(fault_fields(instance, answer), out);
    fputs(" ---", out);
    return arena_stream_close(&stream, instance->arena);
}

const char *show_status(struct instance *instance, int status)
{
    return status == -1 ? "ended" : process_status_text(status, instance->arena);
}

static void print_got(struct instance *instance, const struct step *asked, const struct answer *answer,
                      FILE *out)
{
    switch (answer->kind) {
    case ANSWER_RETURNED:
        if (asked->call->result == RESULT_IS_NONE)
            break;
        fputs(" = ", out);
        if (answer->value.kind == VALUE_LIST && asked->outcome.kind == OUTCOME_VALUE)
            notation_print_expression(output_shown(instance, asked->outcome.value, &answer->value, NULL),
                                      out);
        else
            notation_print_expression(value_shown(instance, &answer->value, asked->call->format), out);
        break;
    case ANSWER_FAILED:
        fprintf(out, " = -1 %s", answer->name);
        break;
    case ANSWER_FAULT:
        fprintf(out, "  --- %s ", answer->name);
        notation_print_expression(fault_fields(instance, answer), out);
        fputs(" ---", out);
        break;
    default:
        break;
    }
    if (answer->changed >= 0)
        fprintf(out, "  (and it changed argument %d, which it was only to read)", answer->changed + 1);
}

const char *show_answer(struct instance *instance, const struct step *step, const struct step *asked,
                        const struct answer *answer)
{
    struct step *copy = step_filled(instance, step, step == asked ? answer : NULL);

    copy->outcome = (struct outcome){0};
    copy->unfinished = false;
    struct arena_stream stream;
    FILE *out = arena_stream_open(&stream);

    notation_print_step(copy, out);
    print_got(instance, asked, answer, out);
    return arena_stream_close(&stream, instance->arena);
}

#include "conductor/request.h"

#include <string.h>

#include "agent/wire.h"
#include "conductor/evaluate.h"

enum { RUN_WORTH_IT = 16 };

const struct parameter *request_parameter(const struct step *step, int index)
{
    const struct parameter *parameter = &step->call->parameters[index];
    const struct element *argument = step->arguments;

    if (parameter->kind != PARAMETER_COMMAND)
        return parameter;
    for (int i = 0; argument; argument = argument->next, i++)
        if (strcmp(step->call->parameters[i].name, "command") == 0 &&
            argument->value->kind == EXPRESSION_CONSTANT)
            return vocabulary_command(step->call->name, argument->value->text);
    return NULL;
}

void request_print_text(const char *bytes, size_t length, FILE *out)
{
    bool run = length >= RUN_WORTH_IT;

    for (size_t i = 1; run && i < length; i++)
        run = bytes[i] == bytes[0];
    notation_print_bytes(bytes, run ? 1 : length, out);
    if (run)
        fprintf(out, "*%zu", length);
}

static bool print_number(struct instance *instance, const struct value *value, FILE *out)
{
    if (value->kind != VALUE_NUMBER) {
        instance_error(instance, NULL, "a number expected inside a structure or array");
        return false;
    }
    fputs(integer_print(value->number, instance->arena), out);
    return true;
}

static const char *positional_field(const char *structure, int position)
{
    const struct structure_field *field;

    for (size_t i = 0; (field = vocabulary_field_at(i)); i++)
        if (strcmp(field->structure, structure) == 0 && position-- == 0)
            return field->name;
    return NULL;
}

/* {field=value,...}, nested structures flattened into dotted names. */
static bool print_fields(struct instance *instance, const struct value *list, const char *prefix,
                         const char *structure, bool *first, FILE *out)
{
    int position = 0;

    for (const struct named_value *field = list->fields; field; field = field->next, position++) {
        const char *stated = field->name ? field->name : positional_field(structure, position);
        const char *name =
            arena_print(instance->arena, "%s%s%s", prefix, *prefix ? "." : "", stated ? stated : "");

        if (field->value.kind == VALUE_LIST) {
            if (!print_fields(instance, &field->value, name, structure, first, out))
                return false;
            continue;
        }
        const struct structure_field *known = vocabulary_field(structure, name);

        if (!known) {
            instance_error(instance, NULL, "%s has no field %s", structure, name);
            return false;
        }
        fprintf(out, "%s%s=", *first ? "" : ",", known->name);
        *first = false;
        if (!print_number(instance, &field->value, out))
            return false;
    }
    return true;
}

/* The number that an element's named field has, or 0. */
static const struct value *element_field(const struct value *element, const char *structure, int position)
{
    static const struct value zero = {.kind = VALUE_NUMBER};
    const char *name = positional_field(structure, position);
    int index = 0;

    if (!name)
        return NULL;
    for (const struct named_value *field = element->fields; field; field = field->next, index++)
        if (field->name ? vocabulary_field(structure, field->name) == vocabulary_field(structure, name)
                        : index == position)
            return &field->value;
    return &zero;
}

static bool print_element(struct instance *instance, const struct value *element, const char *structure,
                          FILE *out)
{
    const struct value *part;

    if (element->kind != VALUE_LIST)
        return print_number(instance, element, out);
    fputc('{', out);
    for (int i = 0; (part = element_field(element, structure, i)); i++) {
        if (i)
            fputc(',', out);
        if (!print_number(instance, part, out))
            return false;
    }
    fputc('}', out);
    return true;
}

static bool print_list(struct instance *instance, const struct value *list, const char *type, bool structure,
                       FILE *out)
{
    bool first = true;

    fprintf(out, "%s%c", type, structure ? '{' : '[');
    if (structure && !print_fields(instance, list, "", type, &first, out))
        return false;
    for (const struct named_value *element = structure ? NULL : list->fields; element;
         element = element->next) {
        if (!print_element(instance, &element->value, type, out))
            return false;
        if (element->next)
            fputc(',', out);
    }
    fputc(structure ? '}' : ']', out);
    return true;
}

/* One that the call fills: the pattern only says how long an array is. */
static void print_output(const struct expression *pattern, const struct parameter *parameter, FILE *out)
{
    size_t count = 0;

    fprintf(out, "%s?", parameter->type);
    if (parameter->kind != PARAMETER_ARRAY)
        return;
    for (const struct element *element = pattern->elements; element; element = element->next)
        count++;
    if (pattern->kind == EXPRESSION_ANYTHING)
        fputs("[]", out);
    else
        fprintf(out, "[%zu]", count);
}

/* A name may have learnt the wrong kind of value: a text where a number is due, a number where bytes are. */
static bool fits(struct instance *instance, const struct step *step, int index,
                 const struct parameter *parameter, const struct value *value)
{
    const char *name = step->call->parameters[index].name;
    bool text = parameter && parameter->kind == PARAMETER_TEXT;

    if (value->kind == VALUE_TEXT ? text : value->kind == VALUE_LIST || !text || strcmp(name, "bytes") != 0)
        return true;
    instance_error(instance, step, "%s of %s: %s expected", name, step->call->name,
                   text ? "a string" : "a number");
    return false;
}

static bool print_argument(struct instance *instance, const struct step *step, int index,
                           const struct expression *argument, FILE *out)
{
    const struct parameter *parameter = request_parameter(step, index);
    bool listed = argument->kind == EXPRESSION_STRUCTURE || argument->kind == EXPRESSION_ARRAY ||
                  argument->kind == EXPRESSION_ANYTHING;
    struct value value;

    if (parameter && parameter->type && parameter->direction == DIRECTION_OUT && listed) {
        print_output(argument, parameter, out);
        return true;
    }
    if (!evaluate(instance, argument, &value) || !fits(instance, step, index, parameter, &value))
        return false;
    if (value.kind == VALUE_TEXT)
        request_print_text(value.bytes, value.length, out);
    else if (value.kind == VALUE_NUMBER)
        fputs(integer_print(value.number, instance->arena), out);
    else
        return print_list(instance, &value, parameter && parameter->type ? parameter->type : "long",
                          parameter && parameter->kind == PARAMETER_STRUCTURE, out);
    return true;
}

const char *request_write(struct instance *instance, const struct step *step)
{
    struct arena_stream stream;
    FILE *out = arena_stream_open(&stream);
    bool good = true;
    int index = 0;
    integer number;

    if (step->times && (good = evaluate_number(instance, step->times, &number)))
        fprintf(out, "repeat %s ", integer_print(number, instance->arena));
    if (step->nth && (good = evaluate_number(instance, step->nth, &number)))
        fprintf(out, "fail_nth %s ", integer_print(number, instance->arena));
    fputs(step->call->name, out);
    for (const struct element *argument = step->arguments; argument && good;
         argument = argument->next, index++) {
        fputc(' ', out);
        good = print_argument(instance, step, index, argument->value, out);
    }
    const char *request = arena_stream_close(&stream, instance->arena);

    if (good && strlen(request) >= WIRE_MESSAGE_MAX) {
        instance_error(instance, step, "this call is too long for one message: %zu bytes", strlen(request));
        good = false;
    }
    return good ? request : NULL;
}

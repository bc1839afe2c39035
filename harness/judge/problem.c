#include "judge/problem.h"

#include <string.h>

#include "supervisor/text.h"

enum { TEXT_BYTES_MAX = 4096 };

static json_t *to_string(const char *text)
{
    struct arena arena = {0};
    json_t *string =
        text ? json_string(text_to_utf8(text, strlen(text), TEXT_BYTES_MAX, &arena)) : json_null();

    arena_free(&arena);
    return string;
}

json_t *problems_to_json(const struct problem *problems)
{
    json_t *array = json_array();

    for (const struct problem *problem = problems; problem; problem = problem->next)
        json_array_append_new(array, json_pack("[ioooo]", problem->severity, to_string(problem->program),
                                               to_string(problem->sentence), to_string(problem->why),
                                               to_string(problem->rule)));
    return array;
}

static const char *keep(const json_t *string, struct arena *arena)
{
    return json_is_string(string) ? arena_copy(arena, json_string_value(string), json_string_length(string))
                                  : NULL;
}

struct problem *problems_from_json(const json_t *array, struct arena *arena)
{
    struct problem *first = NULL, **end = &first;
    size_t index;
    const json_t *row;

    json_array_foreach(array, index, row)
    {
        *end = arena_take(arena, sizeof(**end));
        **end = (struct problem){
            .severity = (enum finding_severity)json_integer_value(json_array_get(row, 0)),
            .program = keep(json_array_get(row, 1), arena),
            .sentence = keep(json_array_get(row, 2), arena),
            .why = keep(json_array_get(row, 3), arena),
            .rule = keep(json_array_get(row, 4), arena),
        };
        end = &(*end)->next;
    }
    return first;
}

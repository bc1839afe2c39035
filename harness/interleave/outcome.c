#include "interleave/outcome.h"

#include <inttypes.h>
#include <jansson.h>
#include <stdlib.h>
#include <string.h>

#include "judge/problem.h"
#include "supervisor/text.h"

enum { TEXT_BYTES_MAX = 1024 * 1024, GIVES_WAY = 1, WOULD_SLEEP = 2 };

/* "1 10,0,ff 0,3,2;": the place of the chosen one, then mover, flags and what it touches of each, in hexadecimal. */
static const char *print_steps(const struct explored_step *steps, size_t count, struct arena *arena)
{
    struct arena_stream stream;
    FILE *out = arena_stream_open(&stream);

    for (size_t i = 0; i < count; i++) {
        fprintf(out, "%x", steps[i].chosen);
        for (size_t j = 0; j < steps[i].count; j++) {
            const struct option *option = &steps[i].options[j];

            fprintf(out, " %x,%x,%" PRIx64, option->mover,
                    (option->gives_way ? GIVES_WAY : 0) | (option->would_sleep ? WOULD_SLEEP : 0),
                    option->touches);
        }
        fputc(';', out);
    }
    return arena_stream_close(&stream, arena);
}

static bool read_step(const char **at, struct explored_step *step)
{
    char *end;

    step->count = 0;
    step->chosen = (unsigned char)strtoul(*at, &end, 16);
    while (*end == ' ' && step->count < OPTIONS_MAX) {
        struct option *option = &step->options[step->count++];

        option->mover = (mover)strtoul(end + 1, &end, 16);
        unsigned long flags = *end == ',' ? strtoul(end + 1, &end, 16) : 0;

        option->gives_way = flags & GIVES_WAY;
        option->would_sleep = flags & WOULD_SLEEP;
        option->touches = *end == ',' ? strtoull(end + 1, &end, 16) : UINT64_MAX;
    }
    *at = end + 1;
    return *end == ';' && step->chosen < step->count;
}

static bool read_steps(const char *text, struct outcome_of_task *outcome, struct arena *arena)
{
    size_t count = 0;

    for (const char *at = text; *at; at++)
        count += *at == ';';
    outcome->steps = arena_take(arena, (count + 1) * sizeof(*outcome->steps));
    outcome->step_count = 0;
    for (const char *at = text; *at; outcome->step_count++)
        if (!read_step(&at, &outcome->steps[outcome->step_count]))
            return false;
    return true;
}

static json_t *text_to_json(const char *text, struct arena *arena)
{
    return text ? json_string(text_to_utf8(text, strlen(text), TEXT_BYTES_MAX, arena)) : json_null();
}

const char *outcome_print(const struct outcome_of_task *outcome, struct arena *arena)
{
    json_t *object = json_pack("{sssbsiso}", "steps", print_steps(outcome->steps, outcome->step_count, arena),
                               "diverged", outcome->diverged, "runs", (int)outcome->runs, "problems",
                               problems_to_json(outcome->problems));

    json_object_set_new(object, "schedule", text_to_json(outcome->schedule, arena));
    json_object_set_new(object, "trace", text_to_json(outcome->trace, arena));
    char *text = json_dumps(object, JSON_COMPACT);
    const char *kept = arena_copy(arena, text ? text : "", text ? strlen(text) : 0);

    free(text);
    json_decref(object);
    return kept;
}

static const char *keep(const json_t *string, struct arena *arena)
{
    return json_is_string(string) ? arena_copy(arena, json_string_value(string), json_string_length(string))
                                  : NULL;
}

bool outcome_read(const char *text, struct outcome_of_task *outcome, struct arena *arena)
{
    json_t *object = json_loads(text, 0, NULL);
    const char *steps = json_string_value(json_object_get(object, "steps"));
    bool good = steps && read_steps(steps, outcome, arena);

    outcome->diverged = json_is_true(json_object_get(object, "diverged"));
    outcome->runs = (unsigned)json_integer_value(json_object_get(object, "runs"));
    outcome->problems = problems_from_json(json_object_get(object, "problems"), arena);
    outcome->schedule = keep(json_object_get(object, "schedule"), arena);
    outcome->trace = keep(json_object_get(object, "trace"), arena);
    json_decref(object);
    return good;
}

#include "supervisor/record.h"

#include <jansson.h>
#include <stdlib.h>
#include <string.h>

#include "supervisor/text.h"

static const char *const verdict_names[] = {
    [VERDICT_PASS] = "pass",
    [VERDICT_FAIL] = "fail",
    [VERDICT_SKIP] = "skip",
    [VERDICT_ERROR] = "error",
};

enum { VERDICT_KINDS = sizeof(verdict_names) / sizeof(verdict_names[0]) };

const char *verdict_name(enum verdict_kind kind)
{
    return verdict_names[kind];
}

const char *isolation_name(enum isolation isolation)
{
    static const char *const names[] = {
        [ISOLATION_FULL] = "full",
        [ISOLATION_IPC] = "ipc",
        [ISOLATION_NONE] = "none",
    };

    return names[isolation];
}

static const char *fit(const char *text, struct arena *arena)
{
    return text ? text_to_utf8(text, strlen(text), RECORD_TEXT_BYTES_MAX, arena) : NULL;
}

static json_t *words_to_json(const struct word *words, struct arena *arena)
{
    json_t *array = json_array();

    for (const struct word *word = words; word; word = word->next)
        json_array_append_new(array, json_string(fit(word->text, arena)));
    return array;
}

/* A long transcript keeps its beginning (what was set up) and its end (what went wrong). */
static json_t *transcript_to_json(const struct word *transcript, struct arena *arena)
{
    size_t count = 0;

    for (const struct word *word = transcript; word; word = word->next)
        count++;
    if (count <= RECORD_TRANSCRIPT_LINES_MAX)
        return words_to_json(transcript, arena);

    json_t *array = json_array();
    size_t kept_first = RECORD_TRANSCRIPT_LINES_MAX / 4;
    size_t kept_from = count - (RECORD_TRANSCRIPT_LINES_MAX - kept_first - 1);
    size_t at = 0;

    for (const struct word *word = transcript; word; word = word->next, at++) {
        if (at == kept_first)
            json_array_append_new(
                array, json_string(arena_print(arena, "... %zu lines left out ...", kept_from - kept_first)));
        if (at < kept_first || at >= kept_from)
            json_array_append_new(array, json_string(fit(word->text, arena)));
    }
    return array;
}

const char *record_to_json(const struct record *record, struct arena *arena)
{
    const struct judged_target *target = &record->target;
    const struct verdict *verdict = &record->verdict;
    json_t *target_object =
        json_pack("{s:s, s:s, s:s, s:s, s:s}", "kernel", fit(target->kernel, arena), "machine",
                  fit(target->machine, arena), "libc", fit(target->libc, arena), "calls", target->calls,
                  "isolation", target->isolation);
    json_t *failed_line = verdict->kind == VERDICT_FAIL ? json_integer(verdict->line) : json_null();
    json_t *object = json_pack(
        "{s:s, s:s, s:i, s:I, s:I, s:o, s:s, s:o, s:s, s:s?, s:s?, s:s?, s:o, s:b, s:I, s:o}", /* */
        "case", fit(record->title, arena), "file", fit(record->file, arena), "line", record->line, "instance",
        (json_int_t)record->instance, "repeat", (json_int_t)record->repeat, "clauses",
        words_to_json(record->clauses, arena), "group", fit(record->group, arena), "target", target_object,
        "verdict", verdict_name(verdict->kind), "reason", fit(verdict->reason, arena), "expected",
        fit(verdict->expected, arena), "got", fit(verdict->got, arena), "failed_line", failed_line,
        "deviates", (int)verdict->deviates, "duration_ns", (json_int_t)verdict->duration_ns, "transcript",
        transcript_to_json(verdict->transcript, arena));
    char *text = object ? json_dumps(object, JSON_COMPACT | JSON_PRESERVE_ORDER) : NULL;

    if (!text) {
        fputs("ipcdrill: out of memory\n", stderr);
        abort();
    }
    const char *line = arena_print(arena, "%s\n", text);

    free(text);
    json_decref(object);
    return line;
}

static const char *keep(const char *text, struct arena *arena)
{
    return arena_copy(arena, text, strlen(text));
}

/* A string or null. Returns false for anything else. */
static bool keep_optional(const json_t *value, const char **text, struct arena *arena)
{
    *text = json_is_string(value) ? keep(json_string_value(value), arena) : NULL;
    return json_is_string(value) || json_is_null(value);
}

/* An array of strings. Returns false for anything else. */
static bool keep_words(const json_t *array, struct word **words, struct arena *arena)
{
    size_t index;
    json_t *value;

    if (!json_is_array(array))
        return false;
    json_array_foreach(array, index, value)
    {
        if (!json_is_string(value))
            return false;
        struct word *word = arena_take(arena, sizeof(*word));

        word->text = keep(json_string_value(value), arena);
        *words = word;
        words = &word->next;
    }
    return true;
}

static bool verdict_kind_of(const char *name, enum verdict_kind *kind)
{
    for (int i = 0; i < VERDICT_KINDS; i++) {
        if (strcmp(verdict_names[i], name) == 0) {
            *kind = (enum verdict_kind)i;
            return true;
        }
    }
    return false;
}

/* Returns what is wrong, or NULL. */
static const char *read_target(json_t *object, struct judged_target *target, struct arena *arena)
{
    json_error_t error;

    if (json_unpack_ex(object, &error, 0, "{s:s, s:s, s:s, s:s, s:s}", "kernel", &target->kernel, "machine",
                       &target->machine, "libc", &target->libc, "calls", &target->calls, "isolation",
                       &target->isolation) != 0)
        return arena_print(arena, "target: %s", error.text);
    target->kernel = keep(target->kernel, arena);
    target->machine = keep(target->machine, arena);
    target->libc = keep(target->libc, arena);
    target->calls = keep(target->calls, arena);
    target->isolation = keep(target->isolation, arena);
    return NULL;
}

/* Returns what is wrong, or NULL. */
static const char *read_record(json_t *object, struct record *record, struct arena *arena)
{
    json_t *clauses, *target, *reason, *expected, *got, *failed_line, *transcript;
    const char *kind;
    json_int_t instance, repeat, duration;
    int deviates;
    json_error_t error;

    if (json_unpack_ex(object, &error, 0,
                       "{s:s, s:s, s:i, s:I, s:I, s:o, s:s, s:o, s:s, s:o, s:o, s:o, s:o, s:b, s:I, s:o}",
                       "case", &record->title, "file", &record->file, "line", &record->line, "instance",
                       &instance, "repeat", &repeat, "clauses", &clauses, "group", &record->group, "target",
                       &target, "verdict", &kind, "reason", &reason, "expected", &expected, "got", &got,
                       "failed_line", &failed_line, "deviates", &deviates, "duration_ns", &duration,
                       "transcript", &transcript) != 0)
        return keep(error.text, arena);
    if (instance < 0 || repeat < 0 || duration < 0)
        return "instance, repeat and duration_ns cannot be negative";
    if (!verdict_kind_of(kind, &record->verdict.kind))
        return arena_print(arena, "unknown verdict '%s'; expected pass, fail, skip or error", kind);
    if (!json_is_null(failed_line) && !json_is_integer(failed_line))
        return "failed_line: expected a number or null";
    if (!keep_optional(reason, &record->verdict.reason, arena) ||
        !keep_optional(expected, &record->verdict.expected, arena) ||
        !keep_optional(got, &record->verdict.got, arena))
        return "reason, expected, got: expected a string or null";
    if (!keep_words(clauses, &record->clauses, arena) ||
        !keep_words(transcript, &record->verdict.transcript, arena))
        return "clauses, transcript: expected an array of strings";
    record->title = keep(record->title, arena);
    record->file = keep(record->file, arena);
    record->group = keep(record->group, arena);
    record->instance = (size_t)instance;
    record->repeat = (size_t)repeat;
    record->verdict.duration_ns = (uint64_t)duration;
    record->verdict.deviates = deviates;
    record->verdict.line = json_is_null(failed_line) ? record->line : (int)json_integer_value(failed_line);
    return read_target(target, &record->target, arena);
}

bool record_from_json(const char *line, struct record *record, struct arena *arena, const char **problem)
{
    json_error_t error;
    json_t *object = json_loads(line, JSON_REJECT_DUPLICATES, &error);

    *record = (struct record){0};
    if (!object) {
        *problem = arena_print(arena, "not a JSON object: %s", error.text);
        return false;
    }
    *problem = read_record(object, record, arena);
    json_decref(object);
    return *problem == NULL;
}

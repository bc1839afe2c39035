#include "supervisor/record.h"

#include <jansson.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>

#include "supervisor/text.h"

static const char *const verdict_names[] = {
    [VERDICT_PASS] = "pass",   [VERDICT_FAIL] = "fail",   [VERDICT_SKIP] = "skip",
    [VERDICT_ERROR] = "error", [VERDICT_XFAIL] = "xfail", [VERDICT_XPASS] = "xpass",
};

const char *verdict_name(enum verdict_kind kind)
{
    return verdict_names[kind];
}

bool verdict_is_red(enum verdict_kind kind)
{
    return kind == VERDICT_FAIL || kind == VERDICT_ERROR;
}

bool verdict_is_worse(enum verdict_kind one, enum verdict_kind other)
{
    static const int ranks[VERDICT_KINDS] = {
        [VERDICT_SKIP] = 0,  [VERDICT_PASS] = 1,  [VERDICT_XPASS] = 2,
        [VERDICT_XFAIL] = 3, [VERDICT_ERROR] = 4, [VERDICT_FAIL] = 5,
    };

    return ranks[one] > ranks[other];
}

const char *target_label(const struct judged_target *target, struct arena *arena)
{
    return target->name ? target->name
                        : arena_print(arena, "%s %s, %s, %s, %s", target->kernel, target->machine,
                                      target->libc, target->calls, target->isolation);
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

static json_t *target_to_json(const struct judged_target *target, struct arena *arena)
{
    return json_pack("{s:s?, s:s, s:s, s:s, s:s, s:s}", "name", fit(target->name, arena), "kernel",
                     fit(target->kernel, arena), "machine", fit(target->machine, arena), "libc",
                     fit(target->libc, arena), "calls", fit(target->calls, arena), "isolation",
                     fit(target->isolation, arena));
}

static json_t *known_to_json(const struct known_deviation *known, struct arena *arena)
{
    if (!known->reason)
        return json_null();
    return json_pack("{s:s, s:s}", "reason", fit(known->reason, arena), "link", fit(known->link, arena));
}

static bool came_to_failure(enum verdict_kind kind)
{
    return kind == VERDICT_FAIL || kind == VERDICT_XFAIL;
}

const char *record_to_json(const struct record *record, struct arena *arena)
{
    const struct verdict *verdict = &record->verdict;
    json_t *failed_line = came_to_failure(verdict->kind) ? json_integer(verdict->line) : json_null();
    json_t *object = json_pack(
        "{s:i, s:s, s:I, s:I, s:s, s:s, s:i, s:I, s:I, s:o, s:s, s:o, s:s, s:o, s:s?, s:s?, s:s?, s:o, s:b, "
        "s:I, s:o}",
        "v", RECORD_VERSION, "tool", fit(record->tool, arena), "position", (json_int_t)record->position, "of",
        (json_int_t)record->of, "case", fit(record->title, arena), "file", fit(record->file, arena), "line",
        record->line, "instance", (json_int_t)record->instance, "repeat", (json_int_t)record->repeat,
        "clauses", words_to_json(record->clauses, arena), "group", fit(record->group, arena), "target",
        target_to_json(&record->target, arena), "verdict", verdict_name(verdict->kind), "known",
        known_to_json(&record->known, arena), "reason", fit(verdict->reason, arena), "expected",
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

/* A string or null. Returns false for anything else. */
static bool keep_optional(const json_t *value, const char **text, struct arena *arena)
{
    *text = json_is_string(value) ? fit(json_string_value(value), arena) : NULL;
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

        word->text = fit(json_string_value(value), arena);
        *words = word;
        words = &word->next;
    }
    return true;
}

static bool is_line(const json_t *value)
{
    return json_is_integer(value) && json_integer_value(value) >= 0 && json_integer_value(value) <= INT_MAX;
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
static const char *read_target(json_t *object, struct record *record, struct arena *arena)
{
    struct judged_target *target = &record->target;
    json_error_t error;

    if (json_unpack_ex(object, &error, 0, "{s:s, s:s, s:s, s:s, s:s}", "kernel", &target->kernel, "machine",
                       &target->machine, "libc", &target->libc, "calls", &target->calls, "isolation",
                       &target->isolation) != 0)
        return arena_print(arena, "target: %s", error.text);
    json_t *name = json_object_get(object, "name"); /* not in old records */

    if (name && !keep_optional(name, &target->name, arena))
        return "target: name: expected a string or null";
    target->kernel = fit(target->kernel, arena);
    target->machine = fit(target->machine, arena);
    target->libc = fit(target->libc, arena);
    target->calls = fit(target->calls, arena);
    target->isolation = fit(target->isolation, arena);
    return NULL;
}

/* What version 1 added. Returns what is wrong, or NULL. */
static const char *read_origin(json_t *object, struct record *record, struct arena *arena)
{
    json_t *version = json_object_get(object, "v"), *known, *name;
    json_int_t position, of;
    json_error_t error;

    record->tool = "";
    if (!version)
        return NULL;
    if (!json_is_integer(version) || json_integer_value(version) < 1)
        return "v: expected the number of a version";
    if (json_integer_value(version) > RECORD_VERSION)
        return arena_print(arena, "version %" JSON_INTEGER_FORMAT " of records, and this ipcdrill knows %d",
                           json_integer_value(version), RECORD_VERSION);
    if (json_unpack_ex(object, &error, 0, "{s:s, s:I, s:I, s:o, s:{s:o}}", "tool", &record->tool, "position",
                       &position, "of", &of, "known", &known, "target", "name", &name) != 0)
        return arena_copy(arena, error.text, strlen(error.text));
    if (position < 0 || of <= position)
        return "position: expected a number from 0 to below that of \"of\"";
    if (!json_is_null(known) && json_unpack_ex(known, &error, 0, "{s:s, s:s}", "reason",
                                               &record->known.reason, "link", &record->known.link) != 0)
        return arena_print(arena, "known: %s", error.text);
    record->tool = fit(record->tool, arena);
    record->position = (size_t)position;
    record->of = (size_t)of;
    record->known.reason = fit(record->known.reason, arena);
    record->known.link = fit(record->known.link, arena);
    return NULL;
}

/* Returns what is wrong, or NULL. */
static const char *read_verdict(json_t *object, struct record *record, struct arena *arena)
{
    struct verdict *verdict = &record->verdict;
    json_t *reason, *expected, *got, *failed_line, *transcript;
    json_int_t duration;
    const char *kind;
    int deviates;
    json_error_t error;

    if (json_unpack_ex(object, &error, 0, "{s:s, s:o, s:o, s:o, s:o, s:b, s:I, s:o}", "verdict", &kind,
                       "reason", &reason, "expected", &expected, "got", &got, "failed_line", &failed_line,
                       "deviates", &deviates, "duration_ns", &duration, "transcript", &transcript) != 0)
        return arena_copy(arena, error.text, strlen(error.text));
    if (!verdict_kind_of(kind, &verdict->kind))
        return arena_print(arena, "unknown verdict '%s'; pass, fail, skip, error, xfail or xpass", kind);
    bool known = verdict->kind == VERDICT_XFAIL || verdict->kind == VERDICT_XPASS;

    if (known != (record->known.reason != NULL))
        return "known: expected with xfail and xpass, and with no other verdict";
    if (!keep_optional(reason, &verdict->reason, arena) ||
        !keep_optional(expected, &verdict->expected, arena) || !keep_optional(got, &verdict->got, arena))
        return "reason, expected, got: expected a string or null";
    if (!keep_words(transcript, &verdict->transcript, arena))
        return "transcript: expected an array of strings";
    if (!json_is_null(failed_line) && !is_line(failed_line))
        return "failed_line: expected the number of a line, or null";
    if (duration < 0)
        return "duration_ns cannot be negative";
    verdict->line = json_is_null(failed_line) ? record->line : (int)json_integer_value(failed_line);
    verdict->deviates = deviates;
    verdict->duration_ns = (uint64_t)duration;
    return NULL;
}

/* Returns what is wrong, or NULL. */
static const char *read_instance(json_t *object, struct record *record, struct arena *arena)
{
    json_t *line, *clauses;
    json_int_t instance, repeat;
    json_error_t error;

    if (json_unpack_ex(object, &error, 0, "{s:s, s:s, s:o, s:I, s:I, s:o, s:s}", "case", &record->title,
                       "file", &record->file, "line", &line, "instance", &instance, "repeat", &repeat,
                       "clauses", &clauses, "group", &record->group) != 0)
        return arena_copy(arena, error.text, strlen(error.text));
    if (!is_line(line))
        return "line: expected the number of a line";
    if (instance < 0 || repeat < 0)
        return "instance and repeat cannot be negative";
    if (!keep_words(clauses, &record->clauses, arena))
        return "clauses: expected an array of strings";
    record->title = fit(record->title, arena);
    record->file = fit(record->file, arena);
    record->group = fit(record->group, arena);
    record->line = (int)json_integer_value(line);
    record->instance = (size_t)instance;
    record->repeat = (size_t)repeat;
    return NULL;
}

/* Returns what is wrong, or NULL. */
static const char *read_record(json_t *object, struct record *record, struct arena *arena)
{
    const char *problem = read_origin(object, record, arena);

    problem = problem ? problem : read_instance(object, record, arena);
    problem = problem ? problem : read_verdict(object, record, arena);
    return problem ? problem : read_target(json_object_get(object, "target"), record, arena);
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

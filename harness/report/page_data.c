#include "report/page_data.h"

#include <stdlib.h>
#include <string.h>

#include "supervisor/text.h"

enum {
    PAGE_DATA_VERSION = 1,
    NS_IN_US = 1000,
    TEXT_BYTES_MAX = 64 * 1024,
    NO_TEXT = -1,
};

/* A letter for what a run said of an instance; reports/README.md has the same table. */
static const char verdict_letters[VERDICT_KINDS] = {
    [VERDICT_PASS] = 'p',  [VERDICT_FAIL] = 'f',  [VERDICT_SKIP] = 's',
    [VERDICT_ERROR] = 'e', [VERDICT_XFAIL] = 'x', [VERDICT_XPASS] = 'X',
};

enum { LETTER_DEVIATES = 'd', LETTER_NOT_RUN = '.' };

struct sink {
    FILE *json, *script;
};

/* Inside '...' of a script. JSON from here is ASCII, so no line separator of Unicode is among it. */
static void print_script(const char *text, size_t length, FILE *out)
{
    for (size_t i = 0; i < length; i++) {
        if (text[i] == '\\' || text[i] == '\'')
            fputc('\\', out);
        if (text[i] == '<')
            fputs("\\x3c", out);
        else
            fputc(text[i], out);
    }
}

static int put_bytes(const char *text, size_t length, void *context)
{
    const struct sink *sink = context;

    fwrite(text, 1, length, sink->json);
    print_script(text, length, sink->script);
    return 0;
}

static void put(const struct sink *sink, const char *text)
{
    put_bytes(text, strlen(text), (void *)sink);
}

/* Writes a value and frees it. */
static void put_value(const struct sink *sink, json_t *value)
{
    if (json_dump_callback(value, put_bytes, (void *)sink,
                           JSON_COMPACT | JSON_ENSURE_ASCII | JSON_ENCODE_ANY) != 0)
        abort();
    json_decref(value);
}

static json_t *time_to_json(time_t when)
{
    char text[32];
    struct tm utc;

    if (!gmtime_r(&when, &utc))
        return json_null();
    strftime(text, sizeof(text), "%Y-%m-%dT%H:%M:%SZ", &utc);
    return json_string(text);
}

/* Text from a command line or a file that is no results file: it may be no UTF-8. */
static json_t *text_to_json(const char *text)
{
    struct arena arena = {0};
    json_t *string = json_string(text_to_utf8(text, strlen(text), TEXT_BYTES_MAX, &arena));

    arena_free(&arena);
    return string;
}

static json_t *target_to_json(const struct page_target *target)
{
    json_t *runs = json_array();

    for (size_t r = 0; r < target->run_count; r++)
        json_array_append_new(runs, json_pack("{s:o, s:s, s:o}", "file", text_to_json(target->runs[r].path),
                                              "tool", target->runs[r].tool, "written",
                                              time_to_json(target->runs[r].written)));
    return json_pack("{s:o, s:s, s:s, s:s, s:s, s:s, s:o}", "name",
                     target->judged.name ? text_to_json(target->judged.name) : json_null(), "kernel",
                     target->judged.kernel, "machine", target->judged.machine, "libc", target->judged.libc,
                     "calls", target->judged.calls, "isolation", target->judged.isolation, "runs", runs);
}

static json_t *clause_to_json(const struct clause *clause, size_t cases)
{
    return json_pack("{s:o, s:s#, s:o, s:o, s:o, s:I}", "id", text_to_json(clause->id), "tier", &clause->tier,
                     1, "source", text_to_json(clause->source), "requirement",
                     text_to_json(clause->requirement), "reason", text_to_json(clause->reason), "cases",
                     (json_int_t)cases);
}

static void put_clauses(const struct sink *sink, const struct page_data *data)
{
    const struct clause_table *clauses = data->clauses;

    for (size_t i = 0; clauses && i < clauses->count; i++) {
        put(sink, i ? "," : "");
        put_value(sink, clause_to_json(&clauses->clauses[i], data->clause_cases[i]));
    }
}

static void put_targets(const struct sink *sink, const struct page_table *table)
{
    for (size_t t = 0; t < table->target_count; t++) {
        put(sink, t ? "," : "");
        put_value(sink, target_to_json(&table->targets[t]));
    }
}

static void put_problems(const struct sink *sink, const struct diagnostics *diagnostics)
{
    json_t *problems = json_array();

    for (const struct diagnostic *problem = diagnostics ? diagnostics->first : NULL; problem;
         problem = problem->next)
        json_array_append_new(problems,
                              json_pack("{s:o, s:i, s:o}", "file", text_to_json(problem->file), "line",
                                        problem->at.line, "text", text_to_json(problem->text)));
    put(sink, "\"problem_count\":");
    put_value(sink, json_integer(diagnostics ? diagnostics->count : 0));
    put(sink, ",\"problems\":");
    put_value(sink, problems);
}

static char letter_of(const struct page_cell *cell)
{
    if (!cell)
        return LETTER_NOT_RUN;
    if (cell->verdict == VERDICT_PASS && cell->deviates)
        return LETTER_DEVIATES;
    return verdict_letters[cell->verdict];
}

/* For each target a string: a letter for each of its runs. */
static json_t *verdicts_to_json(const struct page_table *table, size_t instance)
{
    json_t *verdicts = json_array();
    char letters[PAGE_RUNS_MAX];

    for (size_t t = 0; t < table->target_count; t++) {
        const struct page_target *target = &table->targets[t];

        for (size_t r = 0; r < target->run_count; r++)
            letters[r] = letter_of(page_cell_at(&target->runs[r], instance));
        json_array_append_new(verdicts, json_stringn(letters, target->run_count));
    }
    return verdicts;
}

/* For each target how long its last run took, in microseconds; null: not run. */
static json_t *durations_to_json(const struct page_table *table, size_t instance)
{
    json_t *durations = json_array();

    for (size_t t = 0; t < table->target_count; t++) {
        const struct page_cell *cell = page_cell_at(page_last_run(&table->targets[t]), instance);

        json_array_append_new(durations,
                              cell ? json_integer((json_int_t)(cell->duration_ns / NS_IN_US)) : json_null());
    }
    return durations;
}

static json_t *instance_to_json(const struct page_table *table, size_t index, json_int_t text)
{
    const struct page_instance *instance = &table->instances[index];
    json_t *clauses = json_array();

    for (const struct word *clause = instance->clauses; clause; clause = clause->next)
        json_array_append_new(clauses, json_string(clause->text));
    return json_pack("{s:s, s:s, s:i, s:I, s:s, s:o, s:I, s:o, s:o}", "title", instance->title, "file",
                     instance->file, "line", instance->line, "row", (json_int_t)instance->row, "group",
                     instance->group, "clauses", clauses, "text", text, "verdicts",
                     verdicts_to_json(table, index), "durations_us", durations_to_json(table, index));
}

/* Instances of one case share its text and stand one behind the other: each text is written once. */
static void put_instances(const struct sink *sink, const struct page_table *table)
{
    json_t *texts = json_array();
    const char *last = NULL;

    put(sink, ",\"instances\":[");
    for (size_t i = 0; i < table->instance_count; i++) {
        const char *text = table->instances[i].text;

        if (text && text != last)
            json_array_append_new(texts, json_pack("{s:i, s:o}", "line", table->instances[i].text_line,
                                                   "text", text_to_json(text)));
        last = text;
        put(sink, i ? "," : "");
        put_value(sink, instance_to_json(table, i, text ? (json_int_t)json_array_size(texts) - 1 : NO_TEXT));
    }
    put(sink, "],\"texts\":");
    put_value(sink, texts);
}

static void put_matrix(const struct sink *sink, const struct page_data *data)
{
    put(sink, "{\"version\":");
    put_value(sink, json_integer(PAGE_DATA_VERSION));
    put(sink, ",\"tool\":");
    put_value(sink, json_string(IPCDRILL_VERSION));
    put(sink, ",");
    put_problems(sink, data->diagnostics);
    put(sink, ",\"targets\":[");
    put_targets(sink, data->table);
    put(sink, "],\"clauses\":[");
    put_clauses(sink, data);
    put(sink, "]");
    put_instances(sink, data->table);
    put(sink, ",\"findings\":");
    put_value(sink, json_incref(data->findings));
    put(sink, ",\"coverage\":");
    put_value(sink, json_incref(data->coverage));
    put(sink, "}");
}

/* One element of the details: where it belongs, and the words that were kept (an object, never an empty one). */
static void put_words(const struct sink *sink, struct page_table *table, size_t instance, size_t target,
                      const struct page_cell *cell, long place, bool *any)
{
    json_t *object =
        json_pack("{s:I, s:I, s:s}", "instance", (json_int_t)instance, "target", (json_int_t)target,
                  "verdict", verdict_name(cell ? cell->verdict : VERDICT_PASS));

    if (cell && cell->repeats > 1) {
        json_object_set_new(object, "repeats", json_integer(cell->repeats));
        json_object_set_new(object, "reds", json_integer(cell->reds));
    }
    char *head = json_dumps(object, JSON_COMPACT);
    if (!head)
        abort();
    head[strlen(head) - 1] = ',';
    put(sink, *any ? "," : "");
    put(sink, head);
    put(sink, page_table_words(table, place) + 1);
    *any = true;
    free(head);
    json_decref(object);
}

/* Of every instance what its targets said when they did not pass, and one pass: passes differ in addresses only. */
static void put_details(const struct sink *sink, struct page_table *table)
{
    bool any = false;

    put(sink, "[");
    for (size_t i = 0; i < table->instance_count; i++) {
        const struct page_instance *instance = &table->instances[i];

        for (size_t t = 0; t < table->target_count; t++) {
            const struct page_cell *cell = page_cell_at(page_last_run(&table->targets[t]), i);

            if (cell && (cell->verdict != VERDICT_PASS || cell->repeats > 1))
                put_words(sink, table, i, t, cell, cell->words, &any);
        }
        if (instance->has_pass)
            put_words(sink, table, i, instance->pass_target, NULL, instance->pass_words, &any);
    }
    put(sink, "]");
}

void page_data_write(const struct page_data *data, FILE *json, FILE *script)
{
    const struct sink sink = {json, script};

    fputs("{\"matrix\":", json);
    fputs("window.ipcdrill = {data: {matrix:\n'", script);
    put_matrix(&sink, data);
    fputs(",\n\"details\":", json);
    fputs("',\ndetails:\n'", script);
    put_details(&sink, data->table);
    fputs("}\n", json);
    fputs("'}};\n", script);
}

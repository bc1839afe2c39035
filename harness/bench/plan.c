#include "bench/plan.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "supervisor/record.h"

enum { ACTORS_MAX = 64 }; /* of one instance; calls of more are counted to the last */

/* What the transcript says of one actor. */
struct planned {
    const char *name;
    size_t name_length;
    struct arena_stream calls;
    bool any;
};

struct plan_of_instance {
    struct planned actors[ACTORS_MAX];
    size_t count;
};

static struct planned *find_actor(struct plan_of_instance *plan, const char *name, size_t length)
{
    for (size_t i = 0; i < plan->count; i++)
        if (plan->actors[i].name_length == length && strncmp(plan->actors[i].name, name, length) == 0)
            return &plan->actors[i];
    if (plan->count == ACTORS_MAX)
        return &plan->actors[ACTORS_MAX - 1];
    struct planned *actor = &plan->actors[plan->count++];

    *actor = (struct planned){.name = name, .name_length = length};
    arena_stream_open(&actor->calls);
    return actor;
}

static const char repeat[] = "repeat(";

/* Reads "repeat(65530 + 1) ", and leaves `call` behind it: names are filled in, a sum is written as it was. */
static unsigned long read_sum(const char **call)
{
    const char *close = strchr(*call, ')');
    char *end;
    unsigned long sum = strtoul(*call + sizeof(repeat) - 1, &end, 0);

    while (strncmp(end, " + ", 3) == 0)
        sum += strtoul(end + 3, &end, 0);
    if (end == close)
        *call = close + 1 + strspn(close + 1, " ");
    return end == close ? sum : 1;
}

/* "writer  shmget(...) = 0"; lines without an actor have a single blank behind their first word. */
static void add_line(struct plan_of_instance *plan, const char *line, struct plan_counts *counts)
{
    static const char name_signs[] = "abcdefghijklmnopqrstuvwxyz0123456789_";
    size_t length = strspn(line, name_signs);

    if (!length || strncmp(line + length, "  ", 2) != 0)
        return;
    struct planned *actor = find_actor(plan, line, length);
    const char *call = line + length + strspn(line + length, " ");
    unsigned long times = 1;

    if (strncmp(call, repeat, sizeof(repeat) - 1) == 0)
        times = read_sum(&call);
    size_t call_length = strspn(call, name_signs);

    if (!call_length || call[call_length] != '(')
        return;
    fprintf(actor->calls.out, "%s%.*s", actor->any ? " " : "", (int)call_length, call);
    if (times != 1)
        fprintf(actor->calls.out, "*%lu", times);
    actor->any = true;
    counts->calls += times;
}

static void write_instance(const struct record *record, FILE *out, struct arena *arena,
                           struct plan_counts *counts)
{
    struct plan_of_instance plan = {.count = 0};

    for (const struct word *line = record->verdict.transcript; line; line = line->next)
        add_line(&plan, line->text, counts);
    for (size_t i = 0; i < plan.count; i++)
        fprintf(out, "%s%s", i ? "|" : "", arena_stream_close(&plan.actors[i].calls, arena));
    fputc('\n', out);
    counts->planned++;
    counts->actors += plan.count;
}

static bool write_plan(FILE *results, FILE *out, struct plan_counts *counts)
{
    char *line = NULL;
    size_t capacity = 0;
    const char *problem = NULL;
    struct arena arena = {0};

    while (!problem && getline(&line, &capacity, results) > 0) {
        struct record record;

        if (record_from_json(line, &record, &arena, &problem)) {
            counts->instances++;
            if (record.verdict.kind != VERDICT_SKIP)
                write_instance(&record, out, &arena, counts);
        } else {
            fprintf(stderr, "bench: results.jsonl: %s\n", problem);
        }
        arena_free(&arena);
    }
    free(line);
    return !problem;
}

bool plan_write(const char *results, const char *plan, struct plan_counts *counts)
{
    FILE *in = fopen(results, "re"), *out = in ? fopen(plan, "we") : NULL;
    bool good = in && out;

    *counts = (struct plan_counts){0};
    if (!good)
        fprintf(stderr, "bench: %s: %s\n", in ? plan : results, strerror(errno));
    else
        good = write_plan(in, out, counts);
    if (in)
        fclose(in);
    if (out && fclose(out) != 0)
        good = false;
    return good;
}

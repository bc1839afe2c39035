/*
 * make bench: what the harness costs, side by side with a bare program that makes the same processes, namespaces
 * and system calls (floor.c), and whether its memory grows with the number of instances.
 *
 *     bench TOOL FLOOR CASES FOLDER
 *
 * FOLDER is an empty one for what the runs leave. Prints one table. Exit codes: 0 within the limits, 1 a limit is
 * exceeded, 2 usage, 3 trouble (a suite that does not pass among it: its time would say nothing).
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "bench/plan.h"
#include "bench/program.h"
#include "bench/selection.h"

enum { EXIT_LIMIT = 1, EXIT_USAGE = 2, EXIT_TROUBLE = 3 };

/* The limits: time of the tool over that of the floor; memory at most instances over that at fewest. */
static const double time_ratio_limit = 3.0;
static const double memory_ratio_limit = 1.25;

enum {
    ROUNDS = 11, /* of every contestant, in turn */
    ARGUMENTS_MAX = 16,
    MEMORY_INSTANCES = 10, /* of the file below, which is repeated */
};

static const int memory_repeats[] = {10, 100, 1000};

enum { MEMORY_RUNS = sizeof(memory_repeats) / sizeof(memory_repeats[0]) };

static const char memory_case[] = "case \"attach and detach: <mode>\"\n"
                                  "  writer  shmget(KEY, 4096, IPC_CREAT|<mode>) = id\n"
                                  "  writer  shmat(id, NULL, 0) = w\n"
                                  "  writer  poke(w, \"still here\")\n"
                                  "  reader  shmat(id, NULL, 0) = r\n"
                                  "  reader  peek(r, 10) = \"still here\"\n"
                                  "  writer  shmdt(w) = 0\n"
                                  "  where\n"
                                  "    mode\n"
                                  "    0600..0611\n";

struct bench {
    const char *tool, *floor, *cases, *folder;
    struct arena arena;
    struct selection selection;
    struct plan_counts counts;
};

/* One that is timed: the tool or the floor, with so many workers. */
struct contestant {
    const char *name;
    bool is_floor;
    const char *jobs;
    int64_t times_ns[ROUNDS];
};

static struct contestant contestants[] = {
    {.name = "ipcdrill -j 2", .jobs = "2"},
    {.name = "floor, 2 workers", .jobs = "2", .is_floor = true},
    {.name = "ipcdrill -j 1", .jobs = "1"},
    {.name = "floor, 1 worker", .jobs = "1", .is_floor = true},
};

enum { CONTESTANTS = sizeof(contestants) / sizeof(contestants[0]), TOOL_2 = 0, FLOOR_2 = 1 };

static _Noreturn void give_up(const char *what, const char *why)
{
    fprintf(stderr, "bench: %s%s%s\n", what, why ? ": " : "", why ? why : "");
    exit(EXIT_TROUBLE);
}

static char *below(struct bench *bench, const char *name)
{
    return arena_print(&bench->arena, "%s/%s", bench->folder, name);
}

static struct measurement run_tool(struct bench *bench, const char *jobs, const char *repeat,
                                   const char *cases, bool watch_memory)
{
    const char *const arguments[ARGUMENTS_MAX] = {bench->tool,
                                                  "run",
                                                  "--quiet",
                                                  "--jobs",
                                                  jobs,
                                                  "--repeat",
                                                  repeat,
                                                  "--cases",
                                                  bench->cases,
                                                  "--output",
                                                  below(bench, "reports"),
                                                  cases};
    struct measurement measurement;

    if (!program_run(arguments, below(bench, "output"), watch_memory, &measurement))
        give_up("the tool does not start", NULL);
    if (!program_succeeded(&measurement))
        give_up("the suite must pass before its time can be told, see", below(bench, "output"));
    return measurement;
}

/* The floor tells its own time: reading the plan is none of it. */
static int64_t run_floor(struct bench *bench, const char *jobs)
{
    const char *const arguments[] = {bench->floor, below(bench, "plan"), jobs, NULL};
    struct measurement measurement;
    long long duration_ns = 0;

    if (!program_run(arguments, below(bench, "output"), false, &measurement) ||
        !program_succeeded(&measurement))
        give_up("the floor does not run", NULL);
    FILE *output = fopen(below(bench, "output"), "re");

    if (!output || fscanf(output, "%lld", &duration_ns) != 1)
        give_up("the floor does not tell its time", NULL);
    fclose(output);
    return duration_ns;
}

static void select_cases(struct bench *bench)
{
    struct diagnostics diagnostics = {0};
    char *copy = below(bench, "cases");

    if (mkdir(copy, 0755) != 0)
        give_up(copy, "cannot be made");
    if (!selection_write(bench->cases, copy, &bench->selection, &diagnostics)) {
        diagnostics_print(&diagnostics, stderr);
        give_up("the case files have mistakes", NULL);
    }
    if (!bench->selection.case_count)
        give_up(bench->cases, "no case to measure");
    diagnostics_free(&diagnostics);
    run_tool(bench, "2", "1", copy, false);
    if (!plan_write(below(bench, "reports/results.jsonl"), below(bench, "plan"), &bench->counts))
        give_up("no plan for the floor", NULL);
}

static int compare_times(const void *one, const void *other)
{
    int64_t left = *(const int64_t *)one, right = *(const int64_t *)other;

    return (left > right) - (left < right);
}

static void measure_time(struct bench *bench)
{
    for (int round = 0; round < ROUNDS; round++)
        for (int i = 0; i < CONTESTANTS; i++) {
            struct contestant *contestant = &contestants[i];

            contestant->times_ns[round] =
                contestant->is_floor
                    ? run_floor(bench, contestant->jobs)
                    : run_tool(bench, contestant->jobs, "1", below(bench, "cases"), false).duration_ns;
        }
    for (int i = 0; i < CONTESTANTS; i++)
        qsort(contestants[i].times_ns, ROUNDS, sizeof(int64_t), compare_times);
}

static double minimum_ms(const struct contestant *contestant)
{
    return (double)contestant->times_ns[0] / 1e6;
}

static double median_ms(const struct contestant *contestant)
{
    return (double)contestant->times_ns[ROUNDS / 2] / 1e6;
}

/* Returns whether the tool is within its limit: by the minima, which other work on the machine disturbs least. */
static bool tell_time(const struct bench *bench)
{
    const struct contestant *tool = &contestants[TOOL_2], *bare = &contestants[FLOOR_2];
    double ratio = minimum_ms(tool) / minimum_ms(bare);

    printf("%-20s %10s %10s %10s %12s\n", "time", "instances", "minimum ms", "median ms", "instances/s");
    for (int i = 0; i < CONTESTANTS; i++)
        printf("%-20s %10zu %10.1f %10.1f %12.0f\n", contestants[i].name, bench->counts.planned,
               minimum_ms(&contestants[i]), median_ms(&contestants[i]),
               (double)bench->counts.planned * 1e3 / median_ms(&contestants[i]));
    printf("%-20s %10s %10.2f %10.2f   limit %.2f for the minima: %s\n", "ratio, 2 workers", "", ratio,
           median_ms(tool) / median_ms(bare), time_ratio_limit,
           ratio <= time_ratio_limit ? "good" : "EXCEEDED");
    printf("measured: %zu cases, %zu actors, %zu calls\n", bench->selection.case_count, bench->counts.actors,
           bench->counts.calls);
    printf("left out: %zu cases with programs, %zu that wait for the clock, %zu races, %zu skipped "
           "instances\n\n",
           bench->selection.program_cases, bench->selection.clock_cases, bench->selection.race_cases,
           bench->counts.instances - bench->counts.planned);
    return ratio <= time_ratio_limit;
}

static void write_memory_case(const char *path)
{
    FILE *file = fopen(path, "we");

    if (!file || fputs(memory_case, file) == EOF || fclose(file) != 0)
        give_up(path, "cannot be written");
}

static bool tell_growth(const char *whose, long first_kb, long last_kb)
{
    double ratio = first_kb ? (double)last_kb / (double)first_kb : 0;
    bool good = ratio > 0 && ratio <= memory_ratio_limit;

    printf("%-20s %31.2f   limit %.2f: %s\n", whose, ratio, memory_ratio_limit, good ? "good" : "EXCEEDED");
    return good;
}

/* Returns whether neither the tool nor a worker grew beyond its limit. */
static bool measure_memory(struct bench *bench)
{
    struct measurement runs[MEMORY_RUNS];
    char *path = below(bench, "memory.drill");

    write_memory_case(path);
    printf("%-20s %10s %10s %10s\n", "peak memory", "instances", "tool kB", "worker kB");
    for (int i = 0; i < MEMORY_RUNS; i++) {
        const char *repeat = arena_print(&bench->arena, "%d", memory_repeats[i]);

        runs[i] = run_tool(bench, "2", repeat, path, true);
        printf("%-20s %10d %10ld %10ld\n", "ipcdrill -j 2", MEMORY_INSTANCES * memory_repeats[i],
               runs[i].program_kb, runs[i].largest_child_kb);
    }
    const struct measurement *first = &runs[0], *last = &runs[MEMORY_RUNS - 1];
    bool tool = tell_growth("ratio of the tool", first->program_kb, last->program_kb);

    return tell_growth("ratio of a worker", first->largest_child_kb, last->largest_child_kb) && tool;
}

int main(int argument_count, char **arguments)
{
    if (argument_count != 5) {
        fputs("usage: bench TOOL FLOOR CASES FOLDER\n", stderr);
        return EXIT_USAGE;
    }
    struct bench bench = {
        .tool = arguments[1], .floor = arguments[2], .cases = arguments[3], .folder = arguments[4]};

    select_cases(&bench);
    measure_time(&bench);
    bool good = tell_time(&bench);

    good &= measure_memory(&bench);
    arena_free(&bench.arena);
    return good ? 0 : EXIT_LIMIT;
}

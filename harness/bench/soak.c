/*
 * make soak: the whole suite over and over while the machine is busy, for verdicts that depend on luck.
 *
 *     soak TOOL CASES REPEATS FOLDER
 *
 * BUSY_PROCESSES processes count as fast as they can all the while; they die with this one, whatever ends it.
 * The suite runs in batches, so that the results of one fit on a disk; FOLDER is an empty one for them. Prints
 * each verdict that is neither pass nor skip, up to SHOWN_MAX, and the totals. Exit codes: 0 none, 1 some, 2 usage,
 * 3 trouble.
 */
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include "bench/program.h"
#include "conductor/process.h"
#include "supervisor/record.h"

enum { EXIT_FLAKE = 1, EXIT_USAGE = 2, EXIT_TROUBLE = 3 };

enum {
    BUSY_PROCESSES = 4,
    BATCH_REPEATS = 10,
    REPEATS_MAX = 1000000,
    SHOWN_MAX = 20,
    PATH_BYTES_MAX = 4096,
};

struct soak {
    const char *tool, *cases, *folder;
    char output[PATH_BYTES_MAX], results[PATH_BYTES_MAX];
    pid_t busy[BUSY_PROCESSES];
    size_t verdicts[VERDICT_KINDS];
    size_t shown;
};

static _Noreturn void be_busy(pid_t parent)
{
    volatile unsigned long count = 0;

    prctl(PR_SET_PDEATHSIG, SIGKILL);
    while (getppid() == parent)
        for (int i = 0; i < 1000000; i++)
            count++;
    _exit(0);
}

static void end_busy(struct soak *soak)
{
    for (int i = 0; i < BUSY_PROCESSES; i++)
        if (soak->busy[i] > 0) {
            kill(soak->busy[i], SIGKILL);
            waitpid(soak->busy[i], NULL, 0);
        }
}

static bool start_busy(struct soak *soak)
{
    pid_t parent = getpid();

    for (int i = 0; i < BUSY_PROCESSES; i++) {
        soak->busy[i] = fork();
        if (soak->busy[i] == 0)
            be_busy(parent);
        if (soak->busy[i] < 0)
            return false;
    }
    return true;
}

static void take_record(struct soak *soak, const struct record *record)
{
    const struct verdict *verdict = &record->verdict;

    soak->verdicts[verdict->kind]++;
    if (!verdict_is_red(verdict->kind) || soak->shown == SHOWN_MAX)
        return;
    soak->shown++;
    printf("%s  %s:%d  %s: %s\n", verdict_name(verdict->kind), record->file, verdict->line, record->title,
           verdict->reason ? verdict->reason : "");
    if (verdict->expected && verdict->got)
        printf("      expected  %s\n      got       %s\n", verdict->expected, verdict->got);
    fflush(stdout);
}

static bool take_results(struct soak *soak)
{
    FILE *results = fopen(soak->results, "re");
    char *line = NULL;
    size_t capacity = 0;
    const char *problem = NULL;
    struct arena arena = {0};

    while (results && !problem && getline(&line, &capacity, results) > 0) {
        struct record record;

        if (record_from_json(line, &record, &arena, &problem))
            take_record(soak, &record);
        else
            fprintf(stderr, "soak: %s: %s\n", soak->results, problem);
        arena_free(&arena);
    }
    free(line);
    if (results)
        fclose(results);
    return results && !problem;
}

/* Runs the suite `repeats` times. Returns false when the tool does not come to the verdicts. */
static bool run_batch(struct soak *soak, int repeats)
{
    char repeat[16];
    const char *const arguments[] = {soak->tool,   "run",      "--quiet",   "--repeat",
                                     repeat,       "--format", "jsonl",     "--output",
                                     soak->folder, "--cases",  soak->cases, NULL};
    struct measurement measurement;

    snprintf(repeat, sizeof(repeat), "%d", repeats);
    remove(soak->results);
    if (!program_run(arguments, soak->output, false, &measurement))
        return false;
    int code = WIFEXITED(measurement.status) ? WEXITSTATUS(measurement.status) : EXIT_TROUBLE;

    return code <= EXIT_FLAKE && take_results(soak);
}

static bool run_all(struct soak *soak, int repeats)
{
    bool good = start_busy(soak);

    for (int done = 0; good && done < repeats; done += BATCH_REPEATS)
        good = run_batch(soak, repeats - done < BATCH_REPEATS ? repeats - done : BATCH_REPEATS);
    end_busy(soak);
    return good;
}

static int tell(const struct soak *soak, int repeats, int64_t duration_ns)
{
    size_t instances = 0, failures = soak->verdicts[VERDICT_FAIL] + soak->verdicts[VERDICT_ERROR];

    for (int kind = 0; kind < VERDICT_KINDS; kind++)
        instances += soak->verdicts[kind];
    printf("%-14s %10s %10s %10s %10s %10s\n", "soak", "instances", "skipped", "failed", "errors", "seconds");
    printf("%5d repeats  %10zu %10zu %10zu %10zu %10.0f\n", repeats, instances, soak->verdicts[VERDICT_SKIP],
           soak->verdicts[VERDICT_FAIL], soak->verdicts[VERDICT_ERROR], (double)duration_ns / 1e9);
    return failures ? EXIT_FLAKE : 0;
}

int main(int argument_count, char **arguments)
{
    int repeats = argument_count == 5 ? atoi(arguments[3]) : 0;

    if (repeats < 1 || repeats > REPEATS_MAX) {
        fputs("usage: soak TOOL CASES REPEATS FOLDER\n", stderr);
        return EXIT_USAGE;
    }
    struct soak soak = {.tool = arguments[1], .cases = arguments[2], .folder = arguments[4]};
    int64_t start_ns = monotonic_ns();

    snprintf(soak.output, sizeof(soak.output), "%s/output", soak.folder);
    snprintf(soak.results, sizeof(soak.results), "%s/results.jsonl", soak.folder);
    if (!run_all(&soak, repeats)) {
        fprintf(stderr, "soak: the suite does not run, see %s\n", soak.output);
        return EXIT_TROUBLE;
    }
    return tell(&soak, repeats, monotonic_ns() - start_ns);
}

/*
 * ipcdrill run: reads, selects, hands the instances to the supervisor with the terminal and the report files
 * as sinks, and turns what came of it into an exit code.
 */
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>
#include <unistd.h>

#include "cli/known_use.h"
#include "cli/output.h"
#include "cli/places.h"
#include "cli/programs_given.h"
#include "cli/subcommand.h"
#include "cli/suite.h"
#include "cli/terminal_choice.h"
#include "supervisor/supervisor.h"
#include "vocabulary/vocabulary.h"

enum { SIGNAL_CODE = 128 };

static int worse(int one, int other)
{
    return one > other ? one : other;
}

/* For vocabulary_nearest: the group of each clause, "SHMGET" of SHMGET-07. */
struct groups {
    const struct clause_table *table;
    struct arena arena;
};

static const char *next_group(void *context, size_t index)
{
    struct groups *groups = context;

    if (index >= groups->table->count)
        return NULL;
    const char *id = groups->table->clauses[index].id;

    return arena_copy(&groups->arena, id, strcspn(id, "-"));
}

static void complain_of_clause(const struct clause_table *table, const char *wanted)
{
    struct groups groups = {.table = table};
    const struct clause *clause = strchr(wanted, '-') ? clause_nearest(table, wanted) : NULL;
    const char *nearest = clause ? clause->id : vocabulary_nearest(wanted, next_group, &groups);

    fprintf(stderr, "ipcdrill: --clause %s: no such clause or group", wanted);
    if (nearest)
        fprintf(stderr, "; did you mean %s?", nearest);
    fputc('\n', stderr);
    arena_free(&groups.arena);
}

/* A clause that no row of the table has would select nothing, silently. */
static bool clauses_exist(const struct suite *suite, const struct text_list *clauses)
{
    bool all = true;

    for (size_t i = 0; suite->clauses && i < clauses->count; i++) {
        const char *wanted = clauses->texts[i];
        size_t length = strlen(wanted);
        bool found = false;

        for (size_t row = 0; row < suite->clauses->count && !found; row++) {
            const char *id = suite->clauses->clauses[row].id;

            found = strncasecmp(id, wanted, length) == 0 && (id[length] == '\0' || id[length] == '-');
        }
        if (!found)
            complain_of_clause(suite->clauses, wanted);
        all = all && found;
    }
    return all;
}

static struct output *start_output(const struct options *options, const struct suite *suite,
                                   struct arena *arena)
{
    const char *folder = place_of_reports(options, suite->folder, arena);

    if (folder || output_is_for_github())
        return output_start(folder, options->formats, suite->clauses);
    if (options->formats)
        fputs("ipcdrill: note: there is no reports/ here; name a folder with --output DIR\n", stderr);
    return NULL;
}

static int tell_outcome(const struct run_outcome *outcome)
{
    switch (outcome->end) {
    case RUN_IMPOSSIBLE:
        fprintf(stderr, "ipcdrill: cannot run: %s\n", outcome->problem);
        return EXIT_TROUBLE;
    case RUN_INTERRUPTED:
        fprintf(stderr, "ipcdrill: ended by %s; what is above and in the reports is not everything\n",
                strsignal(outcome->signal));
        return SIGNAL_CODE + outcome->signal;
    case RUN_COMPLETE:
        break;
    }
    if (outcome->isolation_why)
        fprintf(stderr, "ipcdrill: note: isolation is %s: %s\n", outcome->isolation, outcome->isolation_why);
    return EXIT_GOOD;
}

/* The exit code of the verdicts. */
static int judge(const struct count *total, const struct options *options)
{
    if (count_is_red(total) || (options->strict_known && total->of[VERDICT_XPASS] > 0))
        return EXIT_RED;
    return total->of[VERDICT_SKIP] > 0 && total->of[VERDICT_SKIP] == count_sum(total) ? options->all_skipped
                                                                                      : EXIT_GOOD;
}

/* Whether a run was of everything, so that what did not come up is not there. */
static bool is_whole(const struct options *options, const struct suite *suite,
                     const struct run_outcome *outcome)
{
    return outcome->end == RUN_COMPLETE && options->argument_count == 0 && !suite->mistakes &&
           !options->shard_count && !options->fail_fast && !options->filters.count && !options->clauses.count;
}

static int run_instances(const struct options *options, const struct suite *suite,
                         const struct instances *instances, struct known_watch *watch, struct arena *arena)
{
    struct conductor_options conductor;
    const char *problem;

    if (!conductor_options_from(options, &conductor, arena, &problem)) {
        fprintf(stderr, "ipcdrill: %s\n", problem);
        return EXIT_TROUBLE;
    }
    int given = memcheck_given(options, options->valgrind, &conductor.memcheck, arena, &problem);

    if (given != EXIT_GOOD) {
        fprintf(stderr, "ipcdrill: %s\n", problem);
        return given;
    }
    struct terminal_options terminal_options = terminal_choose(options);
    struct terminal *terminal = terminal_start(&terminal_options, instances_count(instances), suite->clauses);
    struct output *output = start_output(options, suite, arena);
    struct sink sinks[] = {{terminal_take, terminal}, {known_watch_take, watch}, {output_take, output}};
    struct run_settings settings = {
        .instances = instances,
        .conductor = conductor,
        .target_name = options->target,
        .known = watch->table,
        .jobs = (int)options->jobs,
        .fail_fast = options->fail_fast,
        .no_settings = options->no_settings,
        .sinks = sinks,
        .sink_count = output ? 3 : 2,
        .waits = terminal_waits,
        .context = terminal,
    };
    struct run_outcome outcome;
    struct count total;

    supervisor_run(&settings, arena, &outcome);
    terminal_end(terminal, &total);
    int code = tell_outcome(&outcome);

    if (output && options->keep)
        output_keep_earlier(output, (size_t)options->keep);
    if (output && !output_end(output))
        code = worse(code, EXIT_TROUBLE);
    if (is_whole(options, suite, &outcome))
        known_watch_tell(watch);
    return worse(code, judge(&total, options));
}

/* Shards that are shuffled differently are not parts of one whole. */
static bool shards_agree(const struct options *options)
{
    if (!options->shard_count || !options->shuffle || options->seed_given)
        return true;
    fputs("ipcdrill: shards of a shuffled run need the same seed: --shuffle=SEED\n", stderr);
    return false;
}

static void choose_seed(struct options *options)
{
    if (!options->shuffle)
        return;
    if (!options->seed_given) {
        uint32_t seed = 0;

        if (getrandom(&seed, sizeof(seed), GRND_NONBLOCK) != sizeof(seed))
            seed = (uint32_t)getpid();
        options->seed = seed;
    }
    fprintf(stderr, "ipcdrill: shuffled; --shuffle=%llu gives this order again\n",
            (unsigned long long)options->seed);
}

int run_subcommand(const struct options *given)
{
    struct options options = *given;
    struct suite suite;
    struct known_watch watch;
    struct arena arena = {0};
    int code = EXIT_USAGE;

    if (options.debug)
        return debug_subcommand(given);
    if (!shards_agree(&options) || !known_watch_start(&watch, options.known))
        return EXIT_USAGE;
    if (suite_read(&suite, &options) && clauses_exist(&suite, &options.clauses)) {
        choose_seed(&options);
        struct selection selection = options_selection(&options);
        struct instances *instances = instances_select(suite.files, suite.folder, &selection);

        if (instances_in_all(instances) == 0)
            fputs("ipcdrill: no case matches; see ipcdrill list\n", stderr);
        else
            code = worse(run_instances(&options, &suite, instances, &watch, &arena),
                         suite.mistakes ? EXIT_USAGE : EXIT_GOOD);
        instances_free(instances);
    }
    arena_free(&arena);
    known_watch_end(&watch);
    suite_free(&suite);
    return code;
}

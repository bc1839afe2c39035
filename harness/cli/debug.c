/*
 * ipcdrill run --debug CASE: one instance in this process, with a stop before each line, so that gdb or
 * strace can be attached to the actors. Nothing has a time limit.
 */
#include <limits.h>
#include <stdio.h>

#include "cli/matching.h"
#include "cli/places.h"
#include "cli/subcommand.h"
#include "cli/suite.h"
#include "report/failure.h"
#include "supervisor/machine.h"

enum { NO_LIMIT_MS = INT_MAX };

static void stop_before(void *context, const struct step *step, const char *pids)
{
    FILE *terminal = context;
    int byte;

    fprintf(terminal, "\n%s\nnext: ", pids);
    notation_print_step(step, terminal);
    fputs("\nEnter goes on > ", terminal);
    fflush(terminal);
    do {
        byte = getc(terminal);
    } while (byte != '\n' && byte != EOF);
    clearerr(terminal);
    fseek(terminal, 0, SEEK_CUR); /* a stream changes from reading to writing */
}

static int report(const struct record *record, const struct suite *suite, FILE *terminal)
{
    enum verdict_kind kind = record->verdict.kind;
    bool red = verdict_is_red(kind);

    fputc('\n', terminal);
    fflush(terminal);
    if (red)
        failure_print(record, suite->clauses, &colours_none, false, stdout);
    else
        printf("%s  %s\n", verdict_name(kind), record->verdict.reason ? record->verdict.reason : "");
    return red ? EXIT_RED : EXIT_GOOD;
}

/* Runs it, the machine set as it says. */
static void run_instance(const struct options *options, struct conductor_options *conductor_options,
                         const struct selected_instance *instance, struct record *record, struct arena *arena,
                         const char **problem)
{
    struct machine machine;

    machine_enter(&machine, options->no_settings);
    conductor_options->memory_cgroups = machine_make_cgroups(&machine, &conductor_options->no_memory_cgroups);
    struct conductor *conductor = conductor_start(conductor_options, arena, problem);
    const char *missing =
        conductor ? machine_set(&machine, instance, conductor_options->profile, arena) : NULL;

    if (missing)
        record->verdict = (struct verdict){.kind = VERDICT_SKIP, .reason = missing};
    else if (conductor)
        conductor_run(conductor, instance->file, instance->drill_case, instance->index, arena,
                      &record->verdict);
    if (conductor)
        *problem = machine_put_back(&machine, arena);
    conductor_stop(conductor);
    machine_leave(&machine);
}

static int debug(const struct options *options, const struct suite *suite,
                 const struct selected_instance *instance, FILE *terminal)
{
    struct arena arena = {0};
    struct conductor_options conductor_options;
    const char *problem = "unknown";
    int code = EXIT_TROUBLE;

    if (conductor_options_from(options, &conductor_options, &arena, &problem)) {
        conductor_options.timeout_ms = NO_LIMIT_MS;
        conductor_options.before_step = stop_before;
        conductor_options.context = terminal;
        fputs("Attach with gdb -p PID or strace -p PID; nothing has a time limit.\n", terminal);
        struct record record = {
            .title = instance_title(instance, &arena),
            .file = instance->file->path,
            .clauses = instance->drill_case->clauses,
        };

        run_instance(options, &conductor_options, instance, &record, &arena, &problem);
        if (!problem)
            code = report(&record, suite, terminal);
    }
    if (problem)
        fprintf(stderr, "ipcdrill: cannot run: %s\n", problem);
    arena_free(&arena);
    return code;
}

int debug_subcommand(const struct options *options)
{
    struct suite suite;
    FILE *terminal = fopen("/dev/tty", "r+e");
    int code = EXIT_USAGE;

    if (!terminal) {
        perror("ipcdrill: --debug needs a terminal: /dev/tty");
        return EXIT_TROUBLE;
    }
    if (suite_read(&suite, options)) {
        struct selection selection = options_selection(options);

        selection.repeat = 1;
        selection.shuffle = false;
        struct instances *instances = instances_select(suite.files, suite.folder, &selection);
        struct selected_instance found;

        if (matching_instance(instances, options->debug, &found))
            code = debug(options, &suite, &found, terminal);
        instances_free(instances);
    }
    suite_free(&suite);
    fclose(terminal);
    return code;
}

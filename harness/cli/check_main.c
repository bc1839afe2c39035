/*
 * ipcdrill-check: the case files as a Check suite, for people whose tools read Check's log, TAP and XML. The
 * CK_* variables of Check's manual work: CK_RUN_CASE (a file's path), CK_VERBOSITY, CK_TAP_LOG_FILE_NAME, ...
 */
#include <limits.h>
#include <stdio.h>

#include "cli/check_suite.h"
#include "cli/places.h"
#include "cli/subcommand.h"
#include "cli/suite.h"

static const char help[] = "usage: ipcdrill-check [OPTION]... [FILE|FOLDER]...\n\n"
                           "Runs the case files as a suite of Check (libcheck): one TCase for each file, one "
                           "test for each case, one\n"
                           "iteration for each row of its table. Check's variables work: CK_RUN_CASE=FILE, "
                           "CK_VERBOSITY, CK_LOG_FILE_NAME,\n"
                           "CK_TAP_LOG_FILE_NAME, CK_XML_LOG_FILE_NAME. Check has no skip: skipped instances "
                           "pass, and are counted at the\n"
                           "end.\n\nOptions:\n";

static const char help_end[] =
    "\nExamples:\n"
    "  ipcdrill-check\n"
    "  CK_RUN_CASE=cases/shmget/existing.drill CK_VERBOSITY=verbose ipcdrill-check\n"
    "  CK_TAP_LOG_FILE_NAME=check.tap ipcdrill-check --filter 'last detach'\n"
    "\nExit codes: 0 all passed or skipped, 1 a failure, 2 usage or syntax, 3 the tool's own trouble.\n";

static int run_suite(const struct instances *instances, const struct suite *suite, struct single *single,
                     struct arena *arena)
{
    SRunner *runner = srunner_create(check_suite_make(instances, single, suite->clauses, arena));
    const struct tally *tally = check_suite_tally();

    srunner_set_fork_status(runner, CK_NOFORK);
    srunner_run_all(runner, CK_ENV);
    int code = srunner_ntests_failed(runner) > 0 ? EXIT_RED : EXIT_GOOD;

    srunner_free(runner);
    if (tally->total.of[VERDICT_SKIP] > 0)
        printf("%zu of %zu instances were skipped; ipcdrill run says why\n", tally->total.of[VERDICT_SKIP],
               count_sum(&tally->total));
    return code;
}

static int run_all(const struct options *options, const struct suite *suite, struct arena *arena)
{
    struct selection selection = options_selection(options);
    struct instances *instances = instances_select(suite->files, suite->folder, &selection);
    struct conductor_options conductor;
    struct single *single = NULL;
    const char *problem = NULL;
    int code = EXIT_TROUBLE;

    if (instances_count(instances) == 0 || instances_count(instances) > INT_MAX) {
        fputs("ipcdrill-check: no case matches\n", stderr);
        code = EXIT_USAGE;
    } else if (conductor_options_from(options, &conductor, arena, &problem)) {
        single = single_start(instances, &conductor, options->no_settings, arena, &problem);
    }
    if (single)
        code = run_suite(instances, suite, single, arena);
    else if (problem)
        fprintf(stderr, "ipcdrill-check: cannot run: %s\n", problem);
    single_stop(single);
    instances_free(instances);
    return code;
}

int main(int argc, char **argv)
{
    struct arena arena = {0};
    struct options options;
    struct suite suite;
    const char *problem;
    int code = EXIT_USAGE;

    if (!options_read(argc, argv, FOR_CHECK, &options, &arena, &problem)) {
        fprintf(stderr, "ipcdrill-check: %s\n", problem);
        arena_free(&arena);
        return EXIT_USAGE;
    }
    if (options.help) {
        fputs(help, stdout);
        options_print(FOR_CHECK, stdout);
        fputs(help_end, stdout);
        arena_free(&arena);
        return EXIT_GOOD;
    }
    if (suite_read(&suite, &options))
        code = run_all(&options, &suite, &arena);
    if (code == EXIT_GOOD || code == EXIT_RED)
        code = suite.mistakes ? EXIT_USAGE : code;
    suite_free(&suite);
    arena_free(&arena);
    return code;
}

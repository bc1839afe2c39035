/*
 * ipcdrill show: one case, as the conductor will see it.
 */
#include <stdio.h>

#include "cli/matching.h"
#include "cli/subcommand.h"
#include "cli/suite.h"

static int show(const struct selected_instance *instance)
{
    struct arena arena = {0};
    struct diagnostics diagnostics = {0};
    const struct drill_case *expanded =
        notation_expand(instance->file, instance->drill_case, instance->index, &arena, &diagnostics);

    if (expanded)
        notation_print_case(expanded, stdout);
    diagnostics_print(&diagnostics, stderr);
    diagnostics_free(&diagnostics);
    arena_free(&arena);
    return expanded ? EXIT_GOOD : EXIT_USAGE;
}

int show_subcommand(const struct options *given)
{
    struct options options = *given;
    struct suite suite;
    int code = EXIT_USAGE;

    if (options.argument_count != 1) {
        fputs("ipcdrill show: expected one CASE: a title, a part of one, or FILE:LINE\n", stderr);
        return EXIT_USAGE;
    }
    options.argument_count = 0; /* CASE is no file to read */
    if (suite_read(&suite, &options)) {
        struct selection selection = options_selection(&options);
        struct instances *instances = instances_select(suite.files, suite.folder, &selection);
        struct selected_instance found;

        if (matching_instance(instances, options.arguments[0], &found))
            code = show(&found);
        instances_free(instances);
    }
    suite_free(&suite);
    return code;
}

/*
 * ipcdrill check-syntax: suite_read says all there is to say; --print gives the files back in canonical form.
 */
#include <stdio.h>

#include "cli/subcommand.h"
#include "cli/suite.h"

int check_syntax_subcommand(const struct options *options)
{
    struct suite suite;
    size_t files = 0, cases = 0, instances = 0;

    suite_read(&suite, options);
    for (const struct case_file *file = suite.files; file; file = file->next) {
        files++;
        for (const struct drill_case *each = file->cases; each; each = each->next) {
            cases++;
            instances += each->instance_count;
        }
        if (options->print)
            notation_print_file(file, stdout);
    }
    if (!options->print)
        printf("%zu files, %zu cases, %zu instances: good; %zu files with mistakes\n", files, cases,
               instances, suite.mistakes);
    int code = suite.mistakes ? EXIT_USAGE : EXIT_GOOD;

    suite_free(&suite);
    return code;
}

/* What cases/tutorial.md shows is a case file, and it passes. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tests/surroundings.h"
#include "tests/tests.h"
#include "tests/tool.h"

enum { CASES_SHOWN = 3 };

/* Writes each block of code that begins with a case into a file of its own. Returns how many there are. */
static int write_blocks(const char *document)
{
    char *text = read_whole(document), *rest = text, *line, name[32];
    FILE *block = NULL;
    bool behind_blank = true;
    int count = 0;

    while ((line = strsep(&rest, "\n"))) {
        bool is_code = strncmp(line, "    ", 4) == 0;

        if (!is_code && *line) {
            if (block)
                fclose(block);
            block = NULL;
        } else if (!block && behind_blank && strncmp(line, "    case \"", 10) == 0) {
            snprintf(name, sizeof(name), "shown%d.drill", ++count);
            block = fopen(scratch_path(name), "w");
            ck_assert_ptr_nonnull(block);
        } else if (block && is_code && line[4] == '$') {
            fclose(block);
            block = NULL;
        }
        if (block)
            fprintf(block, "%s\n", is_code ? line + 4 : "");
        behind_blank = *line == '\0';
    }
    if (block)
        fclose(block);
    free(text);
    return count;
}

START_TEST(the_cases_of_the_tutorial_pass)
{
    char file[32];

    scratch_make();
    ck_assert_int_eq(write_blocks("cases/tutorial.md"), CASES_SHOWN);
    for (int i = 1; i <= CASES_SHOWN; i++) {
        snprintf(file, sizeof(file), "shown%d.drill", i);
        struct tool_result result =
            tool_expect(0, "run --agent %s --programs %s/tutorial/reference --output %s %s", agent_path(),
                        programs_path(), scratch_path("out"), scratch_path(file));

        tool_free(&result);
    }
    scratch_remove();
}
END_TEST

Suite *documents_suite(void)
{
    Suite *suite = suite_create("documents");
    TCase *shown = tcase_create("shown");

    tcase_add_test(shown, the_cases_of_the_tutorial_pass);
    suite_add_tcase(suite, shown);
    return suite;
}

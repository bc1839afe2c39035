/* cli/completion.c: what bash offers, asked of a real bash, and that neither shell misses an option. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cli/subcommand.h"
#include "tests/surroundings.h"
#include "tests/tests.h"
#include "tests/tool.h"

/* The words of a command line, the last of which is to be completed (bash takes = for a word), and the offers. */
static const struct {
    const char *words, *offers;
} lines[] = {
    {"ipcdrill cl", "clauses"},
    {"ipcdrill run --iso", "--isolation"},
    {"ipcdrill --iso", "--isolation"},
    {"ipcdrill show --iso", ""},
    {"ipcdrill run --calls ''", "libc raw"},
    {"ipcdrill run --calls =", "libc raw"},
    {"ipcdrill run --calls = r", "raw"},
    {"ipcdrill run --jobs ''", ""},
    {"ipcdrill run --filter=x --clause SHMGET-0",
     "SHMGET-01 SHMGET-02 SHMGET-03 SHMGET-04 SHMGET-05 SHMGET-06 "
     "SHMGET-07 SHMGET-08 SHMGET-09"},
    {"ipcdrill completion ''", "bash zsh"},
    {"ipcdrill check-syntax cases/shml", "cases/shmlife"},
    {"ipcdrill run --output harn", "harness"},
};

/* Writes a script that loads the completion and prints its offers for $@. */
static const char *write_script(void)
{
    struct tool_result definition = tool_expect(0, "completion bash");
    char *script;
    size_t length;
    FILE *out = open_memstream(&script, &length);

    fprintf(out,
            "%s\nPATH=%.*s:$PATH\nCOMP_WORDS=(\"$@\") COMP_CWORD=$(($# - 1))\n"
            "_ipcdrill ipcdrill \"${@: -1}\" \"${@: -2:1}\"\nprintf '%%s' \"${COMPREPLY[*]}\"\n",
            definition.out, (int)(strrchr(tool_path(), '/') - tool_path()), tool_path());
    fclose(out);
    scratch_write("complete.bash", script);
    free(script);
    tool_free(&definition);
    return scratch_path("complete.bash");
}

START_TEST(bash_offers_what_fits)
{
    char command[512], offers[512];
    const char *script = write_script();

    snprintf(command, sizeof(command), "bash %s %s 2>&1", script, lines[_i].words);
    FILE *bash = popen(command, "r");

    ck_assert_ptr_nonnull(bash);
    offers[fread(offers, 1, sizeof(offers) - 1, bash)] = '\0';
    ck_assert_int_eq(pclose(bash), 0);
    ck_assert_str_eq(offers, lines[_i].offers);
}
END_TEST

START_TEST(no_option_is_missing)
{
    static const char *const shells[] = {"bash", "zsh"};
    struct tool_result definition = tool_expect(0, "completion %s", shells[_i]);
    struct option_outline option;
    const struct subcommand *subcommand;
    char word[64];

    for (size_t i = 0; (subcommand = subcommand_at(i)); i++) {
        snprintf(word, sizeof(word), " %s) ", subcommand->name);
        const char *branch = strstr(definition.out, word);

        ck_assert_msg(branch, "no branch for %s", subcommand->name);
        char *end = strstr(branch, ";;");

        ck_assert_ptr_nonnull(end);
        *end = '\0';
        for (size_t j = 0; option_at(subcommand->set, j, &option); j++) {
            snprintf(word, sizeof(word), "--%s", option.name);
            ck_assert_msg(strstr(branch, word), "%s misses %s", subcommand->name, word);
        }
        *end = ';';
    }
    tool_free(&definition);
}
END_TEST

START_TEST(another_shell_is_refused)
{
    struct tool_result result = tool_expect(2, "completion fish");

    ck_assert_str_eq(result.out, "");
    ck_assert_ptr_nonnull(strstr(result.error, "bash or zsh"));
    tool_free(&result);
}
END_TEST

static void make_scratch(void)
{
    scratch_make();
}

Suite *completion_suite(void)
{
    Suite *suite = suite_create("completion");
    TCase *shells = tcase_create("shells");

    tcase_add_checked_fixture(shells, make_scratch, scratch_remove);
    tcase_add_loop_test(shells, bash_offers_what_fits, 0, sizeof(lines) / sizeof(*lines));
    tcase_add_loop_test(shells, no_option_is_missing, 0, 2);
    tcase_add_test(shells, another_shell_is_refused);
    suite_add_tcase(suite, shells);
    return suite;
}

/* cli/clauses.c: what `make check` asks of the table of clauses and of the cases that name them. */
#include <string.h>

#include "tests/surroundings.h"
#include "tests/tests.h"
#include "tests/tool.h"

/* SHMGET-01 has a case, SHMGET-02 a reason, SHMGET-03 neither. */
static const char table[] = "id\ttier\tsource\trequirement\tprovoke\tneeds\tobs\treason\n"
                            "SHMGET-01\tP\tshmget\tone\t\t\t\t\n"
                            "SHMGET-02\tP\tshmget\ttwo\t\t\t\tno test can reach it\n"
                            "SHMGET-03\tP\tshmget\tthree\t\t\t\t\n";
static const char one[] = "case \"one\"\n  clause SHMGET-01\n  writer  getpid() = _\n";
static const char three[] = "case \"three\"\n  clause SHMGET-03\n  writer  getpid() = _\n";
static const char unknown[] = "case \"four\"\n  clause SHMGET-04\n  writer  getpid() = _\n";

static void make_cases(void)
{
    scratch_make();
    scratch_write("clauses.tsv", table);
    scratch_write("one.drill", one);
}

static void expect_told(int code, const char *command, const char *told)
{
    struct tool_result result = tool_expect(code, "%s --cases %s", command, scratch_path("."));

    ck_assert_msg(strstr(result.out, told) || strstr(result.error, told), "%s%s", result.out, result.error);
    tool_free(&result);
}

START_TEST(a_clause_without_a_case_and_without_a_reason_is_red)
{
    /* Of a run that there never was: in a clone where something ran, its verdicts would be shown. */
    expect_told(1, "clauses --uncovered --results /nonexistent", "SHMGET-03   P  -     UNCOVERED  three");
}
END_TEST

START_TEST(a_case_or_a_reason_for_each_clause_is_good)
{
    scratch_write("three.drill", three);
    expect_told(0, "clauses --uncovered",
                "3 clauses: 2 with a case, 1 with a reason why there is none, 0 uncovered");
}
END_TEST

START_TEST(a_case_of_an_unknown_clause_is_a_mistake)
{
    scratch_write("three.drill", three);
    scratch_write("unknown.drill", unknown);
    expect_told(2, "clauses --uncovered", "unknown clause SHMGET-04, did you mean SHMGET-0");
    expect_told(2, "check-syntax", "unknown clause SHMGET-04, did you mean SHMGET-0");
}
END_TEST

Suite *clauses_suite(void)
{
    Suite *suite = suite_create("clauses");
    TCase *coverage = tcase_create("coverage");

    tcase_add_checked_fixture(coverage, make_cases, scratch_remove);
    tcase_add_test(coverage, a_clause_without_a_case_and_without_a_reason_is_red);
    tcase_add_test(coverage, a_case_or_a_reason_for_each_clause_is_good);
    tcase_add_test(coverage, a_case_of_an_unknown_clause_is_a_mistake);
    suite_add_tcase(suite, coverage);
    return suite;
}

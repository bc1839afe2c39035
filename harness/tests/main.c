/* Every suite in one runner; CK_RUN_SUITE, CK_VERBOSITY and the like choose, as Check documents. */
#include <stdio.h>
#include <stdlib.h>

#include "tests/tests.h"

int main(void)
{
    /* clang-format off */
    Suite *(*const suites[])(void) = {
        print_suite,
        mistakes_suite,
        files_suite,
        table_suite,
        value_suite,
        answer_suite,
        evaluate_suite,
        matching_suite,
        conductor_suite,
        blocking_suite,
        threads_suite,
        memory_suite,
        program_suite,
        isolation_suite,
        agents_suite,
        ending_suite,
        run_suite,
        results_suite,
        reports_suite,
        report_page_suite,
        report_findings_suite,
        clauses_suite,
        completion_suite,
        formats_suite,
        injection_suite,
        session_suite,
        polling_suite,
        leaks_suite,
        memcheck_suite,
        reference_suite,
        merge_suite,
        compare_suite,
        guardian_suite,
        machine_suite,
        documents_suite,
        pool_suite,
        sweep_suite,
        keys_suite,
        pair_sweep_suite,
        finding_suite,
        conversation_suite,
        model_suite,
        interleave_suite,
        programs_suite,
        scene_case_suite,
        unsupported_suite,
    };
    /* clang-format on */
    SRunner *runner = srunner_create(NULL);

    for (size_t i = 0; i < sizeof(suites) / sizeof(*suites); i++)
        srunner_add_suite(runner, suites[i]());
    srunner_run_all(runner, CK_ENV);
    int failed = srunner_ntests_failed(runner);

    srunner_free(runner);
    return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}

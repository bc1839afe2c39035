/*
 * The harness's own tests: one suite for each part of the tree. A test is named by the sentence it proves. They are
 * run from the root of the project, with everything built; surroundings.h says where they look.
 */
#ifndef IPCDRILL_TESTS_H
#define IPCDRILL_TESTS_H

#include <check.h>

/* notation/ */
Suite *print_suite(void);
Suite *mistakes_suite(void);
Suite *files_suite(void);
Suite *table_suite(void);
Suite *injection_suite(void);

/* conductor/ */
Suite *value_suite(void);
Suite *answer_suite(void);
Suite *evaluate_suite(void);
Suite *matching_suite(void);
Suite *conductor_suite(void);
Suite *blocking_suite(void);
Suite *threads_suite(void);
Suite *memory_suite(void);
Suite *program_suite(void);
Suite *isolation_suite(void);
Suite *agents_suite(void);

/* session/, sweep/ */
Suite *session_suite(void);
Suite *polling_suite(void);
Suite *pool_suite(void);
Suite *sweep_suite(void);
Suite *keys_suite(void);
Suite *pair_sweep_suite(void);

/* leaks/, and the programs of fixtures/ */
Suite *leaks_suite(void);
Suite *memcheck_suite(void);
Suite *reference_suite(void);

/* supervisor/, report/, cli/ */
Suite *run_suite(void);
Suite *results_suite(void);
Suite *reports_suite(void);
Suite *report_page_suite(void);
Suite *report_findings_suite(void);
Suite *clauses_suite(void);
Suite *formats_suite(void);
Suite *merge_suite(void);
Suite *compare_suite(void);
Suite *ending_suite(void);
Suite *guardian_suite(void);
Suite *machine_suite(void);
Suite *completion_suite(void);

/* the pages */
Suite *documents_suite(void);
/* judge/ */
Suite *finding_suite(void);
Suite *conversation_suite(void);

/* model/, interleave/ */
Suite *model_suite(void);
Suite *interleave_suite(void);
Suite *programs_suite(void);
Suite *scene_case_suite(void);
Suite *unsupported_suite(void);

#endif

/*
 * A Check suite made at run time from case files: one TCase for each file, one looped test for each case, one
 * iteration for each instance, whose number Check prints. Check has no context for a test's function, so the
 * run is this file's own state: there is one at a time.
 *
 * Check has no skip: a skipped instance passes, and is counted here.
 */
#ifndef IPCDRILL_CHECK_SUITE_H
#define IPCDRILL_CHECK_SUITE_H

#include <check.h>

#include "report/tally.h"
#include "supervisor/instances.h"
#include "supervisor/single.h"

/*
 * Makes the suite. It must be run with CK_NOFORK: tests ask `single`. Instances, single and clauses must
 * outlive the suite; what it is made of lives in `arena`.
 */
Suite *check_suite_make(const struct instances *instances, struct single *single,
                        const struct clause_table *clauses, struct arena *arena);

/* What came of the instances so far. */
const struct tally *check_suite_tally(void);

#endif

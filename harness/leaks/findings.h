/*
 * Leaks as findings (judge/finding.h), and as JSON with all that is known of each.
 */
#ifndef IPCDRILL_LEAKS_FINDINGS_H
#define IPCDRILL_LEAKS_FINDINGS_H

#include <jansson.h>

#include "judge/finding.h"
#include "leaks/leaks.h"

/* How bad a leak of that kind is, and the rule behind that. */
enum finding_severity leak_severity(enum leak_kind kind);
const char *leak_rule(enum leak_kind kind);

/* Adds all leaks of the report. `program` is whose they are; `how` provokes them again. */
void leaks_add_findings(const struct leaks_report *report, const char *program, const char *how,
                        struct findings *findings);

/*
 * An array of findings as report/findings.h reads them, in the same order, each with what else is known: leak (its
 * kind), object {id, key, mode, uid, cuid, creator_pid, last_user_pid, attached, size}, memcheck (its word for the
 * error), stack and origin_stack [{function, file, line, object}], origin. For the caller to json_decref.
 */
json_t *leaks_to_json(const struct leaks_report *report, const char *program, const char *how);

#endif

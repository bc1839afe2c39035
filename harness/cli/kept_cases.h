/*
 * Findings of a pair kept as case files, one for each way to provoke one: the scene, and what is done in it. Such a case
 * fails as long as the programs have the defect, and is a regression test afterwards.
 */
#ifndef IPCDRILL_KEPT_CASES_H
#define IPCDRILL_KEPT_CASES_H

#include "judge/finding.h"
#include "programs/scene.h"

/*
 * Writes case files into the folder, made when it is missing, and names it in each finding (kept). Findings that nothing
 * is known to provoke again (finding.again) have none. False with errno and *path when one cannot be written.
 */
bool kept_cases_write(struct findings *findings, const struct pair *pair, const char *folder,
                      const char **path);

#endif

/*
 * Findings in programs: what `ipcdrill sweep` and its kin say of a program under test, as the report page shows it.
 * A file holds an array of objects, or one object a line:
 *
 *   {"kind": string, "severity": string, "program": string, "sentence": string, "why": string, "details": string, "how": string,
 *    "case": string, "trace": [string, ...], "clause": string}
 *
 * kind and sentence are needed, the others may be missing or null; fields beside these are not looked at. The worst
 * stands first.
 */
#ifndef IPCDRILL_FINDINGS_H
#define IPCDRILL_FINDINGS_H

#include <jansson.h>

#include "notation/diagnostic.h"

enum { FINDINGS_BYTES_MAX = 16 * 1024 * 1024 };

/*
 * Reads a file. Returns an array of its findings, to be freed with json_decref, or NULL with a diagnostic when the
 * file cannot be read, is too large, or anything in it is no finding.
 */
json_t *findings_read(const char *path, struct diagnostics *diagnostics);

#endif

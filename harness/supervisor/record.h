/*
 * A verdict record: one line of results.jsonl, the only thing that reports read. Workers write it, the
 * supervisor puts it in order, report/ turns it into every other format. The schema, all fields always
 * present:
 *
 *   {"case": title, "file": path, "line": n, "instance": n (row of the case, from 0), "repeat": n (from 0),
 *    "clauses": [id, ...], "group": folder of the file under cases/ (shmget, semop ...), for the summary,
 *    "target": {"kernel": ..., "machine": ..., "libc": ..., "calls": "libc"|"raw",
 *               "isolation": "full"|"ipc"|"none"},
 *    "verdict": "pass"|"fail"|"skip"|"error", "reason": string|null, "expected": string|null,
 *    "got": string|null, "failed_line": n|null, "deviates": bool, "duration_ns": n, "transcript": [string, ...]}
 *
 * Text is valid UTF-8 whatever a process said: other bytes arrive as escapes (\x80).
 */
#ifndef IPCDRILL_RECORD_H
#define IPCDRILL_RECORD_H

#include <stdio.h>

#include "conductor/conductor.h"

/*
 * Bounds, so that a record is never large: of one text after escaping, of the lines of a transcript (the
 * middle is left out), and so of a whole line of results.jsonl (JSON at most doubles a text).
 */
enum {
    RECORD_TEXT_BYTES_MAX = 4096,
    RECORD_TRANSCRIPT_LINES_MAX = 200,
    RECORD_LINE_BYTES_MAX = 2 * RECORD_TEXT_BYTES_MAX * (RECORD_TRANSCRIPT_LINES_MAX + 100),
};

/* What is judged: the same in every record of a run. */
struct judged_target {
    const char *kernel;  /* "Linux 6.1.0" */
    const char *machine; /* "x86_64" */
    const char *libc;    /* "glibc 2.36", as the agent was built */
    const char *calls;   /* "libc" or "raw" */
    const char *isolation;
};

struct record {
    const char *title;
    const char *file;
    int line;
    size_t instance;
    size_t repeat;
    struct word *clauses;
    const char *group;
    struct judged_target target;
    struct verdict verdict;
};

/* The record as one line of JSON, newline included, in `arena`. */
const char *record_to_json(const struct record *record, struct arena *arena);

/*
 * Parses one line. Returns false with `problem` (in `arena`) when it is not JSON, lacks a field or has one of
 * the wrong type.
 */
bool record_from_json(const char *line, struct record *record, struct arena *arena, const char **problem);

/* "pass", "fail", "skip", "error". */
const char *verdict_name(enum verdict_kind kind);

/* "full", "ipc", "none". */
const char *isolation_name(enum isolation isolation);

#endif

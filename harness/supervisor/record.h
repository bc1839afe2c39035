/*
 * A verdict record: one line of results.jsonl, the only thing that reports read. Workers write it, the
 * supervisor puts it in order, report/ turns it into every other format. The schema, version 1, all fields
 * always present:
 *
 *   {"v": 1, "tool": version of ipcdrill, "position": n (place in the whole run, from 0), "of": n (how many
 *    the whole run has, all its shards together),
 *    "case": title, "file": path, "line": n, "instance": n (row of the case, from 0), "repeat": n (from 0),
 *    "clauses": [id, ...], "group": folder of the file under cases/ (shmget, semop ...), for the summary,
 *    "target": {"name": string|null (run --target), "kernel": ..., "machine": ..., "libc": ...,
 *               "calls": "libc"|"raw", "isolation": "full"|"ipc"|"none"},
 *    "verdict": "pass"|"fail"|"skip"|"error"|"xfail"|"xpass",
 *    "known": {"reason": string, "link": string}|null (why a deviation is known: of xfail and xpass),
 *    "reason": string|null, "expected": string|null,
 *    "got": string|null, "failed_line": n|null, "deviates": bool, "duration_ns": n, "transcript": [string, ...]}
 *
 * Records without "v" are read too: those of before, which lack tool, position, of, target.name and known.
 * A later version is refused: what it means is not known here.
 *
 * Text is valid UTF-8 whatever a process said: other bytes, and control characters that JSON has no short
 * escape for, arrive as escapes (\x80). That is made sure of both in writing and in reading, so no format
 * need expect anything else.
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
    RECORD_VERSION = 1,
    RECORD_TEXT_BYTES_MAX = 4096,
    RECORD_TRANSCRIPT_LINES_MAX = 200,
    RECORD_LINE_BYTES_MAX = 2 * RECORD_TEXT_BYTES_MAX * (RECORD_TRANSCRIPT_LINES_MAX + 100),
};

/* What is judged: the same in every record of a run. */
struct judged_target {
    const char *name;    /* as the user calls it, or NULL */
    const char *kernel;  /* "Linux 6.1.0" */
    const char *machine; /* "x86_64" */
    const char *libc;    /* "glibc 2.36", as the agent was built */
    const char *calls;   /* "libc" or "raw" */
    const char *isolation;
};

/* A deviation that is known: see known.h. */
struct known_deviation {
    const char *reason; /* NULL: the verdict is neither xfail nor xpass */
    const char *link;
};

struct record {
    const char *tool; /* "0.1.0"; "" in old records */
    size_t position;  /* in the whole run; in old records, which do not tell, in their file */
    size_t of;        /* 0: unknown */
    const char *title;
    const char *file;
    int line;
    size_t instance;
    size_t repeat;
    struct word *clauses;
    const char *group;
    struct judged_target target;
    struct verdict verdict;
    struct known_deviation known;
};

/* The record as one line of JSON, newline included, in `arena`. */
const char *record_to_json(const struct record *record, struct arena *arena);

/*
 * Parses one line. Returns false with `problem` (in `arena`) when it is not JSON, lacks a field or has one of
 * the wrong type.
 */
bool record_from_json(const char *line, struct record *record, struct arena *arena, const char **problem);

/* "pass", "fail", "skip", "error", "xfail", "xpass". */
const char *verdict_name(enum verdict_kind kind);

/* Whether a verdict makes a run red: a fail or an error. */
bool verdict_is_red(enum verdict_kind kind);

/*
 * Whether `one` says worse than `other` of what both are verdicts of (a clause, the repeats of an instance). A pass does
 * than a skip: a skip stands only where all were skipped.
 */
bool verdict_is_worse(enum verdict_kind one, enum verdict_kind other);

/* What people call a target: its name, else "Linux 6.1.0 x86_64, glibc 2.36, libc, full". In `arena`. */
const char *target_label(const struct judged_target *target, struct arena *arena);

/* "full", "ipc", "none". */
const char *isolation_name(enum isolation isolation);

#endif

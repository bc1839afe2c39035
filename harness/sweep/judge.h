/*
 * What a run under a fault must come to, against the undisturbed run: it ends, it says what failed, its exit code tells,
 * it leaves nothing behind; stopped and continued it behaves as if nothing had been; killed and started again too.
 */
#ifndef IPCDRILL_SWEEP_JUDGE_H
#define IPCDRILL_SWEEP_JUDGE_H

#include "judge/output.h"
#include "session/session.h"
#include "sweep/faults.h"

/* The kinds of finding, worst first. */
enum finding_kind {
    FINDING_CRASH,
    FINDING_HANG,
    FINDING_SPIN,
    FINDING_RESTART, /* killed, then started again, it does not work */
    FINDING_LEFT,
    FINDING_CLAIM,   /* exit code 0, but something else was done */
    FINDING_STOPPED, /* stopped and continued it behaves otherwise */
    FINDING_SILENT,
    FINDING_COUNT
};

/* What the undisturbed run came to. */
struct baseline {
    int status;
    const char *output; /* as judge_output gives it; NULL: it differs from run to run, and is not compared */
    int segments, sets;
};

struct verdict_on_run {
    bool found;
    enum finding_kind kind;
    const char *what; /* "hangs" */
    const char *why;  /* more of it, or NULL */
};

/* Judges a run. `fault` NULL: the undisturbed one, and `baseline` is not looked at. Strings in `arena`. */
struct verdict_on_run judge_run(const struct session_record *record, const struct fault *fault,
                                const struct baseline *baseline, struct arena *arena);

/* The name of a kind in JSON: "crash", "hang", ... */
const char *finding_name(enum finding_kind kind);

/* How many objects of a kind are left. */
int judge_count_left(const struct session_record *record, bool segments);

#endif

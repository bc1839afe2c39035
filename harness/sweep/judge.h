/*
 * What a run under a fault must come to, against the undisturbed run: it ends, it says what failed, its exit code tells,
 * it leaves nothing behind; stopped and continued it behaves as if nothing had been; killed and started again too.
 */
#ifndef IPCDRILL_SWEEP_JUDGE_H
#define IPCDRILL_SWEEP_JUDGE_H

#include "judge/finding.h"
#include "judge/output.h"
#include "judge/unreleased.h"
#include "session/session.h"
#include "sweep/faults.h"

/* What the undisturbed run came to. */
struct baseline {
    int status;
    const char *output; /* as judge_output gives it; NULL: it differs from run to run, and is not compared */
    int segments, sets;
    struct unreleased_counts unreleased;
};

struct verdict_on_run {
    bool found;
    enum finding_severity severity;
    const char *what; /* "hangs" */
    const char *why;  /* more of it, or NULL */
};

/* Judges a run. `fault` NULL: the undisturbed one, and `baseline` is not looked at. Strings in `arena`. */
struct verdict_on_run judge_run(const struct session_record *record, const struct fault *fault,
                                const struct baseline *baseline, struct arena *arena);

/* How many objects of a kind are left. */
int judge_count_left(const struct session_record *record, bool segments);

#endif

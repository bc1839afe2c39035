/*
 * A reader and a writer judged by all that this tool can do to them, in one list of findings: scenes, faults of every
 * call, orders of their calls. Any pair will do: nothing here knows one.
 */
#ifndef IPCDRILL_PROGRAMS_H
#define IPCDRILL_PROGRAMS_H

#include "interleave/interleave.h"
#include "programs/conversations.h"
#include "programs/pair_sweep.h"
#include "programs/scene_leaks.h"

/* What is being done, for who wants to tell. */
struct programs_progress {
    const char *part; /* "scenes", "leaks", "faults", "schedules" */
    size_t done, count;
    size_t findings;
};

struct programs_settings {
    const struct conductor_options *conductor;
    struct pair pair;
    bool (*wanted)(void *context, const struct scene *scene); /* then the scenes alone; NULL: everything */
    unsigned preemptions;
    size_t schedules_max;
    size_t fault_scenes_max; /* faults are tried in at most so many scenes */
    struct memcheck_choice memcheck;
    bool memory_everywhere; /* memcheck looks at every run, not at some scenes alone */
    int jobs;
    void (*progress)(void *context, const struct programs_progress *progress); /* may be NULL */
    void *context;
};

struct programs_report {
    struct findings findings; /* sorted; the caller frees them */
    struct conversations_report conversations;
    int64_t conversations_ns;
    const struct scene_leaks *leaks; /* NULL: not looked at */
    bool memory_looked;
    struct pair_sweep_report sweep; /* all zero when there was none */
    int64_t sweep_ns;
    struct interleave_report interleave; /* without its findings; all zero when there was none */
};

/* Runs it all. False with *problem (in `arena`): a program that cannot be started, or the tool's own trouble. */
bool programs_run(const struct programs_settings *settings, struct arena *arena,
                  struct programs_report *report, const char **problem);

#endif

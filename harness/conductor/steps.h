/* The lines of an instance, one after the other. */
#ifndef IPCDRILL_STEPS_H
#define IPCDRILL_STEPS_H

#include "conductor/instance.h"

/* Performs every line until one gives a verdict other than pass. */
void run_steps(struct instance *instance);

/* Performs the lines from `step` up to, not with, `end`. */
void run_lines(struct instance *instance, const struct step *step, const struct step *end);

/*
 * Matches what came back from the call that `asked` asked for with what `step` (the same, or the line that resumes
 * it) expects, and notes it in the transcript.
 */
void take_answer(struct instance *instance, struct actor *actor, const struct step *step,
                 const struct step *asked, struct answer *answer);

/* Adds a line to the transcript. */
void add_transcript(struct instance *instance, const char *line);

/* Starts every actor that the case uses. Gives "writer=12 reader=13", the host's pids, for a debugger. */
const char *start_all(struct instance *instance);

#endif

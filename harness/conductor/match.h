/* Whether what came back is what the case says. Names that stand alone and have no value yet learn theirs here. */
#ifndef IPCDRILL_MATCH_H
#define IPCDRILL_MATCH_H

#include "conductor/instance.h"

enum match {
    MATCH_YES,
    MATCH_NO,
    MATCH_IMPOSSIBLE, /* the verdict stands: nothing could be compared */
};

/* A pattern against a value that is shown in `format`; fields of a structure are those of `structure` (or NULL). */
enum match match_pattern(struct instance *instance, const struct expression *pattern,
                         const struct value *value, enum value_format format, const char *structure);

/*
 * An answer against the line that asked: its result (as Linux or, in the POSIX profile, as POSIX says) and all that
 * the call filled. `asked` is the step with the arguments, `outcome` what is expected.
 */
enum match match_answer(struct instance *instance, const struct step *asked, const struct outcome *outcome,
                        const struct answer *answer);

/* The place of an errno or signal that the agent named in constants.in, as a number; false when it is neither. */
bool match_constant_number(const struct instance *instance, const char *name, integer *number);

#endif

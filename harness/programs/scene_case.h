/*
 * A case of a scene (`scene "burst"` in a case file): its programs are put through the scene as ipcdrill programs does it, as
 * it is, with what an `inject` line does to one of them, or with their calls in the order of a `schedule` line. It passes when
 * nothing is wrong.
 */
#ifndef IPCDRILL_PROGRAMS_SCENE_CASE_H
#define IPCDRILL_PROGRAMS_SCENE_CASE_H

#include "conductor/instance.h"

/* For conductor_options.perform_scene: performs the case of which `step` is the scene, and gives its verdict. */
void scene_case_perform(struct instance *instance, const struct step *step);

#endif

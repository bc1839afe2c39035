/*
 * Which instance a person means: a title, a part of one, or FILE:LINE.
 */
#ifndef IPCDRILL_MATCHING_H
#define IPCDRILL_MATCHING_H

#include "supervisor/instances.h"

/*
 * Finds the one instance that `text` names. Returns false when there is none or there are several; it then
 * says so on standard error, and lists the several on standard output.
 */
bool matching_instance(const struct instances *instances, const char *text, struct selected_instance *found);

#endif

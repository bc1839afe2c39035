/* What an expression is worth in a running instance. */
#ifndef IPCDRILL_EVALUATE_H
#define IPCDRILL_EVALUATE_H

#include "conductor/instance.h"

/*
 * The value of an expression. False when it has none, and then the verdict stands: a constant that the target does
 * not define is a skip, a division by zero or a sum of texts an error.
 */
bool evaluate(struct instance *instance, const struct expression *expression, struct value *value);

/* As evaluate, for a number. */
bool evaluate_number(struct instance *instance, const struct expression *expression, integer *number);

/* The capabilities that `caps=` names, as a mask: none or CAP_A|CAP_B. */
bool evaluate_capabilities(struct instance *instance, const struct expression *expression, integer *mask);

#endif

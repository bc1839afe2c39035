/* How standard output is to be used, from the options and the environment. */
#ifndef IPCDRILL_TERMINAL_CHOICE_H
#define IPCDRILL_TERMINAL_CHOICE_H

#include "cli/options.h"
#include "report/terminal.h"

/* Colour and a live line only on a terminal that can draw, and where they are wanted (no-color.org). */
struct terminal_options terminal_choose(const struct options *options);

#endif

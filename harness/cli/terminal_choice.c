#include "cli/terminal_choice.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static bool is_set(const char *name)
{
    const char *value = getenv(name);

    return value && *value;
}

/* TERM=dumb is the one type that can draw nothing. */
struct terminal_options terminal_choose(const struct options *options)
{
    const char *type = getenv("TERM");
    bool can_draw = isatty(STDOUT_FILENO) && type && strcmp(type, "dumb") != 0;

    return (struct terminal_options){
        .out = stdout,
        .live = can_draw && !options->quiet,
        .colour = can_draw && !options->no_colour && !is_set("NO_COLOR"),
        .quiet = options->quiet,
    };
}

#include "cli/findings_file.h"

#include <errno.h>
#include <string.h>

#include "cli/new_file.h"

bool findings_file_write(const char *subcommand, const char *folder, const char *name, json_t *json)
{
    struct arena arena = {0};
    struct new_file file = {0};
    bool good = folders_make(folder, &arena) && new_file_open(&file, folder, name, &arena) &&
                json_dumpf(json, file.out, JSON_INDENT(1)) == 0 && fputc('\n', file.out) != EOF &&
                new_file_finish(&file);

    if (!good)
        fprintf(stderr, "ipcdrill %s: %s/%s: %s\n", subcommand, folder, name, strerror(errno));
    json_decref(json);
    arena_free(&arena);
    return good;
}

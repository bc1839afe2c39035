#include "cli/known_use.h"

#include <stdlib.h>
#include <string.h>

bool known_watch_start(struct known_watch *watch, const char *path)
{
    struct diagnostics diagnostics = {0};

    *watch = (struct known_watch){.path = path};
    if (!path)
        return true;
    watch->table = known_read(path, &diagnostics);
    diagnostics_print(&diagnostics, stderr);
    diagnostics_free(&diagnostics);
    if (!watch->table)
        return false;
    watch->uses = calloc(watch->table->count + 1, sizeof(*watch->uses));
    if (!watch->uses)
        abort();
    return true;
}

void known_watch_take(void *context, const char *line, const struct record *record)
{
    struct known_watch *watch = context;

    (void)line;
    if (watch->table)
        known_count(watch->table, record, watch->uses);
}

/* An exact row makes an xpass; one for any title names a cause and not instances. */
void known_watch_tell(const struct known_watch *watch)
{
    for (size_t i = 0; watch->table && i < watch->table->count; i++) {
        const struct known_row *row = &watch->table->rows[i];
        bool may_be_outdated = !row->exact && strcmp(row->title, "*") != 0;

        if (may_be_outdated && watch->uses[i].passed && !watch->uses[i].deviated)
            fprintf(stderr, "%s:%d: note: out of date: all that it names passed: %s: %s\n", watch->path,
                    row->line, row->file, row->title);
    }
}

void known_watch_end(struct known_watch *watch)
{
    free(watch->uses);
    known_free(watch->table);
    *watch = (struct known_watch){0};
}

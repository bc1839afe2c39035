#include "report/naming.h"

#include <string.h>

const char *record_name(const struct record *record, const struct results_source *source, struct arena *arena)
{
    const char *name = record->title;

    if (record->repeat > 0)
        name = arena_print(arena, "%s (repeat %zu)", name, record->repeat + 1);
    if (source->tally->targets.count > 1)
        name = arena_print(arena, "%s [%s]", name, target_label(&record->target, arena));
    return name;
}

/* An absolute path without "." and ".." in it. */
static const char *plain_path(const char *path, struct arena *arena)
{
    char *plain = arena_take(arena, strlen(path) + 2);
    char *end = plain;

    while (*(path += strspn(path, "/"))) {
        size_t length = strcspn(path, "/");

        if (length == 2 && strncmp(path, "..", 2) == 0) {
            while (end > plain && *--end != '/')
                continue;
        } else if (length != 1 || *path != '.') {
            *end++ = '/';
            memcpy(end, path, length);
            end += length;
        }
        path += length;
    }
    *end = '\0';
    return plain;
}

const char *path_in_repository(const char *file, const struct results_source *source, struct arena *arena)
{
    if (!source->root || (!source->here && *file != '/'))
        return file;
    const char *root = plain_path(source->root, arena);
    const char *path =
        plain_path(*file == '/' ? file : arena_print(arena, "%s/%s", source->here, file), arena);
    size_t length = strlen(root);

    return strncmp(path, root, length) == 0 && path[length] == '/' ? path + length + 1 : file;
}

#include "cli/drill_files.h"

#include <dirent.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

struct search {
    struct word **end; /* where the next path goes */
    size_t count;
    struct arena *arena;
    struct diagnostics *diagnostics;
};

static void complain(struct search *search, const char *path, const char *problem)
{
    diagnostics_add(search->diagnostics, path, (struct position){0}, NULL, "%s", problem);
}

static void add(struct search *search, const char *path)
{
    struct word *word = arena_take(search->arena, sizeof(*word));

    word->text = path;
    *search->end = word;
    search->end = &word->next;
    search->count++;
}

static bool is_drill_file(const char *name)
{
    static const char ending[] = ".drill";
    size_t length = strlen(name);

    return length > sizeof(ending) - 1 && strcmp(name + length - (sizeof(ending) - 1), ending) == 0;
}

static int is_visible(const struct dirent *entry)
{
    return entry->d_name[0] != '.';
}

/* Recursive; FOLDER_DEPTH_MAX also ends cycles of symbolic links. */
static void search_folder(struct search *search, const char *folder, int depth)
{
    struct dirent **entries;
    int count = scandir(folder, &entries, is_visible, alphasort);

    if (count < 0) {
        complain(search, folder,
                 arena_print(search->arena, "the folder cannot be read: %s", strerror(errno)));
        return;
    }
    for (int i = 0; i < count; i++) {
        const char *path = arena_print(search->arena, "%s/%s", folder, entries[i]->d_name);
        struct stat status;

        if (stat(path, &status) == 0 && S_ISDIR(status.st_mode)) {
            if (depth < FOLDER_DEPTH_MAX)
                search_folder(search, path, depth + 1);
            else
                complain(search, path, "the folders are nested too deeply");
        } else if (is_drill_file(path) && search->count < DRILL_FILES_MAX) {
            add(search, path);
        }
        free(entries[i]);
    }
    free(entries);
}

size_t drill_files_find(const char *path, struct word **paths, struct arena *arena,
                        struct diagnostics *diagnostics)
{
    struct search search = {.end = paths, .arena = arena, .diagnostics = diagnostics};
    struct stat status;

    while (*search.end)
        search.end = &(*search.end)->next;
    if (stat(path, &status) != 0) {
        complain(&search, path, arena_print(arena, "cannot be read: %s", strerror(errno)));
        return 0;
    }
    if (!S_ISDIR(status.st_mode)) {
        add(&search, path);
        return search.count;
    }
    char *folder = arena_copy(arena, path, strlen(path));
    int complaints = diagnostics->count;

    for (char *end = folder + strlen(folder) - 1; end > folder && *end == '/'; end--)
        *end = '\0';
    search_folder(&search, folder, 0);
    if (search.count == 0 && diagnostics->count == complaints)
        complain(&search, path, "no *.drill file is below this folder");
    return search.count;
}

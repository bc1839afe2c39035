#include "cli/new_file.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

bool folders_make(const char *path, struct arena *arena)
{
    char *prefix = arena_copy(arena, path, strlen(path));

    for (char *slash = strchr(prefix + 1, '/'); slash; slash = strchr(slash + 1, '/')) {
        *slash = '\0';
        if (mkdir(prefix, 0777) != 0 && errno != EEXIST)
            return false;
        *slash = '/';
    }
    return mkdir(prefix, 0777) == 0 || errno == EEXIST;
}

bool new_file_open(struct new_file *file, const char *folder, const char *name, struct arena *arena)
{
    char *temporary = arena_print(arena, "%s/.%s.XXXXXX", folder, name);

    *file = (struct new_file){.temporary = temporary, .path = arena_print(arena, "%s/%s", folder, name)};
    int fd = mkostemp(temporary, O_CLOEXEC);

    if (fd < 0)
        return false;
    mode_t mask = umask(0);

    umask(mask);
    fchmod(fd, 0666 & ~mask);
    file->out = fdopen(fd, "w+");
    return file->out != NULL;
}

/* The errno of a stream that failed some while ago: trying again fails the same way. */
static int error_of(FILE *file)
{
    clearerr(file);
    return fputc('\n', file) == EOF || fflush(file) != 0 ? errno : EIO;
}

bool new_file_finish(struct new_file *file)
{
    bool good = !ferror(file->out) && fflush(file->out) == 0;
    int error = good ? 0 : ferror(file->out) ? error_of(file->out) : errno;

    if (fclose(file->out) != 0 && good) {
        good = false;
        error = errno;
    }
    file->out = NULL;
    if (good && rename(file->temporary, file->path) == 0)
        return true;
    error = good ? errno : error;
    unlink(file->temporary);
    errno = error;
    return false;
}

void new_file_drop(struct new_file *file)
{
    if (!file->out)
        return;
    fclose(file->out);
    unlink(file->temporary);
    file->out = NULL;
}

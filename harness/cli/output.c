#include "cli/output.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "report/formats.h"

struct output {
    struct arena arena;
    const char *folder;
    unsigned formats;
    const struct clause_table *clauses;
    FILE *results;
    char *results_path; /* its temporary name */
    struct tally tally;
    int error; /* the first errno of trouble with the results, or 0 */
};

/* As mkdir -p. Returns false with errno. */
static bool make_folders(const char *path, struct arena *arena)
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

/* Opens a new file beside where `name` will be. Returns NULL with errno; `path` becomes its name. */
static FILE *open_beside(struct output *output, const char *name, char **path)
{
    *path = arena_print(&output->arena, "%s/.%s.XXXXXX", output->folder, name);
    int fd = mkostemp(*path, O_CLOEXEC);

    if (fd < 0) {
        *path = NULL;
        return NULL;
    }
    mode_t mask = umask(0);

    umask(mask);
    fchmod(fd, 0666 & ~mask);
    return fdopen(fd, "w+");
}

struct output *output_start(const char *folder, unsigned formats, const struct clause_table *clauses)
{
    struct output *output = calloc(1, sizeof(*output));

    if (!output)
        abort();
    output->folder = folder;
    output->formats = formats;
    output->clauses = clauses;
    if (make_folders(folder, &output->arena))
        output->results = open_beside(output, "results", &output->results_path);
    if (!output->results)
        output->error = errno;
    return output;
}

void output_take(void *context, const char *line, const struct record *record)
{
    struct output *output = context;

    tally_add(&output->tally, record);
    if (!output->error && fputs(line, output->results) == EOF)
        output->error = errno;
}

/* The errno of a stream that failed some while ago: trying again fails the same way. */
static int error_of(FILE *file)
{
    clearerr(file);
    return fputc('\n', file) == EOF || fflush(file) != 0 ? errno : EIO;
}

/* Gives a finished file its name. Closes it in any case. Returns false with errno. */
static bool finish(struct output *output, FILE *file, const char *path, const char *name)
{
    bool good = !ferror(file) && fflush(file) == 0;
    int error = good ? 0 : ferror(file) ? error_of(file) : errno;

    if (fclose(file) != 0 && good) {
        good = false;
        error = errno;
    }
    if (good && rename(path, arena_print(&output->arena, "%s/%s", output->folder, name)) == 0)
        return true;
    error = good ? errno : error;
    unlink(path);
    errno = error;
    return false;
}

static bool complain(const struct output *output, const char *name, int error)
{
    fprintf(stderr, "ipcdrill: %s/%s cannot be written: %s\n", output->folder, name, strerror(error));
    return false;
}

static bool write_format(struct output *output, const struct format *format)
{
    struct diagnostics diagnostics = {0};
    struct results_source source = {output->results, output->results_path, &output->tally, output->clauses};
    char *path;
    FILE *file = open_beside(output, format->file_name, &path);

    if (!file)
        return complain(output, format->file_name, errno);
    bool good = format->write(&source, file, &diagnostics);

    diagnostics_print(&diagnostics, stderr);
    diagnostics_free(&diagnostics);
    if (!finish(output, file, path, format->file_name))
        return complain(output, format->file_name, errno);
    return good;
}

/* The results come last: the other formats are made from them. */
static bool write_all(struct output *output)
{
    const struct format *results = NULL;
    bool good = true;

    for (size_t i = 0; format_at(i); i++) {
        if (!(output->formats & 1U << i))
            continue;
        if (format_at(i)->write)
            good = write_format(output, format_at(i)) && good;
        else
            results = format_at(i);
    }
    if (!results) {
        fclose(output->results);
        unlink(output->results_path);
    } else if (!finish(output, output->results, output->results_path, results->file_name)) {
        good = complain(output, results->file_name, errno);
    }
    return good;
}

bool output_end(struct output *output)
{
    bool good;

    if (!output->error && fflush(output->results) != 0)
        output->error = errno;
    if (output->error) {
        fprintf(stderr, "ipcdrill: no report is written: %s: %s\n", output->folder, strerror(output->error));
        if (output->results) {
            fclose(output->results);
            unlink(output->results_path);
        }
        good = false;
    } else {
        good = write_all(output);
    }
    tally_free(&output->tally);
    arena_free(&output->arena);
    free(output);
    return good;
}

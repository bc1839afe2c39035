#include "cli/output.h"

#include <errno.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "cli/history.h"
#include "cli/new_file.h"
#include "report/formats.h"

struct output {
    struct arena arena;
    const char *folder; /* NULL: none */
    unsigned formats;
    size_t kept_earlier;
    char here[PATH_MAX];
    struct new_file results;
    struct tally tally;
    struct results_source source;
    int error; /* the first errno of trouble with the results, or 0 */
};

static const char *setting(const char *name)
{
    const char *value = getenv(name);

    return value && *value ? value : NULL;
}

/* As GitHub and GitLab tell a job. */
static const char *repository_root(void)
{
    const char *root = setting("GITHUB_WORKSPACE");

    return root ? root : setting("CI_PROJECT_DIR");
}

static bool github_reads_log(void)
{
    const char *actions = setting("GITHUB_ACTIONS");

    return actions && strcmp(actions, "true") == 0;
}

bool output_is_for_github(void)
{
    return github_reads_log() || setting("GITHUB_STEP_SUMMARY");
}

static unsigned default_formats(void)
{
    unsigned formats = 0;

    for (size_t i = 0; format_at(i); i++)
        formats |= format_at(i)->by_default ? 1U << i : 0;
    return formats;
}

/* Where the records are kept until they are all there. Returns false with errno. */
static bool open_results(struct output *output)
{
    if (output->folder)
        return folders_make(output->folder, &output->arena) &&
               new_file_open(&output->results, output->folder, "results.jsonl", &output->arena);
    output->results = (struct new_file){.out = tmpfile(), .temporary = "results"};
    return output->results.out != NULL;
}

static void drop_results(struct output *output)
{
    if (output->folder)
        new_file_drop(&output->results);
    else if (output->results.out)
        fclose(output->results.out);
}

struct output *output_start(const char *folder, unsigned formats, const struct clause_table *clauses)
{
    struct output *output = calloc(1, sizeof(*output));

    if (!output)
        abort();
    output->folder = folder;
    output->formats = formats ? formats : default_formats();
    if (!open_results(output))
        output->error = errno;
    output->source = (struct results_source){
        .stream = output->results.out,
        .path = output->results.temporary,
        .tally = &output->tally,
        .clauses = clauses,
        .root = repository_root(),
        .here = getcwd(output->here, sizeof(output->here)),
    };
    return output;
}

void output_keep_earlier(struct output *output, size_t most)
{
    output->kept_earlier = most;
}

void output_take(void *context, const char *line, const struct record *record)
{
    struct output *output = context;

    tally_add(&output->tally, record);
    if (!output->error && fputs(line, output->results.out) == EOF)
        output->error = errno;
}

static bool complain(const struct output *output, const char *name, int error)
{
    fprintf(stderr, "ipcdrill: %s/%s cannot be written: %s\n", output->folder, name, strerror(error));
    return false;
}

static bool write_records(struct output *output, format_writer *write, FILE *out)
{
    struct diagnostics diagnostics = {0};
    bool good = write(&output->source, out, &diagnostics);

    diagnostics_print(&diagnostics, stderr);
    diagnostics_free(&diagnostics);
    return good;
}

static bool write_format(struct output *output, const struct format *format)
{
    struct new_file file;

    if (!new_file_open(&file, output->folder, format->file_name, &output->arena))
        return complain(output, format->file_name, errno);
    bool good = write_records(output, format->write, file.out);

    if (!new_file_finish(&file))
        return complain(output, format->file_name, errno);
    return good;
}

static bool write_summary(struct output *output, const char *path)
{
    FILE *file = fopen(path, "ae");
    bool good = file && write_records(output, markdown_write, file);

    if (!file || fclose(file) != 0) {
        fprintf(stderr, "ipcdrill: $GITHUB_STEP_SUMMARY, %s, cannot be written: %s\n", path, strerror(errno));
        return false;
    }
    return good;
}

static bool tell_github(struct output *output)
{
    const char *summary = setting("GITHUB_STEP_SUMMARY");
    bool good = !summary || write_summary(output, summary);

    return (!github_reads_log() || write_records(output, github_write, stdout)) && good;
}

/* The results come last: the other formats are made from them. */
static bool write_all(struct output *output)
{
    const struct format *results = NULL;
    bool good = tell_github(output);

    for (size_t i = 0; output->folder && format_at(i); i++) {
        if (!(output->formats & 1U << i))
            continue;
        if (format_at(i)->write)
            good = write_format(output, format_at(i)) && good;
        else
            results = format_at(i);
    }
    if (!results) {
        drop_results(output);
    } else if (output->kept_earlier && !history_keep(output->folder, output->kept_earlier, &output->arena)) {
        good = complain(output, "history", errno);
        drop_results(output);
    } else if (!new_file_finish(&output->results)) {
        good = complain(output, results->file_name, errno);
    }
    return good;
}

bool output_end(struct output *output)
{
    bool good = false;

    if (!output->error && fflush(output->results.out) != 0)
        output->error = errno;
    if (output->error) {
        fprintf(stderr, "ipcdrill: no report is written: %s: %s\n",
                output->folder ? output->folder : "temporary file", strerror(output->error));
        drop_results(output);
    } else {
        good = write_all(output);
    }
    tally_free(&output->tally);
    arena_free(&output->arena);
    free(output);
    return good;
}

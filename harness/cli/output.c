#include "cli/output.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "cli/new_file.h"
#include "report/formats.h"

struct output {
    struct arena arena;
    const char *folder;
    unsigned formats;
    const struct clause_table *clauses;
    struct new_file results;
    struct tally tally;
    int error; /* the first errno of trouble with the results, or 0 */
};

struct output *output_start(const char *folder, unsigned formats, const struct clause_table *clauses)
{
    struct output *output = calloc(1, sizeof(*output));

    if (!output)
        abort();
    output->folder = folder;
    output->formats = formats;
    output->clauses = clauses;
    if (!folders_make(folder, &output->arena) ||
        !new_file_open(&output->results, folder, "results.jsonl", &output->arena))
        output->error = errno;
    return output;
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

static bool write_format(struct output *output, const struct format *format)
{
    struct diagnostics diagnostics = {0};
    struct results_source source = {output->results.out, output->results.temporary, &output->tally,
                                    output->clauses};
    struct new_file file;

    if (!new_file_open(&file, output->folder, format->file_name, &output->arena))
        return complain(output, format->file_name, errno);
    bool good = format->write(&source, file.out, &diagnostics);

    diagnostics_print(&diagnostics, stderr);
    diagnostics_free(&diagnostics);
    if (!new_file_finish(&file))
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
        new_file_drop(&output->results);
    } else if (!new_file_finish(&output->results)) {
        good = complain(output, results->file_name, errno);
    }
    return good;
}

bool output_end(struct output *output)
{
    bool good;

    if (!output->error && fflush(output->results.out) != 0)
        output->error = errno;
    if (output->error) {
        fprintf(stderr, "ipcdrill: no report is written: %s: %s\n", output->folder, strerror(output->error));
        new_file_drop(&output->results);
        good = false;
    } else {
        good = write_all(output);
    }
    tally_free(&output->tally);
    arena_free(&output->arena);
    free(output);
    return good;
}

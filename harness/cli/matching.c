#include "cli/matching.h"

#include <stdlib.h>
#include <string.h>

#include "cli/option_values.h"
#include "supervisor/text.h"

enum { LISTED_MAX = 50 };

/* What was asked for, and how well an instance must fit. */
struct question {
    const char *text;
    const char *path; /* of FILE:LINE, else NULL */
    int line;
};

typedef bool fits(const struct question *question, const struct selected_instance *instance);

static bool is_path_end(const char *path, const char *end)
{
    size_t length = strlen(path), size = strlen(end);

    return length >= size && strcmp(path + length - size, end) == 0 &&
           (length == size || path[length - size - 1] == '/');
}

static bool fits_row(const struct question *question, const struct selected_instance *instance)
{
    return question->path && is_path_end(instance->file->path, question->path) &&
           notation_line(instance->drill_case, instance->index) == question->line;
}

static bool fits_lines(const struct question *question, const struct selected_instance *instance)
{
    const struct drill_case *drill_case = instance->drill_case;

    return question->path && is_path_end(instance->file->path, question->path) &&
           question->line >= drill_case->at.line &&
           (!drill_case->next || question->line < drill_case->next->at.line);
}

static bool fits_title(const struct question *question, const struct selected_instance *instance)
{
    struct arena arena = {0};
    bool same = strcmp(instance_title(instance, &arena), question->text) == 0;

    arena_free(&arena);
    return same;
}

static bool fits_part(const struct question *question, const struct selected_instance *instance)
{
    struct arena arena = {0};
    const char *title = instance_title(instance, &arena);
    bool within =
        strcasestr(title, question->text) || strcasestr(instance->drill_case->title, question->text);

    arena_free(&arena);
    return within;
}

/* Returns how many fit; `found` is the first. */
static size_t count_fits(const struct instances *instances, fits *fit, const struct question *question,
                         struct selected_instance *found)
{
    size_t count = 0;

    for (size_t position = 0; position < instances_count(instances); position++) {
        struct selected_instance instance = instances_at(instances, position);

        if (fit(question, &instance) && count++ == 0)
            *found = instance;
    }
    return count;
}

static void list_fits(const struct instances *instances, fits *fit, const struct question *question,
                      size_t count)
{
    size_t listed = 0;

    for (size_t position = 0; position < instances_count(instances) && listed < LISTED_MAX; position++) {
        struct selected_instance instance = instances_at(instances, position);
        struct arena arena = {0};

        if (!fit(question, &instance))
            continue;
        listed++;
        text_print_visible(instance.file->path, stdout);
        printf(":%d  ", notation_line(instance.drill_case, instance.index));
        text_print_visible(instance_title(&instance, &arena), stdout);
        putchar('\n');
        arena_free(&arena);
    }
    if (count > listed)
        printf("and %zu more\n", count - listed);
}

/* FILE:LINE, if that is what it is. */
static struct question ask(const char *text, struct arena *arena)
{
    const char *colon = strrchr(text, ':');
    unsigned long long line;

    if (!colon || !read_number(colon + 1, 1, INT32_MAX, &line))
        return (struct question){.text = text};
    return (struct question){text, arena_copy(arena, text, (size_t)(colon - text)), (int)line};
}

bool matching_instance(const struct instances *instances, const char *text, struct selected_instance *found)
{
    static fits *const ways[] = {fits_row, fits_lines, fits_title, fits_part};
    struct arena arena = {0};
    struct question question = ask(text, &arena);
    size_t count = 0, way = 0;

    for (; way < sizeof(ways) / sizeof(ways[0]) && count == 0; way++)
        count = count_fits(instances, ways[way], &question, found);
    if (count == 0)
        fprintf(stderr, "ipcdrill: no case matches '%s'; see ipcdrill list\n", text);
    if (count > 1) {
        fprintf(stderr, "ipcdrill: '%s' matches %zu; name one by its whole title or by FILE:LINE:\n", text,
                count);
        list_fits(instances, ways[way - 1], &question, count);
    }
    arena_free(&arena);
    return count == 1;
}

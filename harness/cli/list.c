/*
 * ipcdrill list: what cases there are.
 */
#include <jansson.h>
#include <stdlib.h>
#include <string.h>

#include "cli/subcommand.h"
#include "cli/suite.h"
#include "supervisor/text.h"

enum { LISTED_TEXT_MAX = 4096 };

static void print_words(const struct word *words)
{
    for (const struct word *word = words; word; word = word->next)
        printf("%s%s", word == words ? "  " : " ", word->text);
}

static void print_case(const struct selected_instance *instance, size_t count)
{
    const struct drill_case *drill_case = instance->drill_case;

    text_print_visible(instance->file->path, stdout);
    printf(":%d  ", drill_case->at.line);
    text_print_visible(drill_case->title, stdout);
    if (count > 1)
        printf("  (%zu instances)", count);
    print_words(drill_case->clauses);
    putchar('\n');
}

static json_t *json_words(const struct word *words, struct arena *arena)
{
    json_t *array = json_array();

    for (; words; words = words->next)
        json_array_append_new(
            array, json_string(text_to_utf8(words->text, strlen(words->text), LISTED_TEXT_MAX, arena)));
    return array;
}

static void print_json(const struct selected_instance *instance, size_t count)
{
    const struct drill_case *drill_case = instance->drill_case;
    struct arena arena = {0};
    const char *file =
        text_to_utf8(instance->file->path, strlen(instance->file->path), LISTED_TEXT_MAX, &arena);
    const char *title = text_to_utf8(drill_case->title, strlen(drill_case->title), LISTED_TEXT_MAX, &arena);
    json_t *object =
        json_pack("{s:s, s:i, s:s, s:I, s:s, s:o, s:o, s:o, s:b}", "file", file, "line", drill_case->at.line,
                  "title", title, "instances", (json_int_t)count, "group", instance->group, "clauses",
                  json_words(drill_case->clauses, &arena), "needs", json_words(drill_case->needs, &arena),
                  "sets", json_words(drill_case->settings, &arena), "linux", (int)drill_case->linux_only);

    json_dumpf(object, stdout, JSON_COMPACT);
    putchar('\n');
    json_decref(object);
    arena_free(&arena);
}

static void print_all(const struct instances *instances,
                      void (*print)(const struct selected_instance *instance, size_t count))
{
    size_t end = instances_count(instances);

    for (size_t position = 0; position < end;) {
        struct selected_instance instance = instances_at(instances, position);
        size_t first = position;

        while (position < end && instances_at(instances, position).drill_case == instance.drill_case)
            position++;
        print(&instance, position - first);
    }
}

int list_subcommand(const struct options *options)
{
    struct suite suite;
    int code = EXIT_USAGE;

    if (suite_read(&suite, options)) {
        struct selection selection = options_selection(options);
        struct instances *instances = instances_select(suite.files, suite.folder, &selection);

        print_all(instances, options->json ? print_json : print_case);
        instances_free(instances);
        code = suite.mistakes ? EXIT_USAGE : EXIT_GOOD;
    }
    suite_free(&suite);
    return code;
}

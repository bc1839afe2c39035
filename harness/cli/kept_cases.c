#include "cli/kept_cases.h"

#include <ctype.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "cli/new_file.h"
#include "notation/notation.h"
#include "supervisor/text.h"

enum { NAME_LENGTH_MAX = 60 };

/* "writer-semop-error-EINTR-when-2": letters and digits of the lines, without the words that all have. */
static const char *name_of(const char *again, struct arena *arena)
{
    char *name = arena_take(arena, NAME_LENGTH_MAX + 1);
    size_t length = 0;

    again += strncmp(again, "scene ", 6) == 0 ? 6 : 0;
    for (; *again && length < NAME_LENGTH_MAX; again++) {
        if (strncmp(again, "\ninject ", 8) == 0)
            again += 7;
        if (isalnum((unsigned char)*again))
            name[length++] = *again;
        else if (length > 0 && name[length - 1] != '-')
            name[length++] = '-';
    }
    while (length > 0 && name[length - 1] == '-')
        length--;
    name[length] = '\0';
    return name;
}

/* Two schedules may begin alike, and names are cut: then a number tells them apart. */
static const char *choose_name(const struct findings *findings, const struct finding *finding,
                               struct arena *arena)
{
    const char *name = name_of(finding->again, arena);
    unsigned before = 0;

    for (const struct finding *other = findings->first; other != finding; other = other->next)
        before += other->again && strcmp(other->again, finding->again) != 0 &&
                  strcmp(name_of(other->again, arena), name) == 0;
    return before ? arena_print(arena, "%s-%u.drill", name, before + 1)
                  : arena_print(arena, "%s.drill", name);
}

/* The scene that the lines begin with. */
static const struct scene *scene_of(const char *again, struct arena *arena)
{
    const char *name = strchr(again, '"') + 1;

    return scene_named(arena_copy(arena, name, strcspn(name, "\"")));
}

static void print_program(const char *name, const char *const *words, FILE *out)
{
    char *path = realpath(words[0], NULL);

    fprintf(out, "  program %s ", name);
    notation_print_bytes(path ? path : words[0], strlen(path ? path : words[0]), out);
    free(path);
    while (*++words) {
        fputc(' ', out);
        notation_print_bytes(*words, strlen(*words), out);
    }
    fputc('\n', out);
}

static void print_text_setting(const char *name, const char *text, const char *usual, FILE *out)
{
    if (!text || (usual && strcmp(text, usual) == 0))
        return;
    fprintf(out, " %s=", name);
    notation_print_bytes(text, strlen(text), out);
}

static void print_settings(const struct pair *pair, FILE *out)
{
    print_text_setting("first", pair->lines[0], pair_usual.lines[0], out);
    print_text_setting("second", pair->lines[1], pair_usual.lines[1], out);
    print_text_setting("end", pair->end_word, pair_usual.end_word, out);
    print_text_setting("prompt", pair->prompt, pair_usual.prompt, out);
    if (pair->segment_key != pair_usual.segment_key)
        fprintf(out, " segment_key=%#x", (unsigned)pair->segment_key);
    if (pair->set_key != pair_usual.set_key)
        fprintf(out, " set_key=%#x", (unsigned)pair->set_key);
}

/* "nothing disturbs them, and writer meets semop:error=EINTR:when=2" */
static void print_title(const struct scene *scene, const char *beside, FILE *out)
{
    fprintf(out, "case \"all is well when %s", scene->when);
    if (strncmp(beside, "inject ", 7) == 0) {
        size_t program = strcspn(beside + 7, " ");

        fprintf(out, ", and %.*s meets%s", (int)program, beside + 7, beside + 7 + program);
    } else if (*beside) {
        fputs(", and their calls come in another order", out);
    }
    fputs("\"\n", out);
}

/* All findings that are provoked in this way, as comments. */
static void print_comments(const struct findings *findings, const char *again, FILE *out)
{
    for (const struct finding *finding = findings->first; finding; finding = finding->next) {
        if (!finding->again || strcmp(finding->again, again) != 0)
            continue;
        fprintf(out, "# %s %s: ", finding_severity_name(finding->severity), finding->program);
        text_print_visible(finding->sentence, out);
        fputs("\n", out);
        if (finding->rule)
            fprintf(out, "#   rule: %s\n", finding->rule);
    }
}

static void print_case(const struct findings *findings, const char *again, const struct pair *pair, FILE *out,
                       struct arena *arena)
{
    size_t first = strcspn(again, "\n");
    const char *beside = again + first + (again[first] == '\n');
    const struct scene *scene = scene_of(again, arena);

    print_comments(findings, again, out);
    fprintf(out, "# scene: %s\n", scene->script);
    print_title(scene, beside, out);
    print_program("reader", pair->reader, out);
    print_program("writer", pair->writer, out);
    fprintf(out, "\n  %.*s", (int)first, again);
    print_settings(pair, out);
    fputc('\n', out);
    if (*beside)
        fprintf(out, "  %s\n", beside);
}

static bool write_case(const struct findings *findings, const struct finding *finding,
                       const struct pair *pair, const char *folder, const char *name, struct arena *arena)
{
    struct new_file file;

    if (!new_file_open(&file, folder, name, arena))
        return false;
    print_case(findings, finding->again, pair, file.out, arena);
    return new_file_finish(&file);
}

bool kept_cases_write(struct findings *findings, const struct pair *pair, const char *folder,
                      const char **path)
{
    struct arena arena = {0};
    bool good = folders_make(folder, &arena);

    *path = folder;
    for (struct finding *finding = findings->first; good && finding; finding = finding->next) {
        if (!finding->again)
            continue;
        const char *name = choose_name(findings, finding, &arena);

        *path = arena_print(&findings->arena, "%s/%s", folder, name);
        good = write_case(findings, finding, pair, folder, name, &arena);
        finding->kept = *path;
    }
    arena_free(&arena);
    return good;
}

#include "notation/diagnostic.h"

#include <string.h>

enum { SOURCE_SHOWN_MAX = 160 };

void diagnostics_add(struct diagnostics *diagnostics, const char *file, struct position at,
                     const char *source, const char *format, ...)
{
    if (diagnostics->count++ >= DIAGNOSTICS_MAX)
        return;

    struct diagnostic *diagnostic = arena_take(&diagnostics->arena, sizeof(*diagnostic));
    va_list arguments;

    va_start(arguments, format);
    diagnostic->text = arena_vprint(&diagnostics->arena, format, arguments);
    va_end(arguments);
    diagnostic->file = arena_copy(&diagnostics->arena, file, strlen(file));
    diagnostic->at = at;
    if (source)
        diagnostic->source = arena_copy(&diagnostics->arena, source, strcspn(source, "\r\n"));
    if (diagnostics->last)
        diagnostics->last->next = diagnostic;
    else
        diagnostics->first = diagnostic;
    diagnostics->last = diagnostic;
}

/* Tabs stay tabs so that the caret lands under the column; other control bytes would upset the terminal. */
static void print_source(const struct diagnostic *diagnostic, FILE *out)
{
    size_t length = strnlen(diagnostic->source, SOURCE_SHOWN_MAX);

    fputs("    ", out);
    for (size_t i = 0; i < length; i++) {
        unsigned char byte = (unsigned char)diagnostic->source[i];

        fputc(byte == '\t' || (byte >= ' ' && byte != 0x7f) ? byte : '?', out);
    }
    fputs("\n    ", out);
    for (int i = 0; i + 1 < diagnostic->at.column && (size_t)i < length; i++)
        fputc(diagnostic->source[i] == '\t' ? '\t' : ' ', out);
    fputs("^\n", out);
}

void diagnostics_print(const struct diagnostics *diagnostics, FILE *out)
{
    for (const struct diagnostic *diagnostic = diagnostics->first; diagnostic;
         diagnostic = diagnostic->next) {
        fputs(diagnostic->file, out);
        if (diagnostic->at.line)
            fprintf(out, ":%d:%d", diagnostic->at.line, diagnostic->at.column);
        fprintf(out, ": %s\n", diagnostic->text);
        if (diagnostic->source && diagnostic->at.column && diagnostic->at.column <= SOURCE_SHOWN_MAX)
            print_source(diagnostic, out);
    }
    if (diagnostics->count > DIAGNOSTICS_MAX)
        fprintf(out, "%s: and %d more\n", diagnostics->last->file, diagnostics->count - DIAGNOSTICS_MAX);
}

void diagnostics_free(struct diagnostics *diagnostics)
{
    arena_free(&diagnostics->arena);
    *diagnostics = (struct diagnostics){0};
}

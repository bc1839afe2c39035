#include "report/matrix.h"

#include <stdlib.h>
#include <string.h>

#include "report/instance_index.h"
#include "supervisor/text.h"

struct matrix {
    struct arena arena;
    struct instance_index *index;
    const char *labels[MATRIX_COLUMNS_MAX];
    size_t count;
};

struct matrix *matrix_start(void)
{
    struct matrix *matrix = calloc(1, sizeof(*matrix));

    if (!matrix)
        abort();
    matrix->index = index_start(MATRIX_COLUMNS_MAX);
    return matrix;
}

/* The target's column; MATRIX_COLUMNS_MAX: there is no room for it. */
static size_t column_of(struct matrix *matrix, const char *label)
{
    size_t column = 0;

    while (column < matrix->count && strcmp(matrix->labels[column], label) != 0)
        column++;
    if (column == matrix->count && column < MATRIX_COLUMNS_MAX)
        matrix->labels[matrix->count++] = arena_copy(&matrix->arena, label, strlen(label));
    return column;
}

void matrix_add(struct matrix *matrix, const struct record *record)
{
    struct arena arena = {0};
    size_t column = column_of(matrix, target_label(&record->target, &arena));

    if (column < MATRIX_COLUMNS_MAX)
        index_add(matrix->index, column, record, NULL);
    arena_free(&arena);
}

static bool is_shown(const struct matrix *matrix, const struct index_row *row)
{
    for (size_t i = 0; i < matrix->count; i++) {
        if (row->cells[i].there && verdict_is_worse(row->cells[i].verdict, VERDICT_PASS))
            return true;
    }
    return false;
}

static void print_row(const struct matrix *matrix, const struct index_row *row, FILE *out)
{
    static const char marks[VERDICT_KINDS] = {
        [VERDICT_PASS] = '.',  [VERDICT_FAIL] = 'F',  [VERDICT_SKIP] = 's',
        [VERDICT_ERROR] = 'E', [VERDICT_XFAIL] = 'x', [VERDICT_XPASS] = 'X',
    };

    for (size_t i = 0; i < matrix->count; i++)
        fprintf(out, " %c ", row->cells[i].there ? marks[row->cells[i].verdict] : '-');
    fputc(' ', out);
    text_print_visible(row->file, out);
    fprintf(out, ":%d: ", row->line);
    text_print_visible(row->title, out);
    fputc('\n', out);
}

static void print_heading(const struct matrix *matrix, FILE *out)
{
    for (size_t i = 0; i < matrix->count; i++) {
        fprintf(out, "%2zu  ", i + 1);
        text_print_visible(matrix->labels[i], out);
        fputc('\n', out);
    }
    fputs("\nWhere the verdicts differ (. pass, F fail, E error, x xfail, X xpass, s skip, - not there):\n\n",
          out);
    for (size_t i = 0; i < matrix->count; i++)
        fprintf(out, "%2zu ", i + 1);
    fputc('\n', out);
}

void matrix_print(const struct matrix *matrix, FILE *out)
{
    const struct index_row *row;

    if (matrix->count < 2)
        return;
    print_heading(matrix, out);
    for (size_t i = 0; (row = index_row(matrix->index, i)); i++) {
        if (is_shown(matrix, row))
            print_row(matrix, row, out);
    }
}

void matrix_end(struct matrix *matrix)
{
    index_end(matrix->index);
    arena_free(&matrix->arena);
    free(matrix);
}

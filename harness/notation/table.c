#include "notation/table.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "notation/notation.h"

enum { CELLS_MAX = 32 };

/* A cell such as 0000..0777: how many numbers, from where, and how they are written. */
struct range {
    unsigned long long low, high;
    bool octal, hexadecimal;
    int width;
};

static bool read_range(const char *cell, struct range *range)
{
    char *end;

    *range =
        (struct range){.octal = cell[0] == '0' && cell[1] != 'x', .hexadecimal = strncmp(cell, "0x", 2) == 0};
    if (cell[0] < '0' || cell[0] > '9')
        return false;
    range->low = strtoull(cell, &end, 0);
    range->width = (int)(end - cell);
    if (strncmp(end, "..", 2) != 0 || end[2] < '0' || end[2] > '9')
        return false;
    range->high = strtoull(end + 2, &end, 0);
    return *end == '\0' && range->high >= range->low && range->high - range->low < CASE_INSTANCES_MAX;
}

/* Splits a line at two or more blanks, or a tab. Returns the number of cells, or -1 when there are too many. */
static int split(struct arena *arena, const char *line, size_t length, struct position at,
                 struct word **cells)
{
    int count = 0;
    size_t i = 0;

    while (i < length) {
        while (i < length && (line[i] == ' ' || line[i] == '\t'))
            i++;
        if (i == length)
            break;
        size_t start = i;
        bool quoted = false;

        for (; i < length; i++) {
            if (line[i] == '"' && (i == start || line[i - 1] != '\\'))
                quoted = !quoted;
            if (!quoted && (line[i] == '\t' || (line[i] == ' ' && i + 1 < length && line[i + 1] == ' ')))
                break;
        }
        size_t cell_length = i - start;

        while (cell_length && line[start + cell_length - 1] == ' ')
            cell_length--;
        if (++count > CELLS_MAX)
            return -1;
        *cells = arena_take(arena, sizeof(**cells));
        (*cells)->text = arena_copy(arena, line + start, cell_length);
        (*cells)->at = (struct position){at.line, at.column + (int)start};
        cells = &(*cells)->next;
    }
    return count;
}

static bool is_line_of(const char *line, size_t length, const char *word)
{
    size_t start = 0, word_length = strlen(word);

    while (start < length && (line[start] == ' ' || line[start] == '\t'))
        start++;
    return length - start >= word_length && memcmp(line + start, word, word_length) == 0 &&
           (length - start == word_length || line[start + word_length] == ' ');
}

static bool is_empty(const char *line, size_t length)
{
    return strspn(line, " \t") >= length;
}

/* The next line that belongs to the table; leaves the lexer in front of one that does not. */
static bool next_row(struct lexer *lexer, const char **line, size_t *length, struct position *at)
{
    for (;;) {
        struct lexer before = *lexer;

        if (!lexer_raw_line(lexer, line, length, at))
            return false;
        if (is_empty(*line, *length) || is_line_of(*line, *length, "case") ||
            is_line_of(*line, *length, "where") || **line == '#') {
            *lexer = before;
            return false;
        }
        if ((*line)[strspn(*line, " \t")] != '#')
            return true;
    }
}

static bool read_heading(struct parser *parser, struct table *table, int *columns)
{
    const char *line;
    size_t length;
    struct position at;

    if (!next_row(&parser->lexer, &line, &length, &at)) {
        parser_fail(parser, table->at, "a line with the names of the columns expected behind where");
        return false;
    }
    *columns = split(parser->arena, line, length, at, &table->columns);
    for (const struct word *column = table->columns; column; column = column->next)
        if (strspn(column->text, "abcdefghijklmnopqrstuvwxyz0123456789_") != strlen(column->text))
            parser_fail(parser, column->at,
                        "a column is named by one word in lower case, two blanks between columns; found '%s'",
                        column->text);
    if (*columns < 0)
        parser_fail(parser, at, "too many columns: at most %d expected", CELLS_MAX);
    return !parser->failed;
}

static struct row *read_row(struct parser *parser, const char *line, size_t length, struct position at,
                            int columns)
{
    struct row *row = arena_take(parser->arena, sizeof(*row));
    int count = split(parser->arena, line, length, at, &row->cells);

    row->at = (struct position){at.line, at.column + (int)strspn(line, " \t")};
    row->instance_count = 1;
    if (count != columns) {
        parser_fail(parser, row->at,
                    "%d cells expected, one for each column and two blanks between them; found %d", columns,
                    count);
        return NULL;
    }
    for (const struct word *cell = row->cells; cell; cell = cell->next) {
        struct range range;

        if (!read_range(cell->text, &range))
            continue;
        if (row->instance_count > 1)
            parser_fail(parser, cell->at,
                        "one range in a row expected; put the other into a table of its own");
        row->instance_count = (size_t)(range.high - range.low + 1);
    }
    return parser->failed ? NULL : row;
}

struct table *table_read(struct parser *parser, struct position at)
{
    struct table *table = arena_take(parser->arena, sizeof(*table));
    struct row **last = &table->rows;
    const char *line;
    size_t length;
    int columns = 0;

    table->at = at;
    if (parser->next->kind != TOKEN_END) {
        parser_expected(parser, "the end of the line behind where");
        return NULL;
    }
    bool readable = read_heading(parser, table, &columns);

    while (next_row(&parser->lexer, &line, &length, &at)) {
        struct row *row = readable ? read_row(parser, line, length, at, columns) : NULL;

        if (!row) {
            readable = false;
            continue;
        }
        *last = row;
        last = &row->next;
        table->instance_count += row->instance_count;
    }
    if (readable && !table->rows)
        parser_fail(parser, table->at, "at least one row expected in this table");
    return parser->failed ? NULL : table;
}

/* The place of an instance inside one of its tables: the last table varies fastest. */
static size_t place_in(const struct table *table, size_t index)
{
    for (const struct table *later = table->next; later; later = later->next)
        index /= later->instance_count;
    return index % table->instance_count;
}

/* The row at that place; *place becomes the place inside the row's range. */
static const struct row *row_at(const struct table *table, size_t *place)
{
    const struct row *row = table->rows;

    while (*place >= row->instance_count) {
        *place -= row->instance_count;
        row = row->next;
    }
    return row;
}

const struct row *selection_row(const struct selection *selection)
{
    const struct table *table = selection->drill_case->tables;

    if (!table)
        return NULL;
    size_t place = place_in(table, selection->index);

    return row_at(table, &place);
}

static const struct word *cell_at(const struct selection *selection, const struct word *cell, size_t place)
{
    struct range range;

    if (!read_range(cell->text, &range))
        return cell;
    struct word *number = arena_take(selection->arena, sizeof(*number));
    unsigned long long value = range.low + place;

    number->at = cell->at;
    if (range.hexadecimal)
        number->text = arena_print(selection->arena, "0x%0*llx", range.width - 2, value);
    else if (range.octal)
        number->text = arena_print(selection->arena, "%0*llo", range.width, value);
    else
        number->text = arena_print(selection->arena, "%llu", value);
    return number;
}

const struct word *selection_cell(const struct selection *selection, const char *name)
{
    for (const struct table *table = selection->drill_case->tables; table; table = table->next) {
        size_t place = place_in(table, selection->index);
        const struct word *cell = row_at(table, &place)->cells;

        for (const struct word *column = table->columns; column; column = column->next, cell = cell->next)
            if (strcmp(column->text, name) == 0)
                return cell_at(selection, cell, place);
    }
    return NULL;
}

const char *selection_column_at(void *context, size_t index)
{
    const struct selection *selection = context;

    for (const struct table *table = selection->drill_case->tables; table; table = table->next)
        for (const struct word *column = table->columns; column; column = column->next)
            if (index-- == 0)
                return column->text;
    return NULL;
}

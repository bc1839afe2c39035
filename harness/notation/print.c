#include "notation/notation.h"

#include <ctype.h>
#include <string.h>

#include "notation/parser.h"

enum { UNARY_PRECEDENCE = 11, CALL_COLUMN = 8, CELL_GAP = 2 };

void notation_print_bytes(const char *bytes, size_t length, FILE *out)
{
    static const char letters[] = "ntr\\\"", values[] = "\n\t\r\\\"";

    fputc('"', out);
    for (size_t i = 0; i < length; i++) {
        const char *value = bytes[i] ? strchr(values, bytes[i]) : NULL;

        if (value)
            fprintf(out, "\\%c", letters[value - values]);
        else if (!bytes[i] && (i + 1 == length || !isdigit((unsigned char)bytes[i + 1])))
            fputs("\\0", out);
        else if (isascii((unsigned char)bytes[i]) && isprint((unsigned char)bytes[i]))
            fputc(bytes[i], out);
        else
            fprintf(out, "\\x%02x", (unsigned char)bytes[i]);
    }
    fputc('"', out);
}

static void print_elements(const struct element *elements, FILE *out)
{
    for (const struct element *element = elements; element; element = element->next) {
        if (element->name)
            fprintf(out, "%s=", element->name);
        notation_print_expression(element->value, out);
        if (element->next)
            fputs(", ", out);
    }
}

static int precedence_of(const struct expression *expression)
{
    if (expression->kind == EXPRESSION_BINARY)
        return operation_precedence(expression->operation);
    return UNARY_PRECEDENCE;
}

static void print_operand(const struct expression *operand, bool bracket, FILE *out)
{
    if (bracket)
        fputc('(', out);
    notation_print_expression(operand, out);
    if (bracket)
        fputc(')', out);
}

/* As strace writes them: 0600|IPC_CREAT without blanks, everything else with. */
static void print_binary(const struct expression *expression, FILE *out)
{
    int precedence = precedence_of(expression);
    const char *blank = expression->operation == OPERATION_BIT_OR ||
                                expression->operation == OPERATION_MULTIPLY ||
                                expression->operation == OPERATION_SHIFT_LEFT
                            ? ""
                            : " ";

    print_operand(expression->left, precedence_of(expression->left) < precedence, out);
    fprintf(out, "%s%s%s", blank, operation_sign(expression->operation), blank);
    print_operand(expression->right, precedence_of(expression->right) <= precedence, out);
}

void notation_print_expression(const struct expression *expression, FILE *out)
{
    switch (expression->kind) {
    case EXPRESSION_NUMBER:
    case EXPRESSION_CONSTANT:
    case EXPRESSION_NAME:
        fputs(expression->text, out);
        break;
    case EXPRESSION_STRING:
        notation_print_bytes(expression->bytes, expression->length, out);
        break;
    case EXPRESSION_MEMBER:
        fprintf(out, "%s.%s", expression->text, expression->member);
        break;
    case EXPRESSION_ANYTHING:
        fputc('_', out);
        break;
    case EXPRESSION_COLUMN:
        fprintf(out, "<%s>", expression->text);
        break;
    case EXPRESSION_UNARY:
        fputs(operation_sign(expression->operation), out);
        if (expression->operation == OPERATION_NEGATE && expression->left->kind == EXPRESSION_UNARY)
            fputc(' ', out); /* --- is a sign of its own */
        print_operand(expression->left, expression->left->kind == EXPRESSION_BINARY, out);
        break;
    case EXPRESSION_BINARY:
        print_binary(expression, out);
        break;
    case EXPRESSION_STRUCTURE:
        fputc('{', out);
        print_elements(expression->elements, out);
        fputc('}', out);
        break;
    case EXPRESSION_ARRAY:
        fputc('[', out);
        print_elements(expression->elements, out);
        fputc(']', out);
        break;
    }
}

void notation_print_outcome(const struct outcome *outcome, FILE *out)
{
    switch (outcome->kind) {
    case OUTCOME_NONE:
        break;
    case OUTCOME_VALUE:
    case OUTCOME_COLUMN:
        notation_print_expression(outcome->value, out);
        break;
    case OUTCOME_ERROR:
        fputs("-1 ", out);
        notation_print_expression(outcome->errnos, out);
        break;
    case OUTCOME_NEVER:
        fputc('?', out);
        break;
    }
    if (outcome->posix) {
        fputs(" (POSIX: ", out);
        notation_print_outcome(outcome->posix, out);
        fputc(')', out);
    }
    if (outcome->otherwise) {
        fputs(" or ", out);
        notation_print_outcome(outcome->otherwise, out);
    }
}

static void print_pieces(const struct element *pieces, FILE *out)
{
    for (; pieces; pieces = pieces->next) {
        fputc(' ', out);
        notation_print_expression(pieces->value, out);
    }
}

static void print_result(const struct step *step, FILE *out)
{
    if (step->outcome.kind == OUTCOME_NONE)
        return;
    fputs(" = ", out);
    notation_print_outcome(&step->outcome, out);
}

static void print_manner(const char *word, const struct expression *number, FILE *out)
{
    if (!number)
        return;
    fprintf(out, "%s(", word);
    notation_print_expression(number, out);
    fputs(") ", out);
}

/* What the actor does, without its name. */
static void print_action(const struct step *step, FILE *out)
{
    switch (step->kind) {
    case STEP_CALL:
        print_manner("repeat", step->times, out);
        print_manner("fail_nth", step->nth, out);
        fprintf(out, "%s(", step->call ? step->call->name : step->call_column);
        print_elements(step->arguments, out);
        if (step->unfinished && step->outcome.kind == OUTCOME_NONE)
            fputs(step->arguments ? " <unfinished ...>" : "<unfinished ...>", out);
        else
            fputc(')', out);
        print_result(step, out);
        if (step->unfinished && step->outcome.kind != OUTCOME_NONE)
            fputs(" <unfinished ...>", out);
        break;
    case STEP_RESUMED:
        fprintf(out, "<... %s resumed>)", step->call->name);
        print_result(step, out);
        break;
    case STEP_SIGNAL:
        fputs("--- ", out);
        notation_print_expression(step->value, out);
        if (step->fields) {
            fputc(' ', out);
            notation_print_expression(step->fields, out);
        }
        fputs(" ---", out);
        break;
    case STEP_EXITED:
    case STEP_KILLED:
        fputs(step->kind == STEP_EXITED ? "+++ exited with " : "+++ killed by ", out);
        notation_print_expression(step->value, out);
        fputs(" +++", out);
        break;
    case STEP_TYPE:
        fputs(step->end_of_input ? "<- EOF" : "<-", out);
        print_pieces(step->arguments, out);
        break;
    case STEP_SHOW:
        fputs("->", out);
        print_pieces(step->arguments, out);
        break;
    default:
        break;
    }
}

static void print_scene(const struct step *step, FILE *out)
{
    fputs("scene ", out);
    notation_print_bytes(step->text, strlen(step->text), out);
    for (const struct element *setting = step->arguments; setting; setting = setting->next) {
        fprintf(out, " %s=", setting->name);
        notation_print_expression(setting->value, out);
    }
}

void notation_print_step(const struct step *step, FILE *out)
{
    switch (step->kind) {
    case STEP_REQUIRE:
        fputs("require ", out);
        notation_print_expression(step->value, out);
        if (step->posix) {
            fputs(" (POSIX: ", out);
            notation_print_expression(step->posix, out);
            fputc(')', out);
        }
        break;
    case STEP_INJECT:
        fprintf(out, "inject %s %s", step->actor, step->text);
        break;
    case STEP_SCENE:
        print_scene(step, out);
        break;
    case STEP_SCHEDULE:
        fprintf(out, *step->text ? "schedule %s" : "schedule", step->text);
        break;
    case STEP_COMMENT:
        fputs(step->text, out);
        break;
    case STEP_ROUNDS:
        fputs("rounds ", out);
        notation_print_expression(step->value, out);
        break;
    case STEP_TOGETHER:
        fputs("together", out);
        break;
    case STEP_END:
        fputs("end", out);
        break;
    default:
        fprintf(out, "%-*s", CALL_COLUMN - 1, step->actor);
        fputc(' ', out);
        print_action(step, out);
    }
}

static void print_actor(const struct actor_declaration *actor, FILE *out)
{
    const struct {
        const char *name;
        const struct expression *value;
    } words[] = {{"uid", actor->uid},           {"gid", actor->gid},       {"groups", actor->groups},
                 {"caps", actor->capabilities}, {"memory", actor->memory}, {"oom", actor->oom}};

    fprintf(out, "  %s %s", actor->program ? "program" : "actor", actor->name);
    if (actor->program) {
        fputc(' ', out);
        notation_print_bytes(actor->program, strlen(actor->program), out);
        print_pieces(actor->arguments, out);
    }
    for (size_t i = 0; i < sizeof(words) / sizeof(*words); i++)
        if (words[i].value) {
            fprintf(out, " %s=", words[i].name);
            notation_print_expression(words[i].value, out);
        }
    if (actor->raw_terminal)
        fputs(" terminal=raw", out);
    fputc('\n', out);
}

static size_t column_width(const struct table *table, int column)
{
    size_t width = 0;
    const struct word *cells = table->columns;

    for (const struct row *row = table->rows;; row = row->next) {
        const struct word *cell = cells;

        for (int i = 0; i < column && cell; i++)
            cell = cell->next;
        if (cell && strlen(cell->text) > width)
            width = strlen(cell->text);
        if (!row)
            return width;
        cells = row->cells;
    }
}

static void print_row(const struct table *table, const struct word *cells, FILE *out)
{
    int column = 0;

    fputs("    ", out);
    for (const struct word *cell = cells; cell; cell = cell->next, column++) {
        if (cell->next)
            fprintf(out, "%-*s", (int)column_width(table, column) + CELL_GAP, cell->text);
        else
            fputs(cell->text, out);
    }
    fputc('\n', out);
}

static void print_table(const struct table *table, FILE *out)
{
    fputs("  where\n", out);
    print_row(table, table->columns, out);
    for (const struct row *row = table->rows; row; row = row->next)
        print_row(table, row->cells, out);
}

static void print_comments(const struct word *comments, FILE *out)
{
    for (; comments; comments = comments->next)
        fprintf(out, "%s\n", comments->text);
}

static void print_title(const char *title, FILE *out)
{
    fputs("case \"", out);
    for (; *title; title++)
        fprintf(out, *title == '"' || *title == '\\' ? "\\%c" : "%c", *title);
    fputs("\"\n", out);
}

void notation_print_case(const struct drill_case *drill_case, FILE *out)
{
    print_comments(drill_case->comments, out);
    print_title(drill_case->title, out);
    if (drill_case->clauses) {
        fputs("  clause", out);
        for (const struct word *clause = drill_case->clauses; clause; clause = clause->next)
            fprintf(out, " %s", clause->text);
        fputc('\n', out);
    }
    if (drill_case->linux_only)
        fputs("  linux\n", out);
    for (const struct word *need = drill_case->needs; need; need = need->next)
        fprintf(out, "  needs %s\n", need->text);
    for (const struct word *setting = drill_case->settings; setting; setting = setting->next)
        fprintf(out, "  sets %s\n", setting->text);
    for (const struct actor_declaration *actor = drill_case->actors; actor; actor = actor->next)
        print_actor(actor, out);
    if (drill_case->clauses || drill_case->linux_only || drill_case->needs || drill_case->settings ||
        drill_case->actors)
        fputc('\n', out);
    int depth = 1;

    for (const struct step *step = drill_case->steps; step; step = step->next) {
        depth -= step->kind == STEP_END;
        fprintf(out, "%*s", 2 * depth, "");
        notation_print_step(step, out);
        fputc('\n', out);
        depth += step->kind == STEP_ROUNDS || step->kind == STEP_TOGETHER;
    }
    for (const struct table *table = drill_case->tables; table; table = table->next)
        print_table(table, out);
}

void notation_print_file(const struct case_file *file, FILE *out)
{
    for (const struct drill_case *drill_case = file->cases; drill_case; drill_case = drill_case->next) {
        notation_print_case(drill_case, out);
        if (drill_case->next || file->trailing_comments)
            fputc('\n', out);
    }
    print_comments(file->trailing_comments, out);
}

#include "notation/parser.h"

#include <string.h>

#include "notation/notation.h"

struct sign {
    const char *text;
    enum operation operation;
    int precedence; /* as in C; higher binds closer */
};

static const struct sign binary_signs[] = {
    {"*", OPERATION_MULTIPLY, 10},    {"/", OPERATION_DIVIDE, 10},        {"%", OPERATION_REMAINDER, 10},
    {"+", OPERATION_ADD, 9},          {"-", OPERATION_SUBTRACT, 9},       {"<<", OPERATION_SHIFT_LEFT, 8},
    {">>", OPERATION_SHIFT_RIGHT, 8}, {"<", OPERATION_LESS, 7},           {"<=", OPERATION_LESS_EQUAL, 7},
    {">", OPERATION_GREATER, 7},      {">=", OPERATION_GREATER_EQUAL, 7}, {"==", OPERATION_EQUAL, 6},
    {"!=", OPERATION_NOT_EQUAL, 6},   {"&", OPERATION_BIT_AND, 5},        {"^", OPERATION_BIT_XOR, 4},
    {"|", OPERATION_BIT_OR, 3},       {"&&", OPERATION_AND, 2},           {"||", OPERATION_OR, 1},
};

static const struct sign unary_signs[] = {
    {"-", OPERATION_NEGATE, 11},
    {"~", OPERATION_INVERT, 11},
    {"!", OPERATION_NOT, 11},
};

const char *operation_sign(enum operation operation)
{
    for (size_t i = 0; i < sizeof(binary_signs) / sizeof(*binary_signs); i++)
        if (binary_signs[i].operation == operation)
            return binary_signs[i].text;
    for (size_t i = 0; i < sizeof(unary_signs) / sizeof(*unary_signs); i++)
        if (unary_signs[i].operation == operation)
            return unary_signs[i].text;
    return "?";
}

int operation_precedence(enum operation operation)
{
    for (size_t i = 0; i < sizeof(binary_signs) / sizeof(*binary_signs); i++)
        if (binary_signs[i].operation == operation)
            return binary_signs[i].precedence;
    return unary_signs[0].precedence;
}

struct expression *expression_new(struct parser *parser, enum expression_kind kind, struct position at)
{
    struct expression *expression = arena_take(parser->arena, sizeof(*expression));

    expression->kind = kind;
    expression->at = at;
    return expression;
}

static const char *constant_name_at(void *context, size_t index)
{
    (void)context;
    return vocabulary_constant_at((int)index);
}

static struct expression *parse_constant(struct parser *parser, const struct token *token)
{
    struct expression *expression = expression_new(parser, EXPRESSION_CONSTANT, token->at);

    expression->text = token->text;
    if (strcmp(token->text, "KEY") == 0)
        expression->constant = CONSTANT_KEY;
    else if (strcmp(token->text, "KEY2") == 0)
        expression->constant = CONSTANT_KEY2;
    else
        expression->constant = vocabulary_constant(token->text);
    if (expression->constant == -1) {
        const char *nearest = vocabulary_nearest(token->text, constant_name_at, NULL);

        parser_fail(parser, token->at, "unknown constant %s%s%s%s", token->text,
                    nearest ? ", did you mean " : ": a name of harness/vocabulary/constants.in expected",
                    nearest ? nearest : "", nearest ? "?" : "");
    }
    return expression;
}

static struct expression *parse_name(struct parser *parser, const struct token *token)
{
    struct expression *expression;

    if (strcmp(token->text, "_") == 0)
        return expression_new(parser, EXPRESSION_ANYTHING, token->at);
    if (!parser_accept(parser, ".")) {
        expression = expression_new(parser, EXPRESSION_NAME, token->at);
        expression->text = token->text;
        return expression;
    }
    expression = expression_new(parser, EXPRESSION_MEMBER, token->at);
    expression->text = token->text;
    expression->member = parser->next->text;
    if (!token_is_word(parser->next, "pid") && !token_is_word(parser->next, "tid") &&
        !token_is_word(parser->next, "uid") && !token_is_word(parser->next, "gid"))
        parser_expected(parser, "pid, tid, uid or gid");
    else
        parser->next++;
    return expression;
}

static struct expression *parse_list(struct parser *parser, enum expression_kind kind, struct position at,
                                     const char *close)
{
    struct expression *expression = expression_new(parser, kind, at);

    expression->elements = parse_elements(parser, close);
    return expression;
}

static struct expression *parse_primary(struct parser *parser)
{
    const struct token *token = parser->next;
    struct expression *expression;

    switch (token->kind) {
    case TOKEN_NUMBER:
        parser->next++;
        if (token->mistake)
            parser_fail(parser, token->at, "%s", token->mistake);
        expression = expression_new(parser, EXPRESSION_NUMBER, token->at);
        expression->text = token->text;
        expression->number = token->number;
        return expression;
    case TOKEN_STRING:
        parser->next++;
        expression = expression_new(parser, EXPRESSION_STRING, token->at);
        expression->bytes = token->bytes;
        expression->length = token->length;
        return expression;
    case TOKEN_COLUMN:
        parser->next++;
        expression = expression_new(parser, EXPRESSION_COLUMN, token->at);
        expression->text = token->text;
        return expression;
    case TOKEN_CONSTANT:
        parser->next++;
        return parse_constant(parser, token);
    case TOKEN_NAME:
        parser->next++;
        return parse_name(parser, token);
    default:
        break;
    }
    if (parser_accept(parser, "{"))
        return parse_list(parser, EXPRESSION_STRUCTURE, token->at, "}");
    if (parser_accept(parser, "["))
        return parse_list(parser, EXPRESSION_ARRAY, token->at, "]");
    if (parser_accept(parser, "(")) {
        expression = parse_expression(parser);
        return parser_require(parser, ")") ? expression : NULL;
    }
    parser_expected(parser, "a value");
    return NULL;
}

static struct expression *parse_unary(struct parser *parser)
{
    for (size_t i = 0; i < sizeof(unary_signs) / sizeof(*unary_signs); i++) {
        struct position at = parser->next->at;

        if (!parser_accept(parser, unary_signs[i].text))
            continue;
        if (++parser->nesting > CASE_NESTING_MAX) {
            parser_fail(parser, at, "nested too deeply: at most %d levels expected", CASE_NESTING_MAX);
            return NULL;
        }
        struct expression *expression = expression_new(parser, EXPRESSION_UNARY, at);

        expression->operation = unary_signs[i].operation;
        expression->left = parse_unary(parser);
        parser->nesting--;
        return expression->left ? expression : NULL;
    }
    return parse_primary(parser);
}

static const struct sign *next_binary_sign(const struct parser *parser)
{
    for (size_t i = 0; i < sizeof(binary_signs) / sizeof(*binary_signs); i++)
        if (token_is(parser->next, binary_signs[i].text))
            return &binary_signs[i];
    return NULL;
}

/* Precedence climbing: operators that bind at least as close as `precedence`. */
static struct expression *parse_binary(struct parser *parser, int precedence)
{
    struct expression *left = parse_unary(parser);
    const struct sign *sign;

    while (left && (sign = next_binary_sign(parser)) && sign->precedence >= precedence) {
        struct expression *expression = expression_new(parser, EXPRESSION_BINARY, parser->next->at);

        parser->next++;
        expression->operation = sign->operation;
        expression->left = left;
        expression->right = parse_binary(parser, sign->precedence + 1);
        left = expression->right ? expression : NULL;
    }
    return left;
}

struct expression *parse_expression(struct parser *parser)
{
    struct expression *expression = NULL;

    if (++parser->nesting > CASE_NESTING_MAX)
        parser_fail(parser, parser->next->at, "nested too deeply: at most %d levels expected",
                    CASE_NESTING_MAX);
    else
        expression = parse_binary(parser, 1);
    parser->nesting--;
    return parser->failed ? NULL : expression;
}

static struct element *parse_element(struct parser *parser)
{
    struct element *element = arena_take(parser->arena, sizeof(*element));

    element->at = parser->next->at;
    if (parser->next->kind == TOKEN_NAME && token_is(parser->next + 1, "=")) {
        element->name = parser->next->text;
        parser->next += 2;
    }
    element->value = parse_expression(parser);
    return element->value ? element : NULL;
}

struct element *parse_elements(struct parser *parser, const char *close)
{
    struct element *first = NULL, **last = &first;

    if (parser_accept(parser, close))
        return NULL;
    do {
        *last = parse_element(parser);
        if (!*last)
            return NULL;
        last = &(*last)->next;
    } while (parser_accept(parser, ","));
    return parser_require(parser, close) ? first : NULL;
}

static bool is_errno(const struct token *token)
{
    return (token->kind == TOKEN_CONSTANT && token->text[0] == 'E') || token->kind == TOKEN_COLUMN;
}

/* EINVAL|EIDRM, or a column of it. */
static struct expression *parse_errnos(struct parser *parser)
{
    struct expression *errnos = parse_expression(parser);

    for (const struct expression *part = errnos; part; part = part->left) {
        const struct expression *name = part->kind == EXPRESSION_BINARY ? part->right : part;

        if ((part->kind == EXPRESSION_BINARY && part->operation != OPERATION_BIT_OR) ||
            (name->kind == EXPRESSION_CONSTANT && name->text[0] != 'E') ||
            (name->kind != EXPRESSION_CONSTANT && name->kind != EXPRESSION_COLUMN)) {
            parser_fail(parser, name->at, "an errno expected, such as EINVAL or EINVAL|EIDRM");
            return NULL;
        }
        if (part->kind != EXPRESSION_BINARY)
            break;
    }
    return errnos;
}

/* strace's own words behind an errno, (No such file or directory): passed over. */
static void skip_remark(struct parser *parser)
{
    int depth = 1;

    for (parser->next++; depth && parser->next->kind != TOKEN_END; parser->next++)
        depth += token_is(parser->next, "(") - token_is(parser->next, ")");
    if (depth)
        parser_expected(parser, "')' behind the remark");
}

static void parse_remark(struct parser *parser, struct outcome *outcome)
{
    const struct token *token = parser->next;

    if (!token_is(token, "("))
        return;
    if (token[1].kind != TOKEN_CONSTANT || strcmp(token[1].text, "POSIX") != 0 || !token_is(&token[2], ":")) {
        skip_remark(parser);
        return;
    }
    parser->next += 3;
    outcome->posix = arena_take(parser->arena, sizeof(*outcome->posix));
    *outcome->posix = parse_posix_outcome(parser);
    parser_require(parser, ")");
}

static struct outcome parse_plain_outcome(struct parser *parser)
{
    const struct token *token = parser->next;
    struct outcome outcome = {.at = token->at};

    if (parser_accept(parser, "?")) {
        outcome.kind = OUTCOME_NEVER;
    } else if (token_is(token, "-") && token[1].kind == TOKEN_NUMBER && token[1].number == 1 &&
               is_errno(&token[2])) {
        parser->next += 2;
        outcome.kind = OUTCOME_ERROR;
        outcome.errnos = parse_errnos(parser);
    } else {
        outcome.value = parse_expression(parser);
        outcome.kind =
            outcome.value && outcome.value->kind == EXPRESSION_COLUMN ? OUTCOME_COLUMN : OUTCOME_VALUE;
    }
    return outcome;
}

struct outcome parse_outcome(struct parser *parser)
{
    struct outcome outcome = parse_plain_outcome(parser);

    if (!parser->failed)
        parse_remark(parser, &outcome);
    if (!parser->failed && token_is_word(parser->next, "or")) {
        parser->next++;
        outcome.otherwise = arena_take(parser->arena, sizeof(*outcome.otherwise));
        *outcome.otherwise = parse_outcome(parser);
    }
    return outcome;
}

struct outcome parse_posix_outcome(struct parser *parser)
{
    if (parser->next->kind != TOKEN_CONSTANT || parser->next->text[0] != 'E')
        return parse_plain_outcome(parser);
    struct outcome outcome = {.kind = OUTCOME_ERROR, .at = parser->next->at};

    outcome.errnos = parse_errnos(parser);
    return outcome;
}

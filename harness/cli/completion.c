/*
 * ipcdrill completion: the tables of subcommands and options as definitions for bash and zsh. A value is completed by
 * its word in the help: DIR, PATH or FILE by what is there, ID by the clauses, a choice by its values.
 */
#include <stdio.h>
#include <string.h>

#include "cli/subcommand.h"

/* Prints "a|b|c" with blanks for the bars. */
static void print_choices(const char *choices)
{
    for (; *choices; choices++)
        putchar(*choices == '|' ? ' ' : *choices);
}

static bool names_folder(const char *value)
{
    return strcmp(value, "DIR") == 0;
}

static bool names_file(const char *value)
{
    return strcmp(value, "PATH") == 0 || strcmp(value, "FILE") == 0;
}

static const char list_clauses[] =
    "ipcdrill clauses --json 2>/dev/null | sed 's/^{\"clause\":\"\\([^\"]*\\).*/\\1/'";

/* One branch of the case over "subcommand option": how the value behind the option is completed. */
static void bash_value(const char *subcommand, const struct option_outline *option)
{
    if (!option->value || *option->value == '[')
        return;
    printf("        '%s --%s'", subcommand, option->name);
    if (option->letter)
        printf(" | '%s -%c'", subcommand, option->letter);
    if (option->choices) {
        fputs(") words='", stdout);
        print_choices(option->choices);
        puts("' kind='' ;;");
    } else if (strcmp(option->value, "ID") == 0) {
        printf(") words=$(%s) kind='' ;;\n", list_clauses);
    } else {
        printf(") kind='%s' ;;\n", names_folder(option->value) ? "-d"
                                   : names_file(option->value) ? "-f"
                                                               : "");
    }
}

static void bash_options(const struct subcommand *subcommand)
{
    struct option_outline option;

    printf("        %s) words='", subcommand->name);
    for (size_t i = 0; option_at(subcommand->set, i, &option); i++) {
        printf("%s--%s", i ? " " : "", option.name);
        if (option.letter)
            printf(" -%c", option.letter);
    }
    fputs("' ;;\n", stdout);
}

static void print_bash(void)
{
    const struct subcommand *subcommand;
    struct option_outline option;

    fputs("# Completion of ipcdrill for bash, made by `ipcdrill completion bash`.\n"
          "_ipcdrill()\n"
          "{\n"
          "    local current=$2 previous=$3 subcommand=run words='' kind=-f subcommands='",
          stdout);
    for (size_t i = 0; (subcommand = subcommand_at(i)); i++)
        printf("%s%s", i ? " " : "", subcommand->name);
    fputs("'\n\n"
          "    # bash takes --option=value apart into three words.\n"
          "    [[ $current != = ]] || current=\n"
          "    [[ $previous != = ]] || previous=${COMP_WORDS[COMP_CWORD - 2]}\n"
          "    if [[ $COMP_CWORD -gt 1 && \" $subcommands \" == *\" ${COMP_WORDS[1]} \"* ]]; then\n"
          "        subcommand=${COMP_WORDS[1]}\n"
          "    fi\n"
          "    case \"$subcommand $previous\" in\n",
          stdout);
    for (size_t i = 0; (subcommand = subcommand_at(i)); i++) {
        for (size_t j = 0; option_at(subcommand->set, j, &option); j++)
            bash_value(subcommand->name, &option);
    }
    fputs("        'completion completion') words='bash zsh' kind='' ;;\n"
          "        *)\n"
          "            [[ $COMP_CWORD -ne 1 ]] || words=$subcommands\n"
          "            if [[ $current == -* ]]; then\n"
          "                kind=''\n"
          "                case $subcommand in\n",
          stdout);
    for (size_t i = 0; (subcommand = subcommand_at(i)); i++) {
        fputs("            ", stdout);
        bash_options(subcommand);
    }
    fputs("                esac\n"
          "            fi\n"
          "            ;;\n"
          "    esac\n"
          "    mapfile -t COMPREPLY < <(compgen -W \"$words\" -- \"$current\")\n"
          "    if [[ -n $kind ]]; then\n"
          "        mapfile -t -O \"${#COMPREPLY[@]}\" COMPREPLY < <(compgen \"$kind\" -- \"$current\")\n"
          "        compopt -o filenames 2>/dev/null\n"
          "    fi\n"
          "}\n"
          "complete -F _ipcdrill ipcdrill\n",
          stdout);
}

/* Prints text for the inside of a zsh '...' specification, whose separators are [, ] and :. */
static void zsh_text(const char *text)
{
    for (; *text; text++) {
        if (strchr("[]:\\", *text))
            putchar('\\');
        fputs(*text == '\'' ? "'\\''" : (char[]){*text, '\0'}, stdout);
    }
}

static void zsh_value(const struct option_outline *option)
{
    putchar(':');
    zsh_text(*option->value == '[' ? "value" : option->value);
    putchar(':');
    if (option->choices) {
        putchar('(');
        print_choices(option->choices);
        putchar(')');
    } else if (names_folder(option->value)) {
        fputs("_files -/", stdout);
    } else if (names_file(option->value)) {
        fputs("_files", stdout);
    } else if (strcmp(option->value, "ID") == 0) {
        fputs("_ipcdrill_clauses", stdout);
    }
}

static void zsh_option(const struct option_outline *option)
{
    bool optional = option->value && *option->value == '[';

    fputs("            ", stdout);
    if (option->letter)
        printf("{-%c,--%s}'", option->letter, option->name);
    else
        printf("'*--%s%s", option->name, !option->value ? "" : optional ? "=-" : "=");
    putchar('[');
    zsh_text(option->help);
    putchar(']');
    if (option->value) {
        if (optional)
            putchar(':');
        zsh_value(option);
    }
    fputs("' \\\n", stdout);
}

static void print_zsh(void)
{
    const struct subcommand *subcommand;
    struct option_outline option;

    printf("#compdef ipcdrill\n"
           "# Completion of ipcdrill for zsh, made by `ipcdrill completion zsh`.\n"
           "_ipcdrill_clauses()\n"
           "{\n"
           "    compadd -- ${(f)\"$(%s)\"}\n"
           "}\n\n"
           "_ipcdrill()\n"
           "{\n"
           "    local subcommand=run\n"
           "    local -a subcommands=(\n",
           list_clauses);
    for (size_t i = 0; (subcommand = subcommand_at(i)); i++) {
        printf("        '%s:", subcommand->name);
        zsh_text(subcommand->summary);
        fputs("'\n", stdout);
    }
    fputs("    )\n\n"
          "    if (( CURRENT == 2 )) && [[ $words[2] != -* ]]; then\n"
          "        _describe subcommand subcommands\n"
          "    elif (( ${subcommands[(I)$words[2]:*]} )); then\n"
          "        subcommand=$words[2]\n"
          "        shift words\n"
          "        (( CURRENT-- ))\n"
          "    fi\n"
          "    case $subcommand in\n",
          stdout);
    for (size_t i = 0; (subcommand = subcommand_at(i)); i++) {
        bool completes = subcommand->set == FOR_COMPLETION;

        printf("        %s) _arguments -s -S \\\n", subcommand->name);
        for (size_t j = 0; option_at(subcommand->set, j, &option); j++)
            zsh_option(&option);
        printf("            '*:argument:%s' ;;\n", completes ? "(bash zsh)" : "_files");
    }
    fputs("    esac\n"
          "}\n"
          "(( $+functions[compdef] )) && compdef _ipcdrill ipcdrill\n",
          stdout);
}

int completion_subcommand(const struct options *options)
{
    static const struct {
        const char *shell;
        void (*print)(void);
    } shells[] = {{"bash", print_bash}, {"zsh", print_zsh}};

    for (size_t i = 0; options->argument_count == 1 && i < sizeof(shells) / sizeof(shells[0]); i++) {
        if (strcmp(options->arguments[0], shells[i].shell) == 0) {
            shells[i].print();
            return EXIT_GOOD;
        }
    }
    fputs("ipcdrill completion: name one shell, bash or zsh\n", stderr);
    return EXIT_USAGE;
}

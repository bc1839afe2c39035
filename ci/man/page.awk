# Turns what `ipcdrill --help` and `ipcdrill SUBCOMMAND --help` print into man(7) macros, for ci/man/make-pages.
# The overview comes first; a line "\f" stands before each further help.

function escaped(text) {
    gsub(/\\/, "\\e", text)
    gsub(/-/, "\\-", text)
    if (text ~ /^[.']/) text = "\\&" text
    return text
}

# An option's line: the words up to two blanks, then what it does.
function print_option(line,    at, words) {
    sub(/^ +/, "", line)
    at = match(line, /   */)
    words = at ? substr(line, 1, at - 1) : line
    print ".TP\n.B " escaped(words)
    if (at) print escaped(substr(line, at + RLENGTH))
}

function print_verbatim(line) {
    sub(/^  /, "", line)
    print escaped(line)
}

function open_block(kind) {
    if (kind == "verbatim") print ".PP\n.EX"
    block = kind
}

function close_block() {
    if (block == "verbatim") print ".EE"
    block = ""
}

BEGIN {
    overview = 1
    print ".SH NAME\nipcdrill \\- check whether System V shared memory and semaphores behave"
    print ".SH SYNOPSIS\n.B ipcdrill\n[\\fISUBCOMMAND\\fR] [\\fIOPTION\\fR]... [\\fIARGUMENT\\fR]..."
    print ".SH DESCRIPTION"
}

$0 == "\f" {
    close_block()
    if (overview) print ".SH SUBCOMMANDS"
    overview = 0
    skipping = 0
    next
}

# The exit codes end every help; they get a section of their own, from the first.
/^Exit codes/ {
    close_block()
    if (overview) in_codes = 1
    else skipping = 1
}
in_codes && overview { codes = codes "\n" $0; next }
skipping { next }

/^usage: / {
    print ".SS " escaped(substr($0, 8))
    next
}
/^Options:$/ { close_block(); block = "options"; next }
/^Examples:$/ { close_block(); open_block("verbatim"); next }
/^$/ { if (block == "verbatim") close_block(); else if (block == "") print ".PP"; next }
/^  / && overview && block == "" { open_block("verbatim") }
block == "options" { print_option($0); next }
block == "verbatim" { print_verbatim($0); next }
{ print escaped($0) "\n.br" }

END {
    close_block()
    print ".SH EXIT STATUS"
    count = split(codes, lines, "\n")
    for (i = 1; i <= count; i++) {
        if (lines[i] ~ /^  [0-9]/) print_option(lines[i])
        else if (lines[i] != "") print escaped(lines[i])
    }
    print ".SH SEE ALSO\n.BR drill (5),\n.BR shmget (2),\n.BR semget (2),\n.BR sysvipc (7),\n.BR strace (1)"
}

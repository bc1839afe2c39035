# Reasons (unreachable.tsv) and a tracefile of lcov to a list of what never ran: the line, its function, how often each
# of its branches was taken ("-": the line itself never ran), the source, and why no test gets there, where a reason is known.
# A reason is found by file, function and source text, so that it outlives a shift of lines.
function source_of(number,    text) {
    while (have < number && (getline text < path) > 0) {
        gsub(/^[ \t]+|[ \t]+$/, "", text)
        source[++have] = text
    }
    return source[number]
}
function function_at(number,    best, start) {
    for (start in functions)
        if (start + 0 <= number && start + 0 > best) best = start + 0
    return functions[best]
}
function report(number,    place, why) {
    place = name "\t" function_at(number) "\t" source_of(number)
    why = (place in reasons) ? reasons[place] : "?"
    printf "%s:%d  %s  [%s ]  %s\n    %s\n", name, number, function_at(number), taken[number], source_of(number), why
}

FNR == 1 { file_number++ }
file_number == 1 { split($0, column, "\t"); reasons[column[1] "\t" column[2] "\t" column[3]] = column[4]; next }
{ split($0, field, /[:,]/) }
field[1] == "SF" {
    path = name = field[2]
    sub(/.*\//, "", name)
    have = last = 0
    split("", functions); split("", taken); split("", missing); split("", source)
}
field[1] == "FN" { functions[field[2]] = field[3] }
field[1] == "DA" || field[1] == "BRDA" { if (field[2] + 0 > last) last = field[2] + 0 }
field[1] == "DA" && field[3] == 0 { missing[field[2]] = 1 }
field[1] == "BRDA" {
    taken[field[2]] = taken[field[2]] " " field[5]
    if (field[5] + 0 == 0) missing[field[2]] = 1
}
field[1] == "end_of_record" { for (number = 1; number <= last; number++) if (number in missing) report(number) }

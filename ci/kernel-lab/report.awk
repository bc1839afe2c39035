# awk -v list=FILE -f report.awk uncovered.tsv TRACEFILE
# A table of lines and branches of each file to stdout, first as lcov counts them, then without those that no test can
# reach. To FILE what never ran: the line, its function, how often each of its branches was taken ("-": the line itself
# never ran), the source, and the reason as uncovered.tsv gives it ("?" where none is known).
# A reason is found by file, function and source text ("*": the whole function), so that it outlives a shift of lines;
# its kind is "never" where no test can get there. Of several files the last row is the sum. -v folders=1 names a file
# by its place in the tree.
function share(hit, found) { return sprintf("%4d of %4d %6.1f %%", hit, found, found ? 100 * hit / found : 100) }
function row(title, which) {
    printf "%-" width "s %s  %s   %s  %s\n", title, share(lines_hit[which] + 0, lines[which] + 0), share(branches_hit[which] + 0, branches[which] + 0),
        share(lines_hit[which] + 0, lines[which] - lines_never[which]),
        share(branches_hit[which] + 0, branches[which] - branches_never[which])
}
function source_of(number,    text) {
    while (have < number && (getline text < path) > 0) {
        gsub(/^[ \t]+|[ \t]+$/, "", text)
        gsub(/\t/, " ", text)
        source[++have] = text
    }
    return source[number]
}
function function_at(number,    best, start) {
    best = 0
    for (start in functions)
        if (start + 0 <= number && start + 0 > best) best = start + 0
    return functions[best]
}
function report(number,    place) {
    place = name "\t" function_at(number) "\t" source_of(number)
    if (!(place in reason)) place = name "\t" function_at(number) "\t*"
    printf "%s:%d  %s  [%s ]  %s\n    %s\n", name, number, function_at(number), taken[number], source_of(number),
        (place in reason) ? kind[place] ": " reason[place] : "?" >list
    if (kind[place] == "never") {
        lines_never[name] += missed_line[number]
        branches_never[name] += missed_branches[number]
    }
}
function forget() {
    have = last = 0
    split("", functions); split("", taken); split("", missed_line); split("", missed_branches); split("", source)
}

FNR == 1 { file_number++ }
file_number == 1 {
    split($0, column, "\t")
    place = column[1] "\t" column[2] "\t" column[3]
    kind[place] = column[4]
    reason[place] = column[5]
    next
}
{ split($0, field, /[:,]/) }
field[1] == "SF" { forget(); path = name = field[2]; sub(folders ? ".*/harness/|.*/reference/" : ".*/", "", name); order[++files] = name }
field[1] == "FN" { functions[field[2]] = field[3] }
field[1] == "DA" || field[1] == "BRDA" { if (field[2] + 0 > last) last = field[2] + 0 }
field[1] == "DA" { lines[name]++; if (field[3] > 0) lines_hit[name]++; else missed_line[field[2]] = 1 }
field[1] == "BRDA" {
    branches[name]++
    taken[field[2]] = taken[field[2]] " " field[5]
    if (field[5] > 0) branches_hit[name]++; else missed_branches[field[2]]++
}
field[1] == "end_of_record" {
    for (number = 1; number <= last; number++)
        if ((number in missed_line) || (number in missed_branches)) report(number)
}
END {
    width = folders ? 32 : 14
    printf "%-" width "s %-42s   %s\n", "", "all: lines, branches", "that a test can reach: lines, branches"
    for (i = 1; i <= files; i++) row(order[i], order[i])
    if (files > 1) {
        for (i = 1; i <= files; i++) {
            name = order[i]
            lines["all"] += lines[name]
            lines_hit["all"] += lines_hit[name]
            lines_never["all"] += lines_never[name]
            branches["all"] += branches[name]
            branches_hit["all"] += branches_hit[name]
            branches_never["all"] += branches_never[name]
        }
        row("all", "all")
    }
}

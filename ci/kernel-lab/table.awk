# Tracefile of lcov to a table: lines and branches of each file.
function percent(hit, found) { return found ? sprintf("%.1f %%", 100 * hit / found) : "-" }
function row(name, lines_hit, lines, branches_hit, branches) {
    printf "%-14s %5d of %5d  %8s   %5d of %5d  %8s\n", name, lines_hit, lines, percent(lines_hit, lines),
        branches_hit, branches, percent(branches_hit, branches)
}

BEGIN { FS = "[:,]"; printf "%-14s %24s   %24s\n", "", "lines", "branches" }
$1 == "SF" { name = $2; sub(/.*\//, "", name) }
$1 == "DA" { lines++; lines_hit += $3 > 0 }
$1 == "BRDA" { branches++; branches_hit += $5 > 0 }
$1 == "end_of_record" {
    row(name, lines_hit, lines, branches_hit, branches)
    all_lines += lines; all_lines_hit += lines_hit; all_branches += branches; all_branches_hit += branches_hit
    lines = lines_hit = branches = branches_hit = 0
}
END { row("all", all_lines_hit, all_lines, all_branches_hit, all_branches) }

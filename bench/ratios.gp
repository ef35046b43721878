# SPDX-License-Identifier: Apache-2.0
# Loaded by report.py, which sets $data (a heading; an operation, and how many times as fast as each peer), last (the number of its last
# column), image and style.
load style
set datafile separator "\t"
set style data histogram
set style fill solid noborder
set boxwidth 0.9
set ylabel "times as fast, bfloat16"
set yrange [0:*]
set xrange [-0.5:*]
set xtics scale 0 font ",13"
set bmargin 5
set tmargin 4
set key outside center top horizontal Left reverse samplen 1 width 2 font ",13"
set grid noxtics
plot for [i = 2:last] $data using i:xtic(1) linetype i - 1 title columnheader(i), 1 linecolor rgb 0x444444 with lines notitle

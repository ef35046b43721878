# SPDX-License-Identifier: Apache-2.0
# Loaded by cpu_report.py, which sets $data (a heading; bytes, and ns an element of the copy, of ours, of each peer), last (the number of
# its last column), image, style and what.
load style
set datafile separator "\t"
set title what
set xlabel "bytes read and written"
set ylabel "ns an element"
set logscale x 2
set logscale y
set xtics ("32 KiB" 32768, "256 KiB" 262144, "2 MiB" 2097152, "16 MiB" 16777216, "128 MiB" 134217728, "1 GiB" 1073741824)
set xrange [3e4:1.1e9]
set tmargin 3
set rmargin 17
colours = "#e69f00 #009e73 #d55e00 #cc79a7 #000000 #56b4e9 #8b4513"
set key outside right center Left reverse samplen 2
plot $data using 1:2 with lines linewidth 2 linecolor rgb other title columnheader(2), \
     for [i = 4:last] $data using 1:i with linespoints linecolor rgb word(colours, i - 3) pointtype i pointsize 0.5 title columnheader(i), \
     $data using 1:3 with linespoints linewidth 2 pointtype 7 pointsize 0.5 linecolor rgb ours title columnheader(3)

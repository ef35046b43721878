# SPDX-License-Identifier: Apache-2.0
# Loaded by report.py, which sets $data (an operation; issue slots for each byte, and GB/s, of float64, of float32, of bfloat16), image,
# style, copy (GB/s) and slots (a nanosecond).
load style
set xlabel "issue slots for each byte"
set ylabel "TB/s"
set logscale xy 2
set tmargin 2
set key left bottom Left reverse
set datafile separator "\t"
roof(x) = (slots / x < copy ? slots / x : copy) / 1000.0
plot roof(x) linecolor rgb other title "copy, and all issue slots", \
     $data using 2:($3/1000) with points pointtype 7 pointsize 0.5 linecolor rgb 0x009e73 title "float64", \
     $data using 4:($5/1000) with points pointtype 7 pointsize 0.5 linecolor rgb ours title "float32", \
     $data using 6:($7/1000) with points pointtype 7 pointsize 0.5 linecolor rgb theirs title "bfloat16"

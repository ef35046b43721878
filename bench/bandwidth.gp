# SPDX-License-Identifier: Apache-2.0
# Loaded by report.py, which sets $data (bytes, and GB/s of the copy, of float32, of bfloat16), image, style and what.
load style
set title what
set xlabel "bytes read and written"
set ylabel "TB/s"
set logscale x 2
set xtics ("4 KiB" 4096, "64 KiB" 65536, "1 MiB" 1048576, "16 MiB" 16777216, "256 MiB" 268435456)
set yrange [0:*]
set tmargin 2
set key left top Left reverse
plot $data using 1:($2/1000) with lines linecolor rgb other title "copy", \
     $data using 1:($3/1000) with linespoints pointtype 7 pointsize 0.5 linecolor rgb ours title "float32", \
     $data using 1:($4/1000) with linespoints pointtype 7 pointsize 0.5 linecolor rgb theirs title "bfloat16"

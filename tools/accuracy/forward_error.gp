# SPDX-License-Identifier: Apache-2.0
# gnuplot -e "data='results/forward_error.dat'; image='forward_error.svg'" forward_error.gp
load style
set xlabel "x"
set ylabel "largest error in ulp"
set xrange [-106:20]
set yrange [0.1:3e7]
set logscale y
set ytics ("0.1" 0.1, "1" 1, "10" 10, "100" 100, "1000" 1000, "1e4" 1e4, "1e5" 1e5, "1e6" 1e6, "1e7" 1e7)
set key right top
set label "exp(−x) overflows: the result is 0,\nthe exact one a subnormal number" at -86, 1e6 textcolor rgb theirs
plot data using 1:3 with lines linecolor rgb theirs title "1/(1 + expf(−x)), glibc", \
     data using 1:2 with lines linecolor rgb ours title "cusigmoid forward"

# SPDX-License-Identifier: Apache-2.0
# gnuplot -e "data='results/gradient_error.dat'; image='gradient_error.svg'" gradient_error.gp
load style
set xlabel "x"
set ylabel "largest relative error"
set xrange [-20:30]
set yrange [2e-8:4]
set logscale y
set ytics ("1e−7" 1e-7, "1e−6" 1e-6, "1e−5" 1e-5, "1e−4" 1e-4, "0.001" 1e-3, "0.01" 0.01, "0.1" 0.1, "1" 1)
set key left top Left reverse
set label "all of the gradient is lost" at 29.5, 1.8 right textcolor rgb theirs
plot data using 1:2 with lines linecolor rgb theirs title "from the saved output, PyTorch", \
     data using 1:3 with lines linecolor rgb other title "from the saved output, cusigmoid backward", \
     data using 1:4 with lines linecolor rgb ours title "from the input, cusigmoid backward_from_input"

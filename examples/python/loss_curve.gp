# SPDX-License-Identifier: Apache-2.0
# gnuplot -e "ours_data='a.csv'; theirs_data='b.csv'; image='loss.svg'; style='style.gp'" loss_curve.gp; style: tools/accuracy/style.gp
load style
set datafile separator ","
set xlabel "step"
set ylabel "loss"
set yrange [*:5]
set key right top
plot theirs_data using 1:2 with lines linecolor rgb theirs title "PyTorch", \
     ours_data using 1:2 every 10 with points pointtype 7 pointsize 0.4 linecolor rgb ours title "cusigmoid: SwiGLU and BCE with logits"

# SPDX-License-Identifier: Apache-2.0
# What the plots have in common. White behind everything, so that a page may be dark.
set terminal svg size 800,400 font "sans-serif,15" background "white" linewidth 1.5 noenhanced
set output image
ours = 0x0072b2
theirs = 0xd55e00
other = 0x999999
set border 3 linecolor rgb 0x444444
set tics nomirror textcolor rgb 0x222222
set grid linecolor rgb 0xe4e4e4 linetype 1 linewidth 0.7
set encoding utf8
set margins 10, 3, 3.5, 1

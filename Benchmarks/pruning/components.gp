# Cost of an EM iteration against the number of components, from components.tsv beside this script:
#   gnuplot -e "output='components.svg'" components.gp
set terminal svg size 640,420 font "sans,13" background "white"
set output output
set datafile separator "\t"
set logscale xy 2
set format y "%.3g"
set border 3
set tics nomirror out
set xlabel "components"
set ylabel "seconds per iteration"
set key top left reverse Left
plot "components.tsv" using 1:2 skip 1 with linespoints pt 7 lc rgb "#D55E00" title "all components in every block", \
     "components.tsv" using 1:3 skip 1 with linespoints pt 7 lc rgb "#0072B2" title "pruned"

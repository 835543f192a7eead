/// What is drawn on by gnuplot.
package enum Medium: Equatable {
  case svg
  case png
  case pdf
}

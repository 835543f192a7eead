import Emulsion

extension PlotSubject {
  /// The log-likelihood over the iterations, and what each has gained.
  func trace() -> Plot {
    let trace = model.trace
    let iterations = Axis(
      low: -0.02 * Double(trace.count) - 0.2, high: 1.02 * Double(trace.count) - 0.6)
    var course = Panel(
      x: PanelAxis(range: iterations, label: "Iteration"),
      y: PanelAxis(range: Axis(holding: trace), label: "Log-likelihood, nats"))
    let points = trace.enumerated().map { [Double($0), $1] }
    course.add(.lines([points]), .outline(0))
    course.add(.points(trace.count <= 60 ? points : []), .dot(0))
    let gains = trace.indices.dropFirst().compactMap { i -> [Double]? in
      let gain = trace[i] - trace[i - 1]
      return gain > 0 ? [Double(i), decimalLogarithm(gain)] : nil
    }
    var panels = [course]
    if gains.count > 1 {
      let range = Axis(holding: gains.map { $0[1] })
      var gain = Panel(
        x: PanelAxis(range: iterations, label: "Iteration"),
        y: PanelAxis(range: range, label: "Gain, nats", tics: .names(range.powersOfTen)))
      gain.add(.lines([gains]), .outline(1))
      gain.add(.points(gains.count <= 60 ? gains : []), .dot(1))
      panels.append(gain)
    }
    var figure = Figure.grid(panels, columns: (options.width ?? 760) < 560 ? 1 : 2)
    figure.naturalSize = (760, 380)
    let state = model.hasConverged ? "converged" : "not converged"
    let count = model.iterations
    return finished(
      figure, notes: ["\(count.counted("iteration")), \(state)."])
  }
}

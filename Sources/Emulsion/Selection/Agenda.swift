import Synchronization

/// In which order the cells of a grid are fitted where the search may be ended before all are: those that
/// promise most come first.
///
/// A cell promises what its best neighbour has come to by the criterion: the one of the same family and structure with the
/// next smaller or larger number of components, or of another structure with as many. Those with the
/// fewest components come first of all, since they have no smaller neighbour, and cost little. Of equal promises
/// the cell with fewer components begins, then the one that the grid names first. Results don't depend on
/// the order: fits know nothing of each other.
struct Agenda: Sendable {
  /// A cell as far as its neighbours matter.
  private struct Cell: Sendable {
    var family: String
    var structure: String
    /// Its place among the numbers of components.
    var step: Int
    var components: Int
  }

  private let cells: [Cell]
  private let criterion: any SelectionCriterion

  init(_ options: [FitOptions], by criterion: any SelectionCriterion) {
    let counts = Set(options.map(\.components)).sorted()
    cells = options.map { options in
      Cell(
        family: options.family.label,
        structure: options.family.usesCovariance ? options.covariance : "",
        step: counts.firstIndex(of: options.components) ?? 0, components: options.components)
    }
    self.criterion = criterion
  }

  /// The order as it comes out while fits end.
  func begun() -> Order { Order(self) }

  private func areNeighbours(_ a: Int, _ b: Int) -> Bool {
    let (a, b) = (cells[a], cells[b])
    guard a.family == b.family else { return false }
    return a.structure == b.structure ? abs(a.step - b.step) == 1 : a.step == b.step
  }

  /// Hands out cells, and learns what fits have come to.
  final class Order: Sendable {
    private struct State {
      var waiting: [Int]
      /// The best that a neighbour has come to.
      var promises: [Double]
    }

    private let agenda: Agenda
    private let state: Mutex<State>

    fileprivate init(_ agenda: Agenda) {
      self.agenda = agenda
      state = Mutex(
        State(
          waiting: Array(agenda.cells.indices),
          promises: agenda.cells.map { $0.step == 0 ? -.infinity : .infinity }))
    }

    /// The cell to fit next; it must be asked for no more often than there are cells.
    func next() -> Int {
      state.withLock { state in
        let best = state.waiting.indices.min { a, b in
          let (a, b) = (state.waiting[a], state.waiting[b])
          return (state.promises[a], agenda.cells[a].components, a)
            < (state.promises[b], agenda.cells[b].components, b)
        }
        return state.waiting.remove(at: best ?? 0)
      }
    }

    /// Tells what a fit has come to.
    func note(_ entry: Selection.Entry, at index: Int) {
      guard entry.isEligible else { return }
      let value = entry.value(of: agenda.criterion)
      let height = value.isFinite ? value : entry.bic
      state.withLock { state in
        for other in state.waiting where agenda.areNeighbours(index, other) {
          state.promises[other] = min(state.promises[other], height)
        }
      }
    }
  }
}

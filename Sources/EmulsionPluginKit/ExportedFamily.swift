import CEmulsionPlugin
import Emulsion

/// What the functions of a table ask of a family, without its generic parameters.
protocol ExportedFamily {
  var name: String { get }
  /// The number of columns it describes; 0 for any.
  var columns: Int { get }
  /// How many threads may call at once; 0 for no limit.
  var maximumThreads: Int { get }
  /// Names, domains and shapes.
  var parameters: [(name: String, domain: String, shape: Int32)] { get }
  /// What ``supports(_:_:)`` accepts.
  var support: String { get }

  func supports(_ column: Int, _ value: Double) -> Bool
  func allows(_ parameter: Int, _ value: Double) -> Bool
  func statisticCount(_ columns: Int) -> Int
  func neutral(_ columns: Int) throws -> [Double]
  func addLogDensity(
    of block: borrowing Block, _ parameters: [Double], to lanes: inout MutableSpan<Double>) throws
  func accumulate(
    _ block: borrowing Block, weights: Span<Double>, _ parameters: [Double],
    into sums: UnsafeMutableBufferPointer<Double>) throws
  func estimate(_ columns: Int, sums: [Double], count: Double, previous: [Double]) throws
    -> [Double]
  func sample(_ columns: Int, _ parameters: [Double], using random: inout CounterRandom) throws
    -> [Double]
  func freeParameters(_ columns: Int, components: Int) -> Int
  func moments(_ columns: Int, _ parameters: [Double]) throws -> Moments?
  func problem(_ columns: Int, _ parameters: [Double], count: Double) -> String?
}

/// What exponential families tell besides.
protocol ExportedNaturalForm {
  /// Writes feature i of every row from `lanes + i * stride` on.
  func writeFeatures(
    of block: borrowing Block, into lanes: UnsafeMutablePointer<Double>, stride: Int) throws
  /// η and −A; `nil` where they would lose digits.
  func naturalForm(_ columns: Int, _ parameters: [Double]) throws -> (
    eta: [Double], offset: Double
  )?
  var hasBaseMeasure: Bool { get }
  func addLogBaseMeasure(of block: borrowing Block, to lanes: inout MutableSpan<Double>) throws
}

/// What a table has as its context: C function pointers capture nothing.
final class ExportedBox {
  let family: any ExportedFamily
  /// The family's natural form; `nil` where it has none.
  let natural: (any ExportedNaturalForm)?

  init(_ family: any ExportedFamily) {
    self.family = family
    natural = family as? any ExportedNaturalForm
  }
}

extension ExportedFamily {
  /// The number of numbers of a component's parameters.
  func parameterCount(_ columns: Int) -> Int {
    parameters.reduce(0) { sum, parameter in
      switch parameter.shape {
      case EMULSION_MATRIX: sum + columns * columns
      case EMULSION_VECTOR: sum + columns
      default: sum + 1
      }
    }
  }

  /// The table, which holds the family as its context.
  func makeTable() -> emulsion_family {
    let list = UnsafeMutablePointer<emulsion_parameter>.allocate(capacity: parameters.count)
    for (place, parameter) in parameters.enumerated() {
      (list + place).initialize(
        to: emulsion_parameter(
          name: lastingText(parameter.name), domain: lastingText(parameter.domain),
          shape: UInt32(parameter.shape)))
    }
    var table = emulsion_family()
    table.size = MemoryLayout<emulsion_family>.size
    table.name = lastingText(name)
    table.columns = UInt32(columns)
    table.maximum_threads = UInt32(clamping: maximumThreads)
    table.parameters = UnsafePointer(list)
    table.parameter_count = parameters.count
    let box = ExportedBox(self)
    table.context = Unmanaged.passRetained(box).toOpaque()
    table.support = lastingText(support)
    setFunctions(of: &table)
    if let natural = box.natural {
      setNaturalForm(of: &table, hasBaseMeasure: natural.hasBaseMeasure)
    }
    return table
  }

  private func setFunctions(of table: inout emulsion_family) {
    table.supports = { exported($0)?.supports(Int($1), $2) == true ? 1 : 0 }
    table.allows = { exported($0)?.allows($1, $2) == true ? 1 : 0 }
    table.neutral = { context, columns, out, error in
      status(error, context) { write(try $0.neutral(Int(columns)), to: out) }
    }
    table.add_log_density = { context, block, parameters, lanes, error in
      guard let block = block?.pointee, let values = block.values else { return EMULSION_FAILED }
      return status(error, context) { family in
        let columns = Int(block.columns)
        let parameters = array(parameters, family.parameterCount(columns))
        try Block.withBlock(of: values, rows: block.rows, columns: columns, stride: block.stride) {
          var lanes = UnsafeMutableBufferPointer(start: lanes, count: block.rows).mutableSpan
          try family.addLogDensity(of: $0, parameters, to: &lanes)
        }
      }
    }
    table.statistic_count = { exported($0)?.statisticCount(Int($1)) ?? 0 }
    table.accumulate = { context, block, weights, parameters, sums, error in
      guard let block = block?.pointee, let values = block.values else { return EMULSION_FAILED }
      return status(error, context) { family in
        let columns = Int(block.columns)
        let parameters = array(parameters, family.parameterCount(columns))
        let sums = UnsafeMutableBufferPointer(start: sums, count: family.statisticCount(columns))
        try Block.withBlock(of: values, rows: block.rows, columns: columns, stride: block.stride) {
          try family.accumulate(
            $0, weights: UnsafeBufferPointer(start: weights, count: block.rows).span, parameters,
            into: sums)
        }
      }
    }
    table.estimate = { context, columns, sums, count, previous, out, error in
      let columns = Int(columns)
      return status(error, context) { family in
        write(
          try family.estimate(
            columns, sums: array(sums, family.statisticCount(columns)), count: count,
            previous: array(previous, family.parameterCount(columns))), to: out)
      }
    }
    table.sample = { context, columns, parameters, source, out, error in
      guard let source = source?.pointee, let bits = source.bits else { return EMULSION_FAILED }
      let columns = Int(columns)
      return status(error, context) { family in
        var random = CounterRandom(seed: bits(source.state))
        write(
          try family.sample(
            columns, array(parameters, family.parameterCount(columns)), using: &random), to: out)
      }
    }
    table.free_parameters = { exported($0)?.freeParameters(Int($1), components: $2) ?? 0 }
    table.moments = { context, columns, parameters, mean, covariance, error in
      let columns = Int(columns)
      return status(error, context) { family in
        let parameters = array(parameters, family.parameterCount(columns))
        guard let moments = try family.moments(columns, parameters) else {
          throw EmulsionError(.degenerate, "there are no moments")
        }
        write(moments.mean, to: mean)
        write(moments.covariance.values, to: covariance)
      }
    }
    table.problem = { context, columns, parameters, count, text in
      guard let family = exported(context) else { return 0 }
      let columns = Int(columns)
      let parameters = array(parameters, family.parameterCount(columns))
      guard let problem = family.problem(columns, parameters, count: count) else { return 0 }
      write(problem, to: text)
      return 1
    }
  }
}

extension ExportedFamily {
  private func setNaturalForm(of table: inout emulsion_family, hasBaseMeasure: Bool) {
    table.features = { context, block, lanes, stride, error in
      guard let block = block?.pointee, let values = block.values, let lanes,
        let natural = box(context)?.natural
      else { return EMULSION_FAILED }
      return status(error, context) { _ in
        try Block.withBlock(
          of: values, rows: block.rows, columns: Int(block.columns), stride: block.stride
        ) { try natural.writeFeatures(of: $0, into: lanes, stride: stride) }
      }
    }
    table.natural = { context, columns, parameters, eta, offset, error in
      guard let natural = box(context)?.natural else { return EMULSION_FAILED }
      let columns = Int(columns)
      var isApart = false
      let result = status(error, context) { family in
        let parameters = array(parameters, family.parameterCount(columns))
        guard let form = try natural.naturalForm(columns, parameters) else {
          isApart = true
          return
        }
        write(form.eta, to: eta)
        write([form.offset], to: offset)
      }
      return isApart ? EMULSION_APART : result
    }
    guard hasBaseMeasure else { return }
    table.add_log_base_measure = { context, block, lanes, error in
      guard let block = block?.pointee, let values = block.values,
        let natural = box(context)?.natural
      else { return EMULSION_FAILED }
      return status(error, context) { _ in
        try Block.withBlock(
          of: values, rows: block.rows, columns: Int(block.columns), stride: block.stride
        ) {
          var lanes = UnsafeMutableBufferPointer(start: lanes, count: block.rows).mutableSpan
          try natural.addLogBaseMeasure(of: $0, to: &lanes)
        }
      }
    }
  }
}

/// What is behind a table's context; `nil` where a host calls without it.
private func box(_ context: UnsafeMutableRawPointer?) -> ExportedBox? {
  context.map { Unmanaged<ExportedBox>.fromOpaque($0).takeUnretainedValue() }
}

/// The family behind a table's context.
private func exported(_ context: UnsafeMutableRawPointer?) -> (any ExportedFamily)? {
  box(context)?.family
}

private func array(_ start: UnsafePointer<Double>?, _ count: Int) -> [Double] {
  Array(UnsafeBufferPointer(start: start, count: count))
}

/// Runs `body` with the table's family; an error becomes a status and a text.
private func status(
  _ text: UnsafeMutablePointer<CChar>?, _ context: UnsafeMutableRawPointer?,
  _ body: (any ExportedFamily) throws -> Void
) -> Int32 {
  do {
    guard let family = exported(context) else {
      throw EmulsionError(.invalidOption, "called without the family's context")
    }
    try body(family)
    return EMULSION_OK
  } catch {
    write("\(error)", to: text)
    return (error as? EmulsionError)?.code == .degenerate ? EMULSION_DEGENERATE : EMULSION_FAILED
  }
}

private func write(_ text: String, to buffer: UnsafeMutablePointer<CChar>?) {
  guard let buffer else { return }
  let bytes = text.utf8CString.prefix(Int(EMULSION_TEXT_SIZE) - 1)
  for (place, byte) in bytes.enumerated() { buffer[place] = byte }
  buffer[bytes.count] = 0
}

private func write(_ values: [Double], to out: UnsafeMutablePointer<Double>?) {
  out?.update(from: values, count: values.count)
}

import Emulsion
import EmulsionData

extension Model: Reported {
  /// What a person reads of the fit.
  var reportText: String { summary(width: Console.width, more: "--format csv") }

  /// One row a component: its weight, mean and covariance (the lower triangle), or whatever numbers
  /// its family has; a row of the noise, component 0, has its weight alone.
  func reportTable() throws -> Table {
    var columns: [(name: String, column: Column)] = [
      ("component", .numbers(((1...components) + (noise == nil ? [] : [0])).map(Double.init))),
      ("weight", .numbers(weights + (noise.map { [$0.weight] } ?? []))),
    ]
    func add(_ name: String, _ values: [Double]) {
      columns.append((name, .numbers(values + (noise == nil ? [] : [.nan]))))
    }
    if let means, let covariances = knownCovariances {
      let hasOthers = covariances.areShownInFull
      for (j, name) in columnNames.enumerated() { add("mean \(name)", means.column(j)) }
      for i in columnNames.indices {
        for j in (hasOthers ? 0 : i)...i {
          // Columns in their order, as intervals name it.
          let names = [columnNames[min(i, j)], columnNames[max(i, j)]]
          add("covariance \(names[0]) \(names[1])", covariances.map { $0[i, j] })
        }
      }
    } else {
      for (position, parameter) in (parameters.first ?? []).enumerated() {
        let values = parameters.map { $0[position].value.numbers }
        for index in 0..<(values.first?.count ?? 0) {
          let suffix = values.first?.count == 1 ? "" : " \(index + 1)"
          let numbers = values.map { index < $0.count ? $0[index] : .nan }
          // Where columns are of texts, positions of levels would tell nobody anything.
          guard !levels.isEmpty, parameter.labels.count == values.first?.count else {
            add(parameter.name + suffix, numbers)
            continue
          }
          let label = parameter.labels[index]
          let isWhole = label.hasPrefix(parameter.name)
          if label != "" { add(isWhole ? label : "\(parameter.name) \(label)", numbers) }
        }
      }
    }
    return try Table(columns)
  }

  /// Everything a program may ask of the fit; names are those of the Lua API.
  var json: JSONValue {
    func told(_ fields: [ReportField]) -> [(name: String, value: JSONValue)] {
      fields.map { ($0.name, $0.value(self)) }
    }
    var fields = told(ReportField.all.filter { !$0.isOptional })
    fields.append(("weights", .numbers(weights)))
    if !levels.isEmpty {
      let lists = columnNames.compactMap { name in
        levels[name].map { (name: name, value: JSONValue.texts($0)) }
      }
      fields.append(("levels", .object(lists)))
    }
    fields += told(ReportField.all.filter(\.isOptional)).filter { $0.value != .null }
    if let means, let covariances = knownCovariances {
      fields.append(("means", .matrix(means)))
      fields.append(
        covariances.areShownInFull
          ? ("covariances", .list(covariances.map { .matrix($0.matrix) }))
          : ("variances", .list(covariances.map { .numbers($0.variances) })))
    } else {
      fields.append(
        (
          "parameters",
          .list(parameters.map { list in .object(list.map { ($0.name, $0.value.json) }) })
        ))
    }
    return .object(fields)
  }
}

extension Model {
  /// Every component's covariance, for families that have them.
  private var knownCovariances: [Covariance]? {
    let list = (0..<components).compactMap { covariance(ofComponent: $0) }
    return list.count == components ? list : nil
  }
}

extension [Covariance] {
  /// Whether reports give all elements: of many independent columns they give the variances alone, of
  /// which there are as many as parameters.
  fileprivate var areShownInFull: Bool {
    !allSatisfy { $0.isDiagonal && $0.dimension > 100 }
  }
}

extension ParameterValue {
  fileprivate var json: JSONValue {
    switch self {
    case .scalar(let value): .number(value)
    case .vector(let values): .numbers(values)
    case .matrix(let matrix): .matrix(matrix)
    case .covariance(let covariance): .matrix(covariance.matrix)
    }
  }
}

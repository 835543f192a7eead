public import CEmulsionPlugin
public import Emulsion

/// The table of a shared library that has these families of one number; several columns are
/// independent given the component.
///
/// It is all that a plugin in Swift needs:
///
/// ```swift
/// @c(emulsion_plugin_v1) public func plugin() -> UnsafePointer<emulsion_plugin>? {
///   exportPlugin(Rayleigh())
/// }
/// ```
public func exportPlugin<each Family: UnivariateExponentialFamily>(_ family: repeat each Family)
  -> UnsafePointer<emulsion_plugin>?
{
  var tables: [any ExportedFamily] = []
  repeat tables.append(UnivariateExport(each family))
  return plugin(of: tables)
}

/// The table of a shared library that has a family of any kind whose components are estimated apart from
/// each other, from sums that are numbers: ``ExponentialFamily``, or ``ComponentwiseFamily`` with ``Sums``. Exponential
/// families are evaluated by their features, once a block.
///
/// ```swift
/// @c(emulsion_plugin_v1) public func plugin() -> UnsafePointer<emulsion_plugin>? {
///   exportPlugin { columns in RadialLaplace(dimension: columns) }
/// }
/// ```
///
/// - Parameters:
///   - columns: How many columns the family describes; 0 for any number.
///   - family: The family of that many columns.
/// - Returns: `nil`, at which loading fails, where the family can't be made or has parameters other than
///   numbers, one number a column, and matrices of the columns.
public func exportPlugin<Family: ComponentFamily>(
  columns: Int = 0, _ family: @escaping @Sendable (_ columns: Int) throws -> Family
) -> UnsafePointer<emulsion_plugin>? where Family.Statistics: NumberedStatistics {
  guard let export = try? ComponentExport(columns: columns, family) else { return nil }
  return plugin(of: [export])
}

/// Tables that stay until the process ends, as the interface wants it.
func plugin(of families: [any ExportedFamily]) -> UnsafePointer<emulsion_plugin>? {
  let tables = UnsafeMutablePointer<UnsafePointer<emulsion_family>?>.allocate(
    capacity: families.count)
  for (place, family) in families.enumerated() {
    let table = UnsafeMutablePointer<emulsion_family>.allocate(capacity: 1)
    table.initialize(to: family.makeTable())
    (tables + place).initialize(to: UnsafePointer(table))
  }
  let plugin = UnsafeMutablePointer<emulsion_plugin>.allocate(capacity: 1)
  plugin.initialize(
    to: emulsion_plugin(
      abi: UInt32(EMULSION_PLUGIN_ABI), size: UInt32(MemoryLayout<emulsion_plugin>.size),
      family_count: families.count, families: UnsafePointer(tables)))
  return UnsafePointer(plugin)
}

/// A copy of a text that stays.
func lastingText(_ text: String) -> UnsafePointer<CChar> {
  let bytes = Array(text.utf8CString)
  let copy = UnsafeMutablePointer<CChar>.allocate(capacity: bytes.count)
  copy.initialize(from: bytes, count: bytes.count)
  return UnsafePointer(copy)
}

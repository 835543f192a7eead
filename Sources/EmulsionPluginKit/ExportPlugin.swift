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

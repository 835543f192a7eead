#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

/// Bytes of memory the machine has; `nil` where it does not say.
func physicalMemory() -> Int? {
  let pages = sysconf(Int32(_SC_PHYS_PAGES))
  let size = sysconf(Int32(_SC_PAGESIZE))
  guard pages > 0, size > 0 else { return nil }
  return pages.multipliedReportingOverflow(by: size).partialValue
}

#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

/// Bytes of memory that the process may use: what the machine has, less where a limit on the address
/// space (`ulimit -v`) leaves less.
package func machineMemory() -> Int {
  min(physicalMemory(), addressSpaceLeft() ?? .max)
}

private func physicalMemory() -> Int {
  let (pages, size) = (Int(sysconf(Int32(_SC_PHYS_PAGES))), Int(sysconf(Int32(_SC_PAGESIZE))))
  let (bytes, isTooLarge) = max(0, pages).multipliedReportingOverflow(by: max(0, size))
  return isTooLarge || bytes == 0 ? .max : bytes
}

/// What the limit leaves, with room for the runtime and the stacks of threads; `nil` without a limit.
private func addressSpaceLeft() -> Int? {
  var limit = rlimit()
  #if os(Linux)
    let known = getrlimit(__rlimit_resource_t(RLIMIT_AS.rawValue), &limit)
  #else
    let known = getrlimit(RLIMIT_AS, &limit)
  #endif
  guard known == 0, limit.rlim_cur < rlim_t(Int.max) else { return nil }
  return max(0, Int(limit.rlim_cur) - addressSpaceUsed()) / 8 * 7
}

/// Bytes of address space in use, as far as the system says.
private func addressSpaceUsed() -> Int {
  guard let file = fopen("/proc/self/statm", "r") else { return 0 }
  defer { fclose(file) }
  var line = [CChar](repeating: 0, count: 128)
  guard fgets(&line, Int32(line.count), file) != nil else { return 0 }
  return max(0, strtol(line, nil, 10)).multipliedOrMax(by: Int(sysconf(Int32(_SC_PAGESIZE))))
}

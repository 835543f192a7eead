/// The name among `candidates` that `word` most likely meant, if any is near enough.
///
/// Near is a Damerau–Levenshtein distance (restricted: adjacent transpositions) of at most a third
/// of the longer length, at least 1; a unique completion of `word` also counts. Case is ignored.
public func nearestName(to word: String, among candidates: [String]) -> String? {
  let lowered = Array(word.lowercased().unicodeScalars)
  guard !lowered.isEmpty else { return nil }
  var best: (name: String, distance: Int)?
  for candidate in candidates {
    let other = Array(candidate.lowercased().unicodeScalars)
    let distance = editDistance(lowered, other)
    let limit = max(1, max(lowered.count, other.count) / 3)
    if distance <= limit && distance < best?.distance ?? .max { best = (candidate, distance) }
  }
  if let best { return best.name }
  let completions = candidates.filter { $0.lowercased().hasPrefix(word.lowercased()) }
  return completions.count == 1 ? completions[0] : nil
}

/// `; did you mean "full"?`, the end of an error text, if any candidate is near enough to `word`.
public func spellingHint(for word: String, among candidates: [String]) -> String? {
  nearestName(to: word, among: candidates).map { "; did you mean \(quoted($0))?" }
}

/// The end of an error text about a name that is not among `names`: the nearest of them, or else all.
public func nameHint(for name: String, among names: [String]) -> String {
  spellingHint(for: name, among: names)
    ?? (names.isEmpty ? "" : "; there are \(names.joined(separator: ", "))")
}

/// A name in quotation marks, for error texts.
func quoted(_ name: String) -> String { "\"\(name)\"" }

private func editDistance(_ a: [Unicode.Scalar], _ b: [Unicode.Scalar]) -> Int {
  var beforePrevious = [Int](repeating: 0, count: b.count + 1)
  var previous = Array(0...b.count)
  var current = previous
  for i in 0..<a.count {
    current[0] = i + 1
    for j in 0..<b.count {
      let substitution = previous[j] + (a[i] == b[j] ? 0 : 1)
      current[j + 1] = min(substitution, previous[j + 1] + 1, current[j] + 1)
      if i > 0 && j > 0 && a[i] == b[j - 1] && a[i - 1] == b[j] {
        current[j + 1] = min(current[j + 1], beforePrevious[j - 1] + 1)
      }
    }
    (beforePrevious, previous, current) = (previous, current, beforePrevious)
  }
  return previous[b.count]
}

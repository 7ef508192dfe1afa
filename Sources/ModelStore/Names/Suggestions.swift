/// "Did you mean": the names nearest to what was typed.
package enum Suggestions {
    /// At most `limit` of `candidates`, nearest first; none that is further than a third of the typed length.
    ///
    /// A candidate is compared with and without what stands before its `/` and after its `:`.
    package static func nearest(to typed: String, among candidates: [String], limit: Int = 3) -> [String] {
        let typed = Array(typed.lowercased().unicodeScalars.prefix(200))
        let allowed = max(2, typed.count / 3)
        let rated = candidates.compactMap { candidate -> (distance: Int, name: String)? in
            let distance = forms(of: candidate).map { editDistance(typed, Array($0.unicodeScalars)) }.min() ?? .max
            return distance <= allowed ? (distance, candidate) : nil
        }
        return rated.sorted { ($0.distance, $0.name) < ($1.distance, $1.name) }.prefix(limit).map(\.name)
    }

    private static func forms(of name: String) -> [String] {
        let full = name.lowercased()
        let untagged = String(splitTag(full).path)
        return [full, untagged].flatMap { [$0, String($0.drop { $0 != "/" }.dropFirst())] }.filter { !$0.isEmpty }
    }

    /// Insertions, deletions and substitutions between two texts (Wagner and Fischer 1974), one row at a time.
    private static func editDistance(_ left: [Unicode.Scalar], _ right: [Unicode.Scalar]) -> Int {
        var row = Array(0...right.count)
        for (i, scalar) in left.enumerated() {
            var diagonal = row[0]
            row[0] = i + 1
            for (j, other) in right.enumerated() {
                let substituted = diagonal + (scalar == other ? 0 : 1)
                diagonal = row[j + 1]
                row[j + 1] = min(substituted, row[j] + 1, row[j + 1] + 1)
            }
        }
        return row[right.count]
    }
}

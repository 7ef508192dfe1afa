/// `L?B{n,m}`: a run of scalars of one set, maybe with one scalar of another before it; the form of most
/// patterns that are used several in a row.
struct RunScanner: Scanner, Equatable {
    /// Runs must be found short enough that trying each place anew costs nothing.
    private static let longestMinimum = 8

    let lead: ScalarSet?
    let body: ScalarSet
    let minimum: Int
    let maximum: Int

    /// Nil when the pattern has another form.
    init?(_ node: PatternNode) {
        var items = if case .sequence(let items) = node { items } else { [node] }
        lead = Self.takeLead(&items)
        guard let (body, minimum, maximum) = Self.run(items), minimum > 0, minimum <= Self.longestMinimum else {
            return nil
        }
        (self.body, self.minimum, self.maximum) = (body, minimum, maximum)
    }

    private static func takeLead(_ items: inout [PatternNode]) -> ScalarSet? {
        guard items.count > 1, case .repeated(.set(let set), 0, 1, .greedy) = items[0] else { return nil }
        items.removeFirst()
        return set
    }

    /// One greedy repetition, or the same set some times over.
    private static func run(_ items: [PatternNode]) -> (ScalarSet, Int, Int)? {
        guard let first = items.first else { return nil }
        if items.count == 1, case .repeated(.set(let set), let minimum, let maximum, .greedy) = first {
            return (set, minimum, maximum ?? .max)
        }
        guard case .set(let set) = first, items.allSatisfy({ $0 == first }) else { return nil }
        return (set, items.count, items.count)
    }

    func matchEnd(at place: Int, in text: UTF8Text, before end: Int) -> Int? {
        if let lead {
            let first = text[place]
            if lead.contains(first), let match = run(from: first.end, in: text, before: end) { return match }
        }
        return run(from: place, in: text, before: end)
    }

    private func run(from place: Int, in text: UTF8Text, before end: Int) -> Int? {
        var place = place
        var count = 0
        while place < end, count < maximum {
            let scalar = text[place]
            guard body.contains(scalar) else { break }
            place = scalar.end
            count += 1
        }
        return count >= minimum ? place : nil
    }
}

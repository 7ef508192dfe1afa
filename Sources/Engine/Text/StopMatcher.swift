/// Finds stop strings in text that arrives in pieces, and holds back what may be the start of one.
///
/// Works on UTF-8 bytes; a stop string is whole UTF-8, so it never cuts a character in half.
package struct StopMatcher: Sendable {
    private let stops: [[UInt8]]
    private var held: [UInt8] = []

    package init(_ stops: [String]) {
        self.stops = stops.map { Array($0.utf8) }.filter { !$0.isEmpty }
    }

    package struct Result: Sendable, Equatable {
        /// Text that is safe to send.
        package var text: String
        /// A stop string was found; the text ends before it.
        package var isStopped: Bool

        package init(text: String, isStopped: Bool) {
            self.text = text
            self.isStopped = isStopped
        }
    }

    package mutating func append(_ piece: String) -> Result {
        if stops.isEmpty { return Result(text: piece, isStopped: false) }
        held.append(contentsOf: piece.utf8)
        if let start = stops.compactMap({ find($0) }).min() {
            defer { held.removeAll() }
            return Result(text: String(decoding: held[..<start], as: UTF8.self), isStopped: true)
        }
        let safe = held.count - longestPrefixAtEnd()
        defer { held.removeFirst(safe) }
        return Result(text: String(decoding: held[..<safe], as: UTF8.self), isStopped: false)
    }

    /// What was held back, when no more text comes.
    package mutating func finish() -> String {
        defer { held.removeAll() }
        return String(decoding: held, as: UTF8.self)
    }

    private func find(_ stop: [UInt8]) -> Int? {
        guard held.count >= stop.count else { return nil }
        return (0...held.count - stop.count).first { held[$0..<$0 + stop.count].elementsEqual(stop) }
    }

    /// The length of the longest end of `held` that begins some stop string.
    private func longestPrefixAtEnd() -> Int {
        stops.map { stop in
            let longest = min(stop.count - 1, held.count)
            return (0...longest).reversed().first { held.suffix($0).elementsEqual(stop.prefix($0)) } ?? 0
        }.max() ?? 0
    }
}

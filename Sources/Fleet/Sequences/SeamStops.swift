/// Finds a stop text that begins at the end of what another worker sent and ends in what comes now. Pure.
///
/// An engine that sends text before it knows whether it is the beginning of a stop text leaves that to whoever goes on
/// behind it, and an engine that goes on behind text looks for stop texts only in its own.
package struct SeamStops: Sendable {
    /// What each stop text lacks that may have begun.
    private var rests: [[UInt8]]
    private var held = ""

    /// Text has come that is not sent yet.
    var isHolding: Bool { !held.isEmpty }

    /// Nil when no stop text can have begun.
    ///
    /// - Parameter text: what was sent.
    package init?(_ stops: [String], behind text: String) {
        rests = stops.flatMap { stop -> [[UInt8]] in
            let bytes = Array(stop.utf8)
            return (1..<max(bytes.count, 1)).filter { text.utf8.suffix($0).elementsEqual(bytes.prefix($0)) }
                .map { Array(bytes[$0...]) }
        }
        if rests.isEmpty { return nil }
    }

    /// Takes more text; once no stop text is possible any more, it is sent as it comes.
    ///
    /// - Returns: what is safe to send, and whether a stop text has come: then nothing follows.
    package mutating func append(_ text: String) -> (text: String, isStopped: Bool) {
        held += text
        let bytes = Array(held.utf8)
        if rests.contains(where: { bytes.starts(with: $0) }) {
            held = ""
            return ("", true)
        }
        rests.removeAll { !$0.starts(with: bytes) }
        return rests.isEmpty ? (finish(), false) : ("", false)
    }

    /// What was held back, when no more text comes.
    package mutating func finish() -> String {
        defer { held = "" }
        return held
    }
}

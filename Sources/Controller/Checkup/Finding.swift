/// One thing that was looked at in a cluster, and what to do about it.
package struct Finding: Sendable, Hashable {
    package enum Level: String, Sendable {
        case good
        /// Nothing has to be done.
        case note
        /// Harvest does not work as long as it is so.
        case problem
    }

    package let level: Level
    /// A sentence.
    package let text: String

    package init(_ level: Level, _ text: String) {
        self.level = level
        self.text = text
    }
}

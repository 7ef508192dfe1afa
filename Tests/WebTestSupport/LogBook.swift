package import Logging
import Synchronization

/// Keeps every line that is logged, of every level.
package final class LogBook: Sendable {
    private let lines = Mutex<[String]>([])

    package init() {}

    package var text: String { lines.withLock { $0.joined(separator: "\n") } }

    /// Writes here.
    package var logger: Logger { Logger(label: "gleaner.tests") { _ in Handler(book: self) } }

    private func add(_ line: String) { lines.withLock { $0.append(line) } }

    private struct Handler: LogHandler {
        let book: LogBook
        var metadata = Logger.Metadata()
        var logLevel = Logger.Level.trace

        subscript(metadataKey key: String) -> Logger.Metadata.Value? {
            get { metadata[key] }
            set { metadata[key] = newValue }
        }

        func log(event: LogEvent) {
            let all = metadata.merging(event.metadata ?? [:]) { $1 }
            book.add("\(event.level) \(event.message) \(all.sorted { $0.key < $1.key })")
        }
    }
}

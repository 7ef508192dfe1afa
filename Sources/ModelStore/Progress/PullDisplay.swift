/// Turns the events of a pull into text. Pure: it knows neither a clock nor a terminal.
package struct PullDisplay: Sendable {
    /// Where the text goes.
    package enum Style: Sendable, Equatable {
        /// One line, drawn over and over, at most `width` columns wide.
        case terminal(width: Int)
        /// A line for each tenth: a log or a pipe.
        case lines
    }

    private static let redrawInterval = 0.1
    private static let barWidth = 24

    private let style: Style
    private var meter = TransferMeter()
    private var total = 0
    private var arrived: [String: Int] = [:]
    private var lastDrawn = -Double.infinity
    private var lastTenth = 0
    /// Whether the cursor stands at the end of a progress line.
    private var isLineOpen = false

    package init(style: Style) { self.style = style }

    /// What to write when `event` comes at `time`, in seconds from any start; nil for nothing.
    package mutating func text(for event: PullEvent, at time: Double) -> String? {
        switch event {
        case .chosen(let name, let files): return begin(name, files, at: time)
        case .arrived(let file, let bytes):
            arrived[file] = bytes
            return progress(at: time)
        case .waiting(let file): return note("Another gleaner downloads \(file): waiting for it")
        case .checking(let file, let bytes): return note("Checking the \(ByteCount(bytes)) of \(file) that are here")
        case .restarted(let file): return note("The server cannot go on in the middle: \(file) starts again")
        case .retrying(let reason, let delay):
            return note("Trying again in \(clockText(delay / .seconds(1))): \(reason)")
        }
    }

    /// What to write when no more events come.
    package mutating func end() -> String? {
        defer { isLineOpen = false }
        return isLineOpen ? "\n" : nil
    }

    private mutating func begin(_ name: ModelName, _ files: [PullEvent.File], at time: Double) -> String {
        total = files.reduce(0) { $0 + $1.size }
        arrived = Dictionary(files.map { ($0.path, $0.bytesHere) }, uniquingKeysWith: max)
        lastTenth = tenths
        meter.note(done, at: time)
        let count = files.count == 1 ? "1 file" : "\(files.count) files"
        let here = done > 0 ? ", of which \(ByteCount(done)) are here" : ""
        return note("Pulling \(name): \(count), \(ByteCount(total))\(here)")
    }

    private mutating func note(_ text: String) -> String {
        let start = end() ?? ""
        return start + text + "\n"
    }

    // MARK: The progress line

    private var done: Int { arrived.values.reduce(0, +) }
    private var tenths: Int { total > 0 ? Int(Double(done) / Double(total) * 10) : 10 }

    private mutating func progress(at time: Double) -> String? {
        meter.note(done, at: time)
        switch style {
        case .terminal(let width):
            guard time - lastDrawn >= Self.redrawInterval || done == total else { return nil }
            lastDrawn = time
            isLineOpen = true
            return "\r" + String(line(withBar: true).prefix(max(width - 1, 1))) + "\u{1B}[K"
        case .lines:
            guard tenths > lastTenth else { return nil }
            lastTenth = tenths
            return line(withBar: false) + "\n"
        }
    }

    private func line(withBar: Bool) -> String {
        let share = total > 0 ? Double(done) / Double(total) : 1
        let filled = Int(share * Double(Self.barWidth))
        let bar = String(repeating: "#", count: filled) + String(repeating: "-", count: Self.barWidth - filled)
        let percent = String(repeating: " ", count: share < 0.1 ? 2 : share < 1 ? 1 : 0) + "\(Int(share * 100)) %"
        var parts = [percent] + (withBar ? ["[\(bar)]"] : []) + ["\(ByteCount(done)) of \(ByteCount(total))"]
        if let rate = meter.rate { parts.append("\(ByteCount(Int(rate)))/s") }
        if let left = meter.remaining(of: total), done < total { parts.append("\(clockText(left)) left") }
        return parts.joined(separator: "  ")
    }
}

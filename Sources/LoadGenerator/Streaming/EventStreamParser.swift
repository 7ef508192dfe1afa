/// Cuts a stream of server-sent events (WHATWG HTML, section 9.2) into the data of its events, however the
/// network cuts it into pieces. Lines end in LF, CR or CRLF; comments and other fields than `data` are skipped.
package struct EventStreamParser: Sendable {
    /// Thrown for a line, or the data of one event, that is longer than the limit.
    package struct TooLong: Error, Equatable {
        package let maximumBytes: Int

        package init(maximumBytes: Int) { self.maximumBytes = maximumBytes }
    }

    private let maximumEventBytes: Int
    private var line: [UInt8] = []
    private var data: [UInt8] = []
    private var hasData = false
    private var endedInCR = false
    private var isFirstLine = true

    package init(maximumEventBytes: Int = 1 << 20) { self.maximumEventBytes = maximumEventBytes }

    /// Takes the next piece of the stream.
    /// - Returns: the data of each event that it completes, in order.
    package mutating func feed(_ bytes: some Sequence<UInt8>) throws(TooLong) -> [[UInt8]] {
        var events: [[UInt8]] = []
        for byte in bytes {
            let isSecondOfPair = byte == 0x0A && endedInCR
            endedInCR = byte == 0x0D
            if isSecondOfPair { continue }
            if byte == 0x0A || byte == 0x0D {
                if let event = endLine() { events.append(event) }
            } else {
                guard line.count + data.count < maximumEventBytes else {
                    throw TooLong(maximumBytes: maximumEventBytes)
                }
                line.append(byte)
            }
        }
        return events
    }

    /// The event that lacks only its empty line at the end of the stream: the standard drops it, but servers
    /// forget that line after their last event.
    package mutating func finish() -> [UInt8]? {
        if !line.isEmpty, let event = endLine() { return event }
        return endLine()
    }

    /// Returns the data of the event that the line ends, if it is an empty line after data.
    private mutating func endLine() -> [UInt8]? {
        if isFirstLine, line.starts(with: [0xEF, 0xBB, 0xBF]) { line.removeFirst(3) }
        isFirstLine = false
        defer { line.removeAll(keepingCapacity: true) }
        guard line.isEmpty else {
            noteField()
            return nil
        }
        defer { (data, hasData) = ([], false) }
        return hasData ? data : nil
    }

    private mutating func noteField() {
        let name = line.prefix { $0 != UInt8(ascii: ":") }
        guard name.elementsEqual("data".utf8) else { return }
        let value = line.dropFirst(name.count + 1)
        if hasData { data.append(0x0A) }
        hasData = true
        data.append(contentsOf: value.first == 0x20 ? value.dropFirst() : value)
    }
}

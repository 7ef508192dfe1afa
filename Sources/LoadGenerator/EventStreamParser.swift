/// Cuts a stream of server-sent events (WHATWG HTML, section 9.2) into the data of its events, however the
/// network cuts it into pieces.
package struct EventStreamParser: Sendable {
    /// An event that is larger is a fault of the server.
    package static let maximumEventBytes = 8 << 20

    package struct TooLong: Error {}

    private var line: [UInt8] = []
    private var data: [UInt8] = []
    private var hasData = false
    private var endedInCR = false
    private var isAtStart = true

    package init() {}

    /// Takes the next piece and calls `event` with the data of each event that it completes.
    ///
    /// - Throws: `TooLong`, or what `event` throws.
    package mutating func feed(_ bytes: some Sequence<UInt8>, _ event: ([UInt8]) throws -> Void) throws {
        for byte in bytes {
            let isSecondOfPair = byte == 0x0A && endedInCR
            endedInCR = byte == 0x0D
            if isSecondOfPair { continue }
            if byte == 0x0A || byte == 0x0D {
                try endLine(event)
            } else {
                guard line.count + data.count < Self.maximumEventBytes else { throw TooLong() }
                line.append(byte)
            }
        }
    }

    private mutating func endLine(_ event: ([UInt8]) throws -> Void) throws {
        if isAtStart && line.starts(with: [0xEF, 0xBB, 0xBF]) { line.removeFirst(3) }
        isAtStart = false
        defer { line.removeAll(keepingCapacity: true) }
        guard !line.isEmpty else {
            defer { (data, hasData) = ([], false) }
            return hasData ? try event(data) : ()
        }
        let field = line.prefix { $0 != UInt8(ascii: ":") }
        guard field.elementsEqual("data".utf8) else { return }
        let value = line.dropFirst(field.count + 1)
        if hasData { data.append(0x0A) }
        hasData = true
        data.append(contentsOf: value.first == 0x20 ? value.dropFirst() : value)
    }
}

/// Cuts a stream of server-sent events (WHATWG HTML, section 9.2) into the data of its events, however the network
/// cuts it into pieces. Lines end in LF, CR or CRLF; comments and other fields than `data` are skipped.
///
/// An event that lies in one piece is not copied; of one that does not, each byte is copied once.
struct EventSplitter: Sendable {
    /// The data of an event.
    enum Event {
        /// A part of the piece.
        case inPlace(UnsafeRawBufferPointer)
        case copied([UInt8])
    }

    private let maximumEventBytes: Int
    /// The start of a line whose end has not come.
    private var line: [UInt8] = []
    /// The lines of data since the last event.
    private var data: [UInt8] = []
    private var hasData = false
    /// Bytes since the last event that are no data: one who says nothing does not do so for ever.
    private var idleBytes = 0
    private var endedInCR = false

    init(maximumEventBytes: Int) { self.maximumEventBytes = maximumEventBytes }

    /// The next event that ends in `bytes`, nil when there is none any more.
    ///
    /// - Parameter position: where to go on in `bytes`; 0 for a new piece.
    /// - Throws: `.broken` for an event that is longer than the limit, with what came before it and says nothing.
    mutating func next(in bytes: UnsafeRawBufferPointer, from position: inout Int) throws(RemoteFailure) -> Event? {
        while position < bytes.count {
            if endedInCR {
                endedInCR = false
                if bytes[position] == 0x0A {
                    (position, idleBytes) = (position + 1, idleBytes + 1)
                    continue
                }
            }
            guard let end = Self.lineEnd(in: bytes, from: position) else {
                try keep(UnsafeRawBufferPointer(rebasing: bytes[position...]))
                position = bytes.count
                return nil
            }
            let piece = UnsafeRawBufferPointer(rebasing: bytes[position..<end])
            position = end + 1
            endedInCR = bytes[end] == 0x0D
            if let event = try endLine(piece, isBlankNext: position < bytes.count && bytes[position] == 0x0A) {
                if case .inPlace = event { position += 1 }
                return event
            }
        }
        return nil
    }

    private static func lineEnd(in bytes: UnsafeRawBufferPointer, from start: Int) -> Int? {
        var place = start
        while place < bytes.count {
            if bytes[place] == 0x0A || bytes[place] == 0x0D { return place }
            place += 1
        }
        return nil
    }

    private mutating func keep(_ piece: UnsafeRawBufferPointer) throws(RemoteFailure) {
        try checkSize(adding: piece.count)
        line.append(contentsOf: piece)
    }

    private func checkSize(adding count: Int) throws(RemoteFailure) {
        guard count <= maximumEventBytes - line.count - data.count - idleBytes else {
            throw .broken("an event of its stream is longer than \(maximumEventBytes) bytes")
        }
    }

    /// Takes a line that has ended, and the event with it if it is the empty line after data, or the only line of
    /// data with the empty one behind it.
    private mutating func endLine(
        _ piece: UnsafeRawBufferPointer, isBlankNext: Bool
    ) throws(RemoteFailure) -> Event? {
        try checkSize(adding: piece.count)
        guard line.isEmpty else {
            line.append(contentsOf: piece)
            let whole = line
            line.removeAll(keepingCapacity: true)
            whole.withUnsafeBytes { note($0) }
            return nil
        }
        guard !piece.isEmpty else { return takeEvent() }
        if isBlankNext, !endedInCR, !hasData, let value = Self.value(ofData: piece) {
            idleBytes = 0
            return .inPlace(value)
        }
        note(piece)
        return nil
    }

    private mutating func takeEvent() -> Event? {
        guard hasData else {
            idleBytes += 1
            return nil
        }
        defer { (data, hasData, idleBytes) = ([], false, 0) }
        return .copied(data)
    }

    private mutating func note(_ line: UnsafeRawBufferPointer) {
        guard let value = Self.value(ofData: line) else { return idleBytes += line.count + 1 }
        if hasData { data.append(0x0A) }
        hasData = true
        data.append(contentsOf: value)
    }

    /// What a line of the field `data` holds; nil for other lines.
    private static func value(ofData line: UnsafeRawBufferPointer) -> UnsafeRawBufferPointer? {
        guard line.count >= 4, line[0] == UInt8(ascii: "d"), line[1] == UInt8(ascii: "a"),
            line[2] == UInt8(ascii: "t"), line[3] == UInt8(ascii: "a")
        else { return nil }
        guard line.count > 4 else { return UnsafeRawBufferPointer(rebasing: line[4...]) }
        guard line[4] == UInt8(ascii: ":") else { return nil }
        let start = line.count > 5 && line[5] == 0x20 ? 6 : 5
        return UnsafeRawBufferPointer(rebasing: line[start...])
    }
}

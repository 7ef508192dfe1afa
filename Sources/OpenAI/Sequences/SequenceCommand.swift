/// What a gateway tells a worker on the connection that its sequences share.
package enum SequenceCommand: Sendable, Equatable {
    case start(SequenceStart)
    case cancel(sequence: UInt32)
    /// The gateway lives.
    case pulse

    /// - Throws: what is wrong with the frame.
    package init(_ kind: SequenceProtocol.Kind, _ payload: UnsafeRawBufferPointer) throws(FrameError) {
        var reader = FrameReader(payload)
        switch kind {
        case .start: self = .start(try SequenceStart(&reader))
        case .cancel: self = .cancel(sequence: try reader.sequence())
        case .pulse: self = .pulse
        case .news: throw .kind(kind.rawValue)
        }
        try reader.finish()
    }

    /// Appends it as a frame.
    package func append(to frames: inout FrameWriter) {
        switch self {
        case .start(let start):
            frames.begin(.start)
            start.append(to: &frames)
        case .cancel(let sequence):
            frames.begin(.cancel)
            frames.append(Int(sequence))
        case .pulse: frames.begin(.pulse)
        }
        frames.end()
    }
}

/// A sequence to be generated.
package struct SequenceStart: Sendable, Equatable {
    package var sequence: UInt32
    /// By what the logs speak of it.
    package var name: String
    /// Its place in a trace, in header fields.
    package var trace: [(name: String, value: String)]
    package var prompt: [Int32]
    /// Tokens of its answer that were generated elsewhere.
    package var resumed: [Int32]
    /// A JSON object.
    package var parameters: [UInt8]

    static let maximumNameBytes = 512
    static let maximumTraceFields = 8
    static let maximumTraceBytes = 4 << 10

    package init(
        sequence: UInt32, name: String, trace: [(name: String, value: String)] = [], prompt: [Int32],
        resumed: [Int32] = [], parameters: [UInt8]
    ) {
        self.sequence = sequence
        self.name = name
        self.trace = trace
        self.prompt = prompt
        self.resumed = resumed
        self.parameters = parameters
    }

    fileprivate init(_ reader: inout FrameReader) throws(FrameError) {
        sequence = try reader.sequence()
        name = try reader.text("a name", atMost: Self.maximumNameBytes)
        trace = []
        for _ in 0..<(try reader.count("a trace", atMost: Self.maximumTraceFields)) {
            let name = try reader.text("a field of a trace", atMost: Self.maximumTraceBytes)
            trace.append((name, try reader.text("a field of a trace", atMost: Self.maximumTraceBytes)))
        }
        prompt = try reader.tokens("a prompt")
        resumed = try reader.tokens("resumed tokens")
        parameters = Array(reader.rest())
    }

    fileprivate func append(to frames: inout FrameWriter) {
        frames.append(Int(sequence))
        frames.append(name.utf8.count <= Self.maximumNameBytes ? name : "")
        let fields = trace.filter { max($0.name.utf8.count, $0.value.utf8.count) <= Self.maximumTraceBytes }
            .prefix(Self.maximumTraceFields)
        frames.append(fields.count)
        for field in fields {
            frames.append(field.name)
            frames.append(field.value)
        }
        frames.append(tokens: prompt)
        frames.append(tokens: resumed)
        frames.append(rest: parameters)
    }

    package static func == (left: Self, right: Self) -> Bool {
        left.sequence == right.sequence && left.name == right.name && left.prompt == right.prompt
            && left.resumed == right.resumed && left.parameters == right.parameters
            && left.trace.elementsEqual(right.trace) { $0 == $1 }
    }
}

extension FrameReader {
    mutating func sequence() throws(FrameError) -> UInt32 {
        UInt32(truncatingIfNeeded: try number("a sequence's number", atMost: SequenceProtocol.maximumSequence))
    }
}

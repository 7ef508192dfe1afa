import OpenAI
import WebTestSupport

/// A gateway's end of the connection that its sequences share.
struct SequenceClient {
    private var client: Client
    private var splitter = FrameSplitter(limit: SequenceProtocol.maximumNewsBytes)
    private var news: [SequenceNews] = []
    private(set) var pulses = 0

    /// Opens it, and waits until the worker has said something.
    static func opened(on client: Client) async throws -> SequenceClient {
        var sequences = SequenceClient(client: client)
        try await sequences.client.send(
            "POST \(SequenceProtocol.path) HTTP/1.1\r\nhost: t\r\ntransfer-encoding: chunked\r\n\r\n")
        let head = try await sequences.client.read(through: "\r\n\r\n")
        guard head.hasPrefix("HTTP/1.1 200") else { throw ClosedByServer(received: head) }
        try await sequences.nextPulse()
        return sequences
    }

    private init(client: Client) { self.client = client }

    func send(_ commands: SequenceCommand...) async throws {
        var frames = FrameWriter()
        for command in commands { command.append(to: &frames) }
        try await send(frames.bytes)
    }

    func send(_ bytes: [UInt8]) async throws {
        try await client.send(Array("\(String(bytes.count, radix: 16))\r\n".utf8) + bytes + Array("\r\n".utf8))
    }

    /// Starts a sequence of the model `demo`.
    func start(_ sequence: UInt32, _ parameters: String = "", prompt: [Int32] = [1, 2, 3], resumed: [Int32] = [])
        async throws
    {
        try await send(
            .start(
                SequenceStart(
                    sequence: sequence, name: "r\(sequence)", prompt: prompt, resumed: resumed,
                    parameters: Array(#"{"model":"demo"\#(parameters)}"#.utf8))))
    }

    /// The next news of any sequence.
    mutating func next() async throws -> SequenceNews {
        while news.isEmpty { guard try await read() else { throw ClosedByServer(received: "") } }
        return news.removeFirst()
    }

    mutating func next(_ count: Int) async throws -> [SequenceNews] {
        var all: [SequenceNews] = []
        for _ in 0..<count { all.append(try await next()) }
        return all
    }

    mutating func nextPulse() async throws {
        let before = pulses
        while pulses == before { guard try await read() else { throw ClosedByServer(received: "") } }
    }

    /// Everything until the worker ends it.
    mutating func rest() async throws -> [SequenceNews] {
        do { while try await read() {} } catch is ClosedByServer {}
        defer { news = [] }
        return news
    }

    private mutating func read() async throws -> Bool {
        guard let bytes = try await client.chunkBytes() else { return false }
        var (splitter, news, pulses) = (splitter, news, pulses)
        defer { (self.splitter, self.news, self.pulses) = (splitter, news, pulses) }
        try bytes.withUnsafeBufferPointer { bytes throws(FrameError) in
            try splitter.receive(UnsafeRawBufferPointer(bytes)) { kind, payload throws(FrameError) in
                if kind == .pulse { pulses += 1 } else { try SequenceNews.read(payload, into: &news) }
            }
        }
        return true
    }
}

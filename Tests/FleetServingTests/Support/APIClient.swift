import AsyncHTTPClient
import JSON
import NIOCore
import NIOHTTP1

/// A client of the public API of a gateway, or of the same API of a bare worker.
struct APIClient: Sendable {
    let base: String

    struct Answer: Sendable {
        let status: Int
        let headers: HTTPHeaders
        let body: JSON

        subscript(header: String) -> String? { headers.first(name: header) }

        /// The id that usage is recorded under.
        var generationID: String { headers.first(name: "x-generation-id") ?? "" }
    }

    func post(_ path: String, _ body: JSON, headers: [(String, String)] = []) async throws -> Answer {
        let response = try await send(path, body, headers)
        let bytes = try await response.body.collect(upTo: 64 << 20)
        return Answer(
            status: Int(response.status.code), headers: response.headers, body: try JSON.parse(String(buffer: bytes)))
    }

    func get(_ path: String) async throws -> (status: Int, body: String) {
        let response = try await HTTPClient.shared.execute(HTTPClientRequest(url: base + path), timeout: .seconds(60))
        return (Int(response.status.code), String(buffer: try await response.body.collect(upTo: 64 << 20)))
    }

    /// Begins a streamed answer.
    /// - Throws: `Refused` for another status than 200.
    func stream(_ path: String, _ body: JSON, headers: [(String, String)] = []) async throws -> StreamReader {
        let response = try await send(path, body, headers)
        guard response.status == .ok else {
            let bytes = try await response.body.collect(upTo: 1 << 20)
            throw Refused(status: Int(response.status.code), body: String(buffer: bytes))
        }
        return StreamReader(response)
    }

    /// A whole streamed answer.
    func transcript(_ path: String, _ body: JSON, headers: [(String, String)] = []) async throws -> Transcript {
        var reader = try await stream(path, body, headers: headers)
        return try await reader.rest()
    }

    private func send(_ path: String, _ body: JSON, _ headers: [(String, String)]) async throws -> HTTPClientResponse {
        var request = HTTPClientRequest(url: base + path)
        request.method = .POST
        request.headers.add(name: "content-type", value: "application/json")
        request.headers.add(contentsOf: headers)
        request.body = .bytes(ByteBuffer(string: body.serialized()))
        return try await HTTPClient.shared.execute(request, timeout: .seconds(60))
    }
}

struct Refused: Error {
    let status: Int
    let body: String
}

/// Reads a stream of server-sent events as it comes.
struct StreamReader {
    private(set) var transcript = Transcript()
    /// Lines that say nothing but that the stream lives.
    private(set) var numComments = 0
    /// The id that usage is recorded under.
    let generationID: String
    let requestID: String
    private var body: HTTPClientResponse.Body.AsyncIterator
    private var received = ByteBuffer()

    fileprivate init(_ response: HTTPClientResponse) {
        generationID = response.headers.first(name: "x-generation-id") ?? ""
        requestID = response.headers.first(name: "x-request-id") ?? ""
        body = response.body.makeAsyncIterator()
    }

    /// Reads until so much of an answer's text is there, or the stream ends.
    mutating func read(characters count: Int) async throws {
        while transcript.numCharacters < count, try await receive() {}
    }

    /// Reads until a comment comes, or the stream ends.
    mutating func readComment() async throws {
        let before = numComments
        while numComments == before, try await receive() {}
    }

    /// Reads to the end.
    mutating func rest() async throws -> Transcript {
        while try await receive() {}
        return transcript
    }

    /// - Returns: whether more may come.
    private mutating func receive() async throws -> Bool {
        guard var piece = try await body.next() else { return false }
        received.writeBuffer(&piece)
        while let length = received.readableBytesView.firstIndex(of: UInt8(ascii: "\n")).map({
            $0 - received.readerIndex
        }),
            let line = received.readString(length: length)
        {
            received.moveReaderIndex(forwardBy: 1)
            if line.hasPrefix(":") { numComments += 1 }
            try transcript.note(line: line)
        }
        return true
    }
}

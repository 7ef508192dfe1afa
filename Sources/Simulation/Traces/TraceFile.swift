import Foundation

/// The lines of a trace, and what every format shares.
struct TraceFile {
    let path: String
    /// Without their ends.
    let lines: [Substring]

    private static let longest = 1 << 30
    /// Beyond any model's context.
    private static let mostTokens = 100_000_000

    init(path: String) throws(TraceError) {
        self.path = path
        do {
            let data = try Data(contentsOf: URL(fileURLWithPath: path), options: .mappedIfSafe)
            guard data.count <= Self.longest else {
                throw TraceError(path: path, line: nil, reason: "it is longer than \(Self.longest) bytes")
            }
            // By bytes: to Swift a "\r\n" is one character.
            lines = String(decoding: data, as: UTF8.self).utf8
                .split(separator: 0x0A, omittingEmptySubsequences: false)
                .map { Substring($0.last == 0x0D ? $0.dropLast() : $0) }
        } catch let error as TraceError {
            throw error
        } catch {
            throw TraceError(path: path, line: nil, reason: (error as NSError).localizedDescription)
        }
    }

    /// Calls `read` for each line that is not empty, with its number from 1.
    func requests(
        from first: Int, _ read: (Substring, Int) throws(TraceError) -> TraceRequest
    ) throws(TraceError) -> Trace {
        var requests: [TraceRequest] = []
        for (place, line) in lines.enumerated().dropFirst(first - 1) where !line.isEmpty {
            requests.append(try read(line, place + 1))
        }
        guard !requests.isEmpty else { throw TraceError(path: path, line: nil, reason: "it has no requests") }
        return Trace(requests)
    }

    func error(_ reason: String, line: Int) -> TraceError { TraceError(path: path, line: line, reason: reason) }

    /// - Throws: when a request is none.
    func check(_ request: TraceRequest, line: Int) throws(TraceError) -> TraceRequest {
        guard request.arrival.isFinite, request.arrival >= 0 else { throw error("its time is before 0", line: line) }
        guard (1...Self.mostTokens).contains(request.promptTokens) else {
            throw error("\(request.promptTokens) prompt tokens are not 1 to \(Self.mostTokens)", line: line)
        }
        guard (1...Self.mostTokens).contains(request.outputTokens) else {
            throw error("\(request.outputTokens) generated tokens are not 1 to \(Self.mostTokens)", line: line)
        }
        let blocks = (request.promptTokens + TraceRequest.blockTokens - 1) / TraceRequest.blockTokens
        guard request.blocks.count == blocks else {
            let reason = "\(request.promptTokens) prompt tokens have \(blocks) blocks, not \(request.blocks.count)"
            throw error(reason, line: line)
        }
        return request
    }
}

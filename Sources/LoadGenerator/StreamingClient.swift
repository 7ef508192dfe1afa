import AsyncHTTPClient
import Glibc
import JSON
import NIOCore
import NIOHTTP1
import NIOPosix

/// Sends single requests and notes when their answers arrive.
struct StreamingClient: Sendable {
    let plan: LoadPlan
    let http: HTTPClient
    /// Seconds since the run began.
    let now: @Sendable () -> Double

    private static let maximumErrorBytes = 64 << 10

    /// Sends one request and reads its stream to the end.
    ///
    /// - Parameter due: when it should have been sent.
    /// - Throws: `CancellationError` only; every other failure is in the record.
    func measure(prompt: String, maxTokens: Int, due: Double) async throws -> RequestRecord {
        var record = RequestRecord(start: due, end: due)
        do {
            record = try await withDeadline { try await stream(prompt: prompt, maxTokens: maxTokens, due: due) }
        } catch {
            try Task.checkCancellation()
            record.failure = Self.reason(of: error)
        }
        record.end = now()
        return record
    }

    /// The names of the models that the server has.
    func models() async throws -> [String] {
        let response = try await http.execute(request(plan.baseURL + "/models"), timeout: .seconds(30))
        let body = try await response.body.collect(upTo: 4 << 20)
        let list = try? JSON.parse(Array(body.readableBytesView))["data"]?.array
        return (list ?? []).compactMap { $0["id"]?.string }
    }

    /// What the failure is called in the report: short, and the same for the same cause.
    static func reason(of error: any Error) -> String {
        switch error {
        case let failure as Failure: failure.reason
        case let error as NIOConnectionError:
            (error.connectionErrors.first?.error as? IOError).map(reason)
                ?? "no connection to \(error.host):\(error.port)"
        case let error as IOError: String(cString: strerror(error.errnoCode)).lowercased()
        case let error as HTTPClientError: error.shortDescription
        case is EventStreamParser.TooLong: "an event without end"
        default: String("\(error)".prefix(200))
        }
    }

    // MARK: One stream

    private struct Failure: Error { let reason: String }

    private func stream(prompt: String, maxTokens: Int, due: Double) async throws -> RequestRecord {
        var request = request(plan.endpoint)
        request.method = .POST
        request.headers.add(name: "Content-Type", value: "application/json")
        request.body = .bytes(ByteBuffer(bytes: plan.body(prompt: prompt, maxTokens: maxTokens)))
        let response = try await http.execute(request, deadline: .distantFuture)
        guard response.status == .ok else { throw try await refusal(response) }
        var record = RequestRecord(start: due, end: due)
        var parser = EventStreamParser()
        var isComplete = false
        for try await buffer in response.body {
            let time = now()
            try parser.feed(buffer.readableBytesView) { data in
                isComplete = try note(StreamChunk(data), at: time, in: &record) || isComplete
            }
        }
        guard isComplete else { throw Failure(reason: "the stream ended before the answer did") }
        return record
    }

    /// Returns whether the chunk ends the answer.
    private func note(_ chunk: StreamChunk, at time: Double, in record: inout RequestRecord) throws -> Bool {
        switch chunk {
        case .done: return true
        case .error(let message): throw Failure(reason: "error in the stream: " + message.prefix(200))
        case .delta(let text, let isLast, let usage):
            if !text.isEmpty { record.chunkTimes.append(time) }
            if let usage {
                record.promptTokens = usage.promptTokens
                record.cachedTokens = usage.cachedTokens
                record.reportedTokens = usage.outputTokens
            }
            return isLast
        }
    }

    private func refusal(_ response: HTTPClientResponse) async throws -> Failure {
        let body = try? await response.body.collect(upTo: Self.maximumErrorBytes)
        let json = body.flatMap { try? JSON.parse(Array($0.readableBytesView)) }
        let message = json?["error"]?["message"]?.string.map { ": " + $0.prefix(200) } ?? ""
        return Failure(reason: "HTTP \(response.status.code)\(message)")
    }

    private func request(_ address: String) -> HTTPClientRequest {
        var request = HTTPClientRequest(url: address)
        request.headers.add(name: "User-Agent", value: "gleaner-bench")
        if let key = plan.apiKey { request.headers.add(name: "Authorization", value: "Bearer \(key)") }
        return request
    }

    private func withDeadline(
        _ body: @escaping @Sendable () async throws -> RequestRecord
    ) async throws -> RequestRecord {
        let timeout = plan.timeout
        return try await withThrowingTaskGroup(of: RequestRecord.self) { group in
            group.addTask { try await body() }
            group.addTask {
                try await Task.sleep(for: timeout)
                throw Failure(reason: "no complete answer within \(timeout / .seconds(1)) s")
            }
            defer { group.cancelAll() }
            guard let first = try await group.next() else { throw CancellationError() }
            return first
        }
    }
}

import AsyncHTTPClient
import JSON
import NIOCore
import NIOHTTP1

/// Sends single requests to the server and measures the answers.
struct CompletionClient: Sendable {
    let plan: LoadPlan
    let http: HTTPClient
    let clock: RunClock

    private static let maximumErrorBytes = 16 << 10
    private static let maximumListBytes = 4 << 20

    /// Runs `body` with a client that opens as many connections as the plan has requests under way.
    static func with<Result>(
        _ plan: LoadPlan, clock: RunClock, _ body: (CompletionClient) async throws -> Result
    ) async throws -> Result {
        let http = HTTPClient(configuration: configuration(for: plan))
        do {
            let result = try await body(CompletionClient(plan: plan, http: http, clock: clock))
            try? await http.shutdown()
            return result
        } catch {
            try? await http.shutdown()
            throw error
        }
    }

    private static func configuration(for plan: LoadPlan) -> HTTPClient.Configuration {
        var configuration = HTTPClient.Configuration(redirectConfiguration: .disallow)
        // A connection for each request: streams that share one would wait for one another.
        configuration.httpVersion = .http1Only
        configuration.connectionPool.concurrentHTTP1ConnectionsPerHostSoftLimit = plan.concurrency
        // Shorter than servers keep idle connections, so that no request meets one that is being closed.
        configuration.connectionPool.idleTimeout = .seconds(2)
        configuration.connectionPool.retryConnectionEstablishment = false
        configuration.timeout.connect = .seconds(10)
        return configuration
    }

    /// The name of the first model that the server has.
    ///
    /// - Throws: `LoadError` or `CancellationError`.
    func firstModel() async throws -> String {
        let address = plan.server.models
        let name: String?
        do {
            let response = try await http.execute(request(address), timeout: .seconds(30))
            guard response.status == .ok else { throw try await refusal(response) }
            let body = try await response.body.collect(upTo: Self.maximumListBytes)
            name = try? JSON.parse(Array(body.readableBytesView))["data"]?.array?.first?["id"]?.string
        } catch {
            try Task.checkCancellation()
            throw LoadError.noModels(url: address, RequestFailure(error))
        }
        guard let name else { throw LoadError.emptyModelList(url: address) }
        return name
    }

    /// Sends one request and reads its stream until it ends, its deadline passes, or the task is cancelled.
    ///
    /// - Parameter due: when a schedule wanted it to be sent.
    func measure(_ body: [UInt8], due: Double? = nil) async -> Sample {
        let sent = clock.now()
        let recorder = StreamRecorder(due: due, sent: sent, maxTokens: plan.maxTokens)
        return await withTaskGroup(of: Ending.self) { group in
            group.addTask { .answer(await stream(body, into: recorder)) }
            group.addTask { await deadline(sent + plan.timeoutSeconds) }
            var sample = Sample(due: due, sent: sent)
            var isLate = false
            for await ending in group {
                group.cancelAll()
                switch ending {
                case .answer(let answer): sample = answer
                case .late: isLate = true
                case .notLate: break
                }
            }
            if isLate, sample.outcome == .unfinished { sample.outcome = .failed(.timeout) }
            return sample
        }
    }

    /// How one of the two tasks of a request ended: its stream or its deadline.
    private enum Ending: Sendable {
        case answer(Sample)
        case late
        case notLate
    }

    private func deadline(_ time: Double) async -> Ending {
        do { try await clock.sleep(time) } catch { return .notLate }
        return .late
    }

    private func stream(_ body: [UInt8], into recorder: StreamRecorder) async -> Sample {
        var recorder = recorder
        do {
            let response = try await http.execute(completionRequest(body), deadline: .distantFuture)
            guard response.status == .ok else { throw try await refusal(response) }
            for try await bytes in response.body { try recorder.receive(bytes.readableBytesView, at: clock.now()) }
            // A body whose reader is cancelled may end as if it were whole.
            try Task.checkCancellation()
            try recorder.finish()
        } catch {
            return recorder.sample(after: RequestFailure(error), isCancelled: Task.isCancelled, at: clock.now())
        }
        return recorder.sample(after: nil, at: clock.now())
    }

    private func refusal(_ response: HTTPClientResponse) async throws -> RequestFailure {
        var bytes: [UInt8] = []
        for try await piece in response.body {
            bytes += piece.readableBytesView.prefix(Self.maximumErrorBytes - bytes.count)
            if bytes.count == Self.maximumErrorBytes { break }
        }
        return .status(Int(response.status.code), message: ErrorText.message(ofBody: bytes))
    }

    private func completionRequest(_ body: [UInt8]) -> HTTPClientRequest {
        var request = request(plan.server.completions(of: plan.api))
        request.method = .POST
        request.headers.add(name: "Content-Type", value: "application/json")
        request.headers.add(name: "Accept", value: "text/event-stream")
        request.body = .bytes(ByteBuffer(bytes: body))
        return request
    }

    private func request(_ address: String) -> HTTPClientRequest {
        var request = HTTPClientRequest(url: address)
        request.headers.add(name: "User-Agent", value: "gleaner-bench")
        if let key = plan.apiKey { request.headers.add(name: "Authorization", value: "Bearer \(key)") }
        return request
    }
}

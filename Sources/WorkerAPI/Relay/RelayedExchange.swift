import AsyncHTTPClient
import NIOCore
import OpenAI
import Synchronization
import WebServer

/// A request that an engine answers: its head when there is one, then the pieces of its body.
final class RelayedExchange: Sendable {
    let head = OneShot<HTTPClientResponse>()
    let pipe = RelayPipe()
    private let task = Mutex<Task<Void, Never>?>(nil)

    /// Sends the request. There is no deadline for the head: it may wait for the first token.
    init(_ request: HTTPClientRequest, _ client: HTTPClient) {
        let exchange = Task { [head, pipe] in
            do {
                let response = try await client.execute(request, deadline: .distantFuture)
                head.set(.success(response))
                for try await piece in response.body { try await pipe.put(piece) }
                pipe.end(nil)
            } catch {
                head.set(.failure(error))
                pipe.end(error)
            }
        }
        task.withLock { $0 = exchange }
    }

    deinit { task.withLock { $0 }?.cancel() }

    /// Ends it: who waits for it gets this error.
    func cancel(throwing error: any Error) {
        head.set(.failure(error))
        pipe.end(error)
        task.withLock { $0 }?.cancel()
    }
}

import HTTPTypes
import Hummingbird
import Ledger
import Logging
import NIOCore
import WebServer

/// The answer to a request with an idempotency key, kept while it is sent.
struct Recording: Sendable {
    let claim: IdempotencyClaim
    let store: IdempotencyStore
    let clock: any Clock<Duration>
    let logger: Logger

    /// A third of the time after which a claim counts as left behind.
    private static let renewal = Duration.milliseconds(IdempotencyStore.takeoverMs / 3)
    /// Header fields that are part of an answer; all others are about this connection or this moment.
    private static let keptFields: [HTTPField.Name] = [.known("x-generation-id"), .known("inference-id")]

    /// Runs `serve` and keeps its answer before the last byte of it goes out.
    func response(_ serve: () async -> Response) async -> Response {
        var response = await renewing { await serve() }
        guard response.status.kind == .successful else {
            await release()
            return response
        }
        guard response.body.contentLength == nil else { return await kept(response) }
        let (body, head) = (response.body, StoredAnswer(response, fields: Self.keptFields))
        response.body = ResponseBody { writer in
            try await renewing {
                let copy = AnswerCopy()
                do {
                    try await body.write(
                        CopyingWriter(writer: writer, copy: copy) { await keep(head.with(copy.bytes)) })
                } catch {
                    await release()
                    throw error
                }
            }
        }
        return response
    }

    /// A whole answer is kept before any of it is sent.
    private func kept(_ response: Response) async -> Response {
        var response = response
        let copy = AnswerCopy()
        do { try await response.body.write(CopyingWriter(writer: nil, copy: copy) {}) } catch {
            await release()
            return response
        }
        await keep(StoredAnswer(response, fields: Self.keptFields).with(copy.bytes))
        response.body = ResponseBody(byteBuffer: ByteBuffer(bytes: copy.bytes ?? []))
        return response
    }

    private func keep(_ answer: StoredAnswer?) async {
        guard let answer else { return await release() }
        do { try await store.complete(claim, with: answer) } catch {
            logger.warning("answer not kept for replay", metadata: ["error": "\(error)"])
        }
    }

    private func release() async {
        do { try await store.release(claim) } catch {
            logger.warning("idempotency key not freed", metadata: ["error": "\(error)"])
        }
    }

    private func renewing<Value>(_ work: () async throws -> Value) async rethrows -> Value {
        let renewal = Task { [store, claim, clock] in
            while (try? await clock.sleep(for: Self.renewal)) != nil { try? await store.renew(claim) }
        }
        defer { renewal.cancel() }
        return try await work()
    }
}

extension StoredAnswer {
    fileprivate init(_ response: Response, fields: [HTTPField.Name]) {
        var headers: [String: String] = [:]
        for name in fields { headers[name.canonicalName] = response.headers[name] }
        self.init(
            status: response.status.code, contentType: response.headers[.contentType] ?? "application/json", body: [],
            headers: headers)
    }

    /// nil for a body that was too long to keep.
    fileprivate func with(_ body: [UInt8]?) -> StoredAnswer? {
        body.map { StoredAnswer(status: status, contentType: contentType, body: $0, headers: headers) }
    }
}

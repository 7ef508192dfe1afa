import Hummingbird
import NIOCore
import OpenAI
import WebServer

/// `GET /gleaner/load`: server-sent events that keep a gateway's picture of this worker up to date. The first is the
/// whole picture; the others build on it, one after the other, so that one that is left out would spoil it: a gateway
/// that is too slow for them is cut off, and begins again.
struct LoadRoute: Sendable {
    let board: LoadBoard

    func follow(_ request: Request, context: WebContext) async throws -> Response {
        let subscription = await board.subscribe { context.hangUp() }
        return .eventStream { writer in
            while let events = await subscription.next() { try await writer.write(events) }
            try await writer.finish(nil)
        }
    }
}

package import Hummingbird
import Logging
import NIOCore

/// What a server knows about a request besides its content.
package struct WebContext: RequestContext {
    package var coreContext: CoreRequestContextStorage
    /// The request's `x-request-id`; set by `ObservingMiddleware` before anything else runs.
    package internal(set) var requestID = ""
    private let channel: any Channel

    package init(source: ApplicationRequestContextSource) {
        coreContext = CoreRequestContextStorage(source: source)
        channel = source.channel
    }

    /// Cuts the connection.
    package func hangUp() { channel.close(promise: nil) }

    /// The body of the request may take as long as the client wants.
    package func allowEndlessBody() { channel.triggerUserOutboundEvent(EndlessBody(), promise: nil) }

    /// Calls `handler` once when the client goes away; at once if it has gone already.
    package func onClientGone(_ handler: @escaping @Sendable () -> Void) async {
        do {
            try await channel.pipeline.handler(type: ClientPresence.self).get().onGone(handler)
        } catch {
            // A closed connection has lost its handlers.
            handler()
        }
    }
}

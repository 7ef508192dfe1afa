package import Hummingbird
package import Logging
package import OpenAI

/// A generation on its way to a client, and the form in which it goes out.
package protocol StreamedAnswer: Sendable {
    var stream: GenerationStream { get }
    var logger: Logger { get }

    /// Appends what events become, as whole server-sent events.
    mutating func append(_ events: [GenerationEvent], to bytes: inout [UInt8]) throws(APIError)

    /// The events were sent, or ask for no bytes.
    func note(_ events: [GenerationEvent])

    /// Appends what closes an answer that is complete; it goes out when this returns.
    mutating func appendEnd(to bytes: inout [UInt8]) async throws

    /// The answer ends here: with an error, which goes out when this returns, or without a client.
    func end(with error: any Error, on writer: any ResponseBodyWriter) async
}

import Hummingbird
import Ledger
import Logging
import OpenAI
import WebServer

/// A generation that a client reads while it runs. Its account follows what was sent.
struct StreamedGeneration: StreamedAnswer {
    let generation: RunningGeneration
    var chunks: ChunkWriter

    var stream: GenerationStream { generation.stream }
    var logger: Logger { generation.logger }

    mutating func append(_ events: [GenerationEvent], to bytes: inout [UInt8]) throws(APIError) {
        for event in events { try chunks.append(event, to: &bytes) }
    }

    func note(_ events: [GenerationEvent]) { generation.account.note(events) }

    mutating func appendEnd(to bytes: inout [UInt8]) async throws {
        try chunks.appendEnd(to: &bytes)
        await generation.account.settle(.completed)
    }

    func end(with error: any Error, on writer: any ResponseBodyWriter) async {
        if error is APIError { (writer as? CopyingWriter)?.copy.spoil() }
        await generation.end(with: error)
    }
}

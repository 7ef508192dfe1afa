import Hummingbird
import Logging
import OpenAI
import WebServer

/// A worker's answer that is read while it runs.
struct WorkerAnswer<Chunks: AnswerChunks>: StreamedAnswer {
    let sequences: RunningSequences
    var chunks: Chunks

    var stream: GenerationStream { sequences.stream }
    var logger: Logger { sequences.logger }

    mutating func append(_ events: [GenerationEvent], to bytes: inout [UInt8]) throws(APIError) {
        for event in events { try chunks.append(event, to: &bytes) }
    }

    func note(_ events: [GenerationEvent]) { sequences.prefixes.note(events) }

    mutating func appendEnd(to bytes: inout [UInt8]) async throws {
        try chunks.appendEnd(await sequences.totals(), to: &bytes)
        sequences.prefixes.end()
    }

    func end(with error: any Error, on writer: any ResponseBodyWriter) async {
        sequences.stream.cancel(throwing: error)
        sequences.prefixes.end()
    }
}

import OpenAI

/// A form in which the events of an answer go out.
protocol AnswerChunks: Sendable {
    mutating func append(_ event: GenerationEvent, to bytes: inout [UInt8]) throws(APIError)

    /// - Parameter totals: what the worker did; nil when it did not say.
    mutating func appendEnd(_ totals: GenerationTotals?, to bytes: inout [UInt8]) throws(APIError)
}

extension WorkerChunkWriter: AnswerChunks {}

extension ChunkWriter: AnswerChunks {
    mutating func appendEnd(_ totals: GenerationTotals?, to bytes: inout [UInt8]) throws(APIError) {
        try appendEnd(to: &bytes)
    }
}

/// What became of one sequence, as its worker tells it on the connection that sequences share.
package struct SequenceNews: Sendable, Equatable {
    package var sequence: UInt32
    package var event: Event

    package enum Event: Sendable, Equatable {
        /// 0: the worker has it.
        case accepted
        /// 1: it left the worker's queue. The tokens of its prompt, and those of them that were cached: two numbers.
        case started(promptTokens: Int, cachedTokens: Int)
        /// 2: shown, a number · ids, tokens · text. 3: the same, then the reason (1 byte: 0 none, 1 `stop`, 2 `length`) and
        /// the scored tokens: their number, and for each a token, the number of its alternatives and these; a token
        /// is its id, its bytes and its log probability in 4 bytes.
        case progress(Progress)
        /// 4: nothing more comes. The tokens of its answer, then 1 and what the worker did for it, two numbers, or 0.
        case done(completionTokens: Int, share: GenerationTotals.Share?)
        /// 5: nothing more comes. An HTTP status · seconds after which to ask again, 0 for none · the error's JSON, bytes.
        case failed(Failure)
    }

    /// More of an answer.
    package struct Progress: Sendable, Equatable {
        package var ids: [Int32] = []
        package var text = ""
        /// Tokens of the answer whose text is out, resumed ones included.
        package var shown = 0
        package var tokens: [GeneratedToken] = []
        package var finish: FinishReason?

        package init(
            ids: [Int32] = [], text: String = "", shown: Int = 0, tokens: [GeneratedToken] = [],
            finish: FinishReason? = nil
        ) {
            self.ids = ids
            self.text = text
            self.shown = shown
            self.tokens = tokens
            self.finish = finish
        }
    }

    package struct Failure: Sendable, Equatable {
        package var status: Int
        package var retryAfterSeconds: Int?
        /// `{"error":{…}}`
        package var body: [UInt8]

        package init(status: Int, retryAfterSeconds: Int? = nil, body: [UInt8]) {
            self.status = status
            self.retryAfterSeconds = retryAfterSeconds
            self.body = body
        }

        package init(_ error: APIError) {
            self.init(status: error.status, retryAfterSeconds: error.retryAfterSeconds, body: error.body)
        }
    }

    package init(sequence: UInt32, event: Event) {
        self.sequence = sequence
        self.event = event
    }
}

// MARK: As bytes

extension SequenceNews {
    private static let maximumFailureBytes = 64 << 10
    private static let maximumTop = 20
    /// What stands for a probability of zero.
    private static let veryUnlikely: Float = -9999

    private enum Kind: UInt8 {
        case accepted, started, progress, detailed, done, failed
    }

    /// Reads all entries of a frame of news.
    package static func read(_ payload: UnsafeRawBufferPointer, into news: inout [SequenceNews]) throws(FrameError) {
        var reader = FrameReader(payload)
        while !reader.isAtEnd {
            let sequence = try reader.sequence()
            news.append(SequenceNews(sequence: sequence, event: try event(&reader)))
        }
    }

    private static func event(_ reader: inout FrameReader) throws(FrameError) -> Event {
        switch Kind(rawValue: try reader.byte("an entry's kind")) {
        case .accepted: return .accepted
        case .started:
            let promptTokens = try reader.number("a count of prompt tokens")
            return .started(promptTokens: promptTokens, cachedTokens: try reader.number("a count of cached tokens"))
        case .progress: return .progress(try progress(&reader))
        case .detailed:
            var progress = try progress(&reader)
            progress.finish = try finish(&reader)
            for _ in 0..<(try reader.count("scored tokens")) { progress.tokens.append(try generated(&reader)) }
            return .progress(progress)
        case .done:
            let count = try reader.number("a count of an answer's tokens")
            return .done(completionTokens: count, share: try share(&reader))
        case .failed:
            let status = try reader.number("a status", atMost: 599)
            let wait = try reader.number("a pause")
            let body = Array(try reader.bytes("an error", atMost: maximumFailureBytes))
            return .failed(Failure(status: status, retryAfterSeconds: wait > 0 ? wait : nil, body: body))
        case nil: throw .value("an entry's kind")
        }
    }

    private static func progress(_ reader: inout FrameReader) throws(FrameError) -> Progress {
        let shown = try reader.number("a count of shown tokens")
        let ids = try reader.tokens("token ids")
        return Progress(ids: ids, text: try reader.text("a text"), shown: shown)
    }

    private static func finish(_ reader: inout FrameReader) throws(FrameError) -> FinishReason? {
        switch try reader.byte("a finish reason") {
        case 0: return nil
        case 1: return .stop
        case 2: return .length
        default: throw .value("a finish reason")
        }
    }

    private static func share(_ reader: inout FrameReader) throws(FrameError) -> GenerationTotals.Share? {
        switch try reader.byte("a worker's share") {
        case 0: return nil
        case 1:
            let prefilled = try reader.number("a worker's share")
            return GenerationTotals.Share(
                prefilledTokens: prefilled, generatedTokens: try reader.number("a worker's share"))
        default: throw .value("a worker's share")
        }
    }

    private static func generated(_ reader: inout FrameReader) throws(FrameError) -> GeneratedToken {
        var generated = GeneratedToken(token: try scored(&reader))
        for _ in 0..<(try reader.count("alternatives", atMost: maximumTop)) {
            generated.top.append(try scored(&reader))
        }
        return generated
    }

    private static func scored(_ reader: inout FrameReader) throws(FrameError) -> ScoredToken {
        let id = Int32(truncatingIfNeeded: try reader.number("a token id"))
        let bytes = Array(try reader.bytes("a token's bytes"))
        return ScoredToken(id: id, bytes: bytes, logprob: try reader.float("a log probability"))
    }

    /// Appends it to a frame of news.
    package func append(to frames: inout FrameWriter) {
        frames.append(Int(sequence))
        switch event {
        case .accepted: frames.append(byte: Kind.accepted.rawValue)
        case .started(let promptTokens, let cachedTokens):
            frames.append(byte: Kind.started.rawValue)
            frames.append(promptTokens)
            frames.append(cachedTokens)
        case .progress(let progress): Self.append(progress, to: &frames)
        case .done(let completionTokens, let share):
            frames.append(byte: Kind.done.rawValue)
            frames.append(completionTokens)
            frames.append(byte: share == nil ? 0 : 1)
            guard let share else { break }
            frames.append(share.prefilledTokens)
            frames.append(share.generatedTokens)
        case .failed(let failure):
            frames.append(byte: Kind.failed.rawValue)
            frames.append(failure.status)
            frames.append(failure.retryAfterSeconds ?? 0)
            frames.append(failure.body.prefix(Self.maximumFailureBytes))
        }
    }

    private static func append(_ progress: Progress, to frames: inout FrameWriter) {
        let hasDetails = progress.finish != nil || !progress.tokens.isEmpty
        frames.append(byte: (hasDetails ? Kind.detailed : Kind.progress).rawValue)
        frames.append(progress.shown)
        frames.append(tokens: progress.ids)
        frames.append(progress.text)
        guard hasDetails else { return }
        switch progress.finish {
        case nil: frames.append(byte: 0)
        case .stop: frames.append(byte: 1)
        case .length: frames.append(byte: 2)
        }
        frames.append(progress.tokens.count)
        for generated in progress.tokens {
            append(generated.token, to: &frames)
            frames.append(min(generated.top.count, maximumTop))
            for alternative in generated.top.prefix(maximumTop) { append(alternative, to: &frames) }
        }
    }

    private static func append(_ token: ScoredToken, to frames: inout FrameWriter) {
        frames.append(Int(token.id))
        frames.append(token.bytes)
        frames.append(token.logprob.isFinite ? token.logprob : veryUnlikely)
    }
}

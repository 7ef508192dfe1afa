import OpenAI
import TestSupport

/// Random frames of either direction.
struct FrameFixtures {
    var random: SeededGenerator

    init(seed: UInt64) { random = SeededGenerator(seed: seed) }

    mutating func int(_ range: ClosedRange<Int>) -> Int { .random(in: range, using: &random) }

    /// Small numbers and large ones, since they have different lengths.
    mutating func number() -> Int { int(0...4) == 0 ? int(0...Int(Int32.max)) : int(0...300) }

    mutating func tokens() -> [Int32] { (0..<int(0...6)).map { _ in Int32(number()) } }

    mutating func text() -> String {
        (0..<int(0...5)).map { _ in ["a", "ü", "€", "😀", "\u{0}", "\n", "\""][int(0...6)] }.joined()
    }

    mutating func scored() -> ScoredToken {
        ScoredToken(id: Int32(number()), bytes: Array(text().utf8), logprob: Float(-int(0...9999)) / 8)
    }

    mutating func news() -> SequenceNews {
        let sequence = UInt32(int(0...1) == 0 ? int(0...Int(UInt32.max)) : int(0...200))
        switch int(0...5) {
        case 0: return SequenceNews(sequence: sequence, event: .accepted)
        case 1:
            return SequenceNews(
                sequence: sequence, event: .started(promptTokens: number(), cachedTokens: number()))
        case 2:
            let share = GenerationTotals.Share(prefilledTokens: number(), generatedTokens: number())
            return SequenceNews(
                sequence: sequence, event: .done(completionTokens: number(), share: int(0...1) == 0 ? nil : share))
        case 3:
            let wait = int(0...1) == 0 ? nil : int(1...100)
            return SequenceNews(
                sequence: sequence,
                event: .failed(.init(status: int(0...599), retryAfterSeconds: wait, body: Array(text().utf8))))
        default: return SequenceNews(sequence: sequence, event: .progress(progress()))
        }
    }

    private mutating func progress() -> SequenceNews.Progress {
        var progress = SequenceNews.Progress(ids: tokens(), text: text(), shown: number())
        progress.finish = [nil, .stop, .length][int(0...2)]
        for _ in 0..<int(0...2) {
            progress.tokens.append(
                GeneratedToken(token: scored(), top: (0..<int(0...3)).map { _ in scored() }))
        }
        return progress
    }

    mutating func command() -> SequenceCommand {
        let sequence = UInt32(int(0...300))
        if int(0...3) == 0 { return .cancel(sequence: sequence) }
        return .start(
            SequenceStart(
                sequence: sequence, name: text(), trace: (0..<int(0...3)).map { _ in (text(), text()) },
                prompt: tokens(), resumed: tokens(), parameters: Array(text().utf8)))
    }
}

/// All that stands in a stream of frames, as its reader takes it piece by piece.
struct FrameStream {
    var splitter: FrameSplitter
    var commands: [SequenceCommand] = []
    var news: [SequenceNews] = []
    var pulses = 0

    init(limit: Int = 1 << 20) { splitter = FrameSplitter(limit: limit) }

    mutating func read(_ bytes: some Collection<UInt8>) throws(FrameError) {
        let piece = Array(bytes)
        var splitter = splitter
        defer { self.splitter = splitter }
        try piece.withUnsafeBufferPointer { bytes throws(FrameError) in
            try splitter.receive(UnsafeRawBufferPointer(bytes)) { kind, payload throws(FrameError) in
                switch kind {
                case .news: try SequenceNews.read(payload, into: &news)
                case .pulse: pulses += 1
                case .start, .cancel: commands.append(try SequenceCommand(kind, payload))
                }
            }
        }
    }
}

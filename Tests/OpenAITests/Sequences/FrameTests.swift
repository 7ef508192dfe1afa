import OpenAI
import TestSupport
import Testing

@Suite struct FrameTests {
    /// What is written is read, however the network cuts it.
    @Test(arguments: 0..<40) func everythingComesBackInAnyPieces(seed: Int) throws {
        var fixtures = FrameFixtures(seed: UInt64(seed))
        var (frames, commands, news, pulses) = (FrameWriter(), [SequenceCommand](), [SequenceNews](), 0)
        for _ in 0..<30 {
            switch fixtures.int(0...2) {
            case 0:
                let command = fixtures.command()
                command.append(to: &frames)
                commands.append(command)
            case 1:
                frames.begin(.news)
                for _ in 0..<fixtures.int(0...5) {
                    let one = fixtures.news()
                    one.append(to: &frames)
                    news.append(one)
                }
                frames.end()
            default:
                frames.begin(.pulse)
                frames.end()
                pulses += 1
            }
        }
        var stream = FrameStream()
        var rest = frames.bytes[...]
        while !rest.isEmpty {
            let piece = rest.prefix(fixtures.int(1...(fixtures.int(0...1) == 0 ? 3 : 200)))
            try stream.read(piece)
            rest = rest.dropFirst(piece.count)
        }
        #expect(stream.commands == commands)
        #expect(stream.news == news)
        #expect(stream.pulses == pulses)
        #expect(stream.splitter.numPending == 0)
    }

    /// Every bit flip, and every cut of the payload, gives a fault or a valid frame: nothing crashes, and nothing reads
    /// beyond the frame.
    @Test(arguments: 0..<6) func everyFlippedBitIsAFaultOrAFrame(seed: Int) {
        var fixtures = FrameFixtures(seed: UInt64(seed) + 1000)
        for _ in 0..<8 {
            var frames = FrameWriter()
            fixtures.command().append(to: &frames)
            frames.begin(.news)
            for _ in 0..<3 { fixtures.news().append(to: &frames) }
            frames.end()
            for bit in 0..<frames.bytes.count * 8 {
                var bytes = frames.bytes
                bytes[bit / 8] ^= 1 << UInt8(bit % 8)
                var stream = FrameStream()
                do throws(FrameError) { try stream.read(bytes) } catch { #expect(!error.description.isEmpty) }
                #expect(stream.news.count <= 3 + frames.bytes.count)
            }
        }
    }

    @Test(arguments: 0..<6) func everyCutIsAFaultOrWaits(seed: Int) throws {
        var fixtures = FrameFixtures(seed: UInt64(seed) + 2000)
        for _ in 0..<8 {
            let one = fixtures.news()
            var frames = FrameWriter()
            frames.begin(.news)
            one.append(to: &frames)
            frames.end()
            for count in 0..<frames.bytes.count {
                // The stream may go on.
                var stream = FrameStream()
                try stream.read(frames.bytes.prefix(count))
                #expect(stream.news.isEmpty && stream.splitter.numPending == count)
                // The frame says that it ends there.
                guard count > 6 else { continue }
                var cut = Array(frames.bytes.prefix(count))
                (cut[0], cut[1]) = (UInt8(truncatingIfNeeded: count - 4), UInt8(truncatingIfNeeded: (count - 4) >> 8))
                var other = FrameStream()
                #expect(throws: FrameError.self) { try other.read(cut) }
            }
        }
    }

    /// The bytes are a contract between versions of two programs.
    @Test func theBytesStayTheSame() {
        var frames = FrameWriter()
        SequenceCommand.start(
            SequenceStart(
                sequence: 300, name: "r", trace: [("t", "v")], prompt: [1, 200], resumed: [7],
                parameters: Array("{}".utf8))
        ).append(to: &frames)
        SequenceCommand.cancel(sequence: 1).append(to: &frames)
        frames.begin(.news)
        SequenceNews(sequence: 2, event: .accepted).append(to: &frames)
        SequenceNews(sequence: 2, event: .started(promptTokens: 2, cachedTokens: 1)).append(to: &frames)
        SequenceNews(sequence: 2, event: .progress(.init(ids: [5], text: "é", shown: 1))).append(to: &frames)
        let token = GeneratedToken(token: ScoredToken(id: 5, bytes: [0x65], logprob: -0.5))
        SequenceNews(sequence: 2, event: .progress(.init(shown: 1, tokens: [token], finish: .stop))).append(to: &frames)
        SequenceNews(
            sequence: 2, event: .done(completionTokens: 1, share: .init(prefilledTokens: 2, generatedTokens: 1))
        ).append(to: &frames)
        SequenceNews(sequence: 3, event: .failed(.init(status: 503, body: [0x7B]))).append(to: &frames)
        frames.end()
        frames.begin(.pulse)
        frames.end()
        let start: [UInt8] = [
            19, 0, 0, 0, 1, 1, 0xAC, 2, 1, 0x72, 1, 1, 0x74, 1, 0x76, 2, 1, 0xC8, 1, 1, 7, 0x7B, 0x7D,
        ]
        let cancel: [UInt8] = [3, 0, 0, 0, 1, 2, 1]
        let news: [UInt8] = [
            45, 0, 0, 0, 1, 129, 2, 0, 2, 1, 2, 1, 2, 2, 1, 1, 5, 2, 0xC3, 0xA9,
            2, 3, 1, 0, 0, 1, 1, 5, 1, 0x65, 0, 0, 0, 0xBF, 0, 2, 4, 1, 1, 2, 1, 3, 5, 0xF7, 3, 0, 1, 0x7B,
        ]
        #expect(frames.bytes.prefix(start.count).elementsEqual(start), "\(frames.bytes)")
        #expect(frames.bytes.dropFirst(start.count).prefix(cancel.count).elementsEqual(cancel))
        let rest = Array(frames.bytes.dropFirst(start.count + cancel.count))
        #expect(rest.dropLast(6).dropFirst(4).elementsEqual(news.dropFirst(4)), "\(rest)")
        #expect(Array(rest.suffix(6)) == [2, 0, 0, 0, 1, 130])
    }

    /// Faults are named, and found before anything is made room for.
    @Test(
        arguments: [
            ([1, 0, 0, 0, 1, 130], FrameError.length(1, limit: 64)), ([65, 0, 0, 0, 1, 130], .length(65, limit: 64)),
            ([255, 255, 255, 255, 1, 1], .length(Int(UInt32.max), limit: 64)), ([2, 0, 0, 0, 2, 130], .version(2)),
            ([2, 0, 0, 0, 1, 7], .kind(7)), ([3, 0, 0, 0, 1, 2, 0x80], .cutOff("a sequence's number")),
            ([8, 0, 0, 0, 1, 2, 255, 255, 255, 255, 255, 1], .number("a sequence's number", limit: Int(UInt32.max))),
            (
                [12, 0, 0, 0, 1, 2, 255, 255, 255, 255, 255, 255, 255, 255, 255, 1],
                .number("a sequence's number", limit: Int(UInt32.max))
            ),
            ([4, 0, 0, 0, 1, 2, 1, 9], .rest(1)), ([4, 0, 0, 0, 1, 129, 1, 6], .value("an entry's kind")),
            ([9, 0, 0, 0, 1, 129, 1, 2, 0, 255, 255, 255, 7], .cutOff("token ids")),
            ([7, 0, 0, 0, 1, 129, 1, 2, 0, 0, 5], .cutOff("a text")),
            ([8, 0, 0, 0, 1, 129, 1, 2, 0, 0, 1, 0xC3], .notUTF8("a text")),
            ([9, 0, 0, 0, 1, 129, 1, 3, 0, 0, 0, 3, 0], .value("a finish reason")),
            ([6, 0, 0, 0, 1, 129, 1, 4, 0, 2], .value("a worker's share")),
            ([16, 0, 0, 0, 1, 129, 1, 3, 0, 0, 0, 0, 1, 0, 0, 0, 0, 0x80, 0x7F, 0], .value("a log probability")),
        ] as [([UInt8], FrameError)])
    func faultsAreNamed(bytes: [UInt8], fault: FrameError) {
        var stream = FrameStream(limit: 64)
        #expect(throws: fault) { try stream.read(bytes) }
        #expect(stream.news.isEmpty && stream.commands.isEmpty)
    }
}

import OpenAI
import Synchronization
import Testing

@Suite struct GenerationStreamTests {
    private struct Fault: Error, Equatable {}

    private func event(_ number: Int) -> GenerationEvent {
        .delta(choice: 0, text: "\(number)", completionTokens: number)
    }

    @Test func everythingQueuedComesAtOnce() async throws {
        let (stream, continuation) = GenerationStream.makeStream()
        for number in 0..<3 { continuation.yield(event(number)) }
        continuation.finish()
        #expect(try await stream.nextBatch() == [event(0), event(1), event(2)])
        #expect(try await stream.nextBatch() == nil)
        #expect(try await stream.nextBatch() == nil)
    }

    @Test func nothingIsLostBetweenThreads() async throws {
        let (stream, continuation) = GenerationStream.makeStream()
        let count = 20_000
        async let sent: Void = Task.detached {
            for number in 0..<count { continuation.yield(.delta(choice: number, text: "", completionTokens: 0)) }
            continuation.finish()
        }.value
        var next = 0
        for try await case .delta(let choice, _, _, _, _) in stream {
            #expect(choice == next)
            next += 1
        }
        #expect(next == count)
        await sent
    }

    /// Who listens is told once for whatever there is to take, and at once of what came before.
    @Test func whoListensTakesEverythingAndIsToldOnce() {
        let (stream, continuation) = GenerationStream.makeStream()
        let count = Count()
        continuation.yield(event(1))
        stream.listen { count.add() }
        #expect(count.value == 1)
        continuation.yield([event(2), event(3)])
        #expect(count.value == 1)
        guard case .events(let events) = stream.take() else { return #expect(Bool(false), "nothing came") }
        #expect(events == [event(1), event(2), event(3)])
        guard case .nothing = stream.take() else { return #expect(Bool(false), "something came") }
        continuation.yield(event(4))
        continuation.finish(throwing: Fault())
        #expect(count.value == 2)
        guard case .events([event(4)]) = stream.take() else { return #expect(Bool(false), "nothing came") }
        guard case .failed = stream.take() else { return #expect(Bool(false), "it did not fail") }
        guard case .end = stream.take() else { return #expect(Bool(false), "it did not end") }
    }

    @Test func whoListensHearsOfItsOwnCancel() {
        let (stream, continuation) = GenerationStream.makeStream()
        let count = Count()
        stream.listen { count.add() }
        continuation.yield(event(1))
        stream.cancel(throwing: Fault())
        #expect(count.value == 1)
        guard case .failed(let error) = stream.take() else { return #expect(Bool(false), "it did not fail") }
        #expect(error is Fault)
    }

    /// A reader that does not come finds fewer and longer deltas, and not a character or token less.
    @Test func whatWaitsForLongIsJoined() async throws {
        let (stream, continuation) = GenerationStream.makeStream()
        let (tokens, choices) = (10_000, 2)
        for number in 0..<tokens {
            for choice in 0..<choices where number / 500 % choices == choice {
                continuation.yield(
                    .delta(choice: choice, text: "\(number) ", completionTokens: number + 1, tokenIDs: [Int32(number)]))
            }
        }
        continuation.yield(.finished(choice: 0, reason: .stop, completionTokens: tokens))
        continuation.finish()
        let events = try await stream.nextBatch() ?? []
        var (texts, ids) = (Array(repeating: "", count: choices), [Int32]())
        for case .delta(let choice, let text, _, _, let more) in events {
            texts[choice] += text
            ids += more
            #expect(text.utf8.count <= 1024)
        }
        #expect(events.count < 300)
        #expect(ids == (0..<Int32(tokens)).map { $0 })
        for choice in 0..<choices {
            let expected = (0..<tokens).filter { $0 / 500 % choices == choice }.map { "\($0) " }.joined()
            #expect(texts[choice] == expected)
        }
        #expect(events.last == .finished(choice: 0, reason: .stop, completionTokens: tokens))
    }

    @Test func failureComesAfterTheEvents() async throws {
        let (stream, continuation) = GenerationStream.makeStream()
        continuation.yield(event(1))
        continuation.finish(throwing: Fault())
        continuation.yield(event(2))
        #expect(try await stream.nextBatch() == [event(1)])
        await #expect(throws: Fault.self) { try await stream.nextBatch() }
    }

    @Test func wakeGivesAnEmptyBatch() async throws {
        let (stream, continuation) = GenerationStream.makeStream()
        stream.wake()
        #expect(try await stream.nextBatch() == [])
        continuation.yield(event(1))
        stream.wake()
        #expect(try await stream.nextBatch() == [event(1)])
    }

    @Test func cancellingTheReaderTellsTheWorker() async throws {
        let (stream, continuation) = GenerationStream.makeStream()
        await confirmation { isTold in
            await withCheckedContinuation { told in
                continuation.onCancel {
                    isTold()
                    told.resume()
                }
                Task { try await stream.nextBatch() }.cancel()
            }
        }
        await #expect(throws: CancellationError.self) { try await stream.nextBatch() }
    }

    @Test func droppingTheStreamTellsTheWorker() {
        let count = Count()
        var stream: GenerationStream?
        let continuation: GenerationStream.Continuation
        (stream, continuation) = GenerationStream.makeStream()
        continuation.onCancel { count.add() }
        #expect(stream != nil && count.value == 0)
        stream = nil
        #expect(count.value == 1)
        continuation.onCancel { count.add() }
        #expect(count.value == 2, "a worker that comes late is told at once")
    }

    @Test func cancelGivesItsReason() async {
        let (stream, continuation) = GenerationStream.makeStream()
        continuation.yield(event(1))
        stream.cancel(throwing: Fault())
        await #expect(throws: Fault.self) { try await stream.nextBatch() }
    }

    @Test func noCancelAfterTheEnd() async throws {
        let count = Count()
        do {
            let (stream, continuation) = GenerationStream.makeStream()
            continuation.onCancel { count.add() }
            continuation.finish()
            stream.cancel()
            #expect(try await stream.nextBatch() == nil)
        }
        #expect(count.value == 0)
    }
}

private final class Count: Sendable {
    private let count = Atomic<Int>(0)
    var value: Int { count.load(ordering: .sequentiallyConsistent) }
    func add() { count.add(1, ordering: .sequentiallyConsistent) }
}

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

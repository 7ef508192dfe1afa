import Engine
import Logging
import Models
import Synchronization
import TestSupport
import Testing
import Tokenizers

/// Every token that an engine counts belongs to exactly one request, whatever becomes of it.
@Suite(.timeLimit(.minutes(10))) struct TotalsTests {
    /// All events of one request.
    private final class Record: Sendable {
        let request: EngineRequest
        private let events = Mutex<[EngineEvent]>([])

        init(_ request: EngineRequest) { self.request = request }

        func add(_ event: EngineEvent) { events.withLock { $0.append(event) } }
        var all: [EngineEvent] { events.withLock { $0 } }
    }

    /// What happens at a step, on the engine's thread.
    private enum Incident: Sendable { case cancel(Int), fail, stop }

    /// A day in the life of an engine that is too small for its requests, drawn from a seed: groups of requests,
    /// and what befalls them at which step.
    private struct Day {
        let groups: [[EngineRequest]]
        let incidents: [Int: Incident]

        init(seed: UInt64) {
            var random = SeededGenerator(seed: seed)
            groups = (0..<12).map { number in
                var request = EngineRequest(
                    prompt: (0..<Int.random(in: 1...70, using: &random)).map { _ in .random(in: 0..<256, using: &random)
                    })
                let limit = Int.random(in: 1...30, using: &random)
                request.maxTokens = limit
                // No token of theirs ends the answer, but all of them together may.
                let resumed = number % 4 == 1 ? Int.random(in: 1...limit, using: &random) : 0
                request.resumed = Array(repeating: 100, count: resumed)
                request.sampling.temperature = 1.5
                request.stopTokens = number % 3 == 0 ? [7, 8, 9] : []
                request.stops = number % 4 == 0 ? ["a", "b"] : []
                request.priority = .random(in: 0...2, using: &random)
                request.queueLimitSeconds = number % 5 == 0 ? .random(in: 2...20, using: &random) : 600
                return (0..<Int.random(in: 1...4, using: &random)).map { choice in
                    request.sampling.seed = UInt64(choice)
                    return request
                }
            }
            var incidents: [Int: Incident] = [:]
            for group in groups.indices where Int.random(in: 0..<3, using: &random) == 0 {
                incidents[.random(in: 0...60, using: &random)] = .cancel(group)
            }
            for _ in 0..<2 { incidents[.random(in: 0...60, using: &random)] = .fail }
            if seed % 3 == 0 { incidents[.random(in: 20...60, using: &random)] = .stop }
            self.incidents = incidents
        }
    }

    private final class Course: Sendable {
        let tickets = Mutex<[EngineTicket]>([])
        let engine = Mutex<Engine?>(nil)
        let step = Atomic(0)
        let mayBegin = BlockingQueue()
    }

    private func engine(_ day: Day, _ course: Course, _ metrics: CountingMetrics) throws -> Engine {
        var configuration = EngineConfiguration()
        configuration.limits = .init(batchTokens: 48, sequences: 8)
        let backend = HashBackend(blockCount: 14, contextLength: 128) { _ throws(BackendError) in
            let step = course.step.add(1, ordering: .relaxed).oldValue
            if step == 0 { course.mayBegin.take() }
            switch day.incidents[step] {
            case .cancel(let group): course.tickets.withLock { $0[group] }.cancel()
            case .fail: throw .emptySlice(slice: 0)
            case .stop:
                let engine = course.engine.withLock { $0 }
                Task { await engine?.stop() }
            case nil: break
            }
        }
        return Engine(
            name: "hash", backend: backend, tokenizer: try .bytes(), configuration: configuration, metrics: metrics,
            log: Logger(label: "gleaner.tests") { _ in SwiftLogNoOpLogHandler() },
            now: { Double(course.step.load(ordering: .relaxed)) })
    }

    /// Runs a day to its end and returns what every request was told.
    private func run(_ day: Day, _ metrics: CountingMetrics) async throws -> (records: [Record], engine: Engine) {
        let course = Course()
        let engine = try engine(day, course, metrics)
        course.engine.withLock { $0 = engine }
        let (releases, released) = AsyncStream<Void>.makeStream()
        let groups = day.groups.map { $0.map(Record.init) }
        for group in groups {
            let ticket = try engine.submit(group.map(\.request)) { place, event in
                group[place].add(event)
                if case .released = event { released.yield() }
            }
            course.tickets.withLock { $0.append(ticket) }
        }
        course.mayBegin.put()
        var missing = groups.joined().count
        for await _ in releases {
            missing -= 1
            if missing == 0 { break }
        }
        await engine.stop()
        course.engine.withLock { $0 = nil }
        return (groups.flatMap { $0 }, engine)
    }

    @Test func requestsAddUpToTheCounters() async throws {
        var (numPreempted, ends) = (0, Set<String>())
        for seed in 0..<60 as Range<UInt64> {
            let metrics = CountingMetrics()
            let (records, engine) = try await run(Day(seed: seed), metrics)
            var sum = TokenTotals()
            for record in records {
                let story = Story(record.all, resumed: record.request.resumed.count)
                sum = sum + (try #require(story.totals, "seed \(seed): no last word"))
                #expect(story.isInOrder, "seed \(seed): \(record.all)")
                #expect(story.totals?.promptTokens == story.prefilledTokens(record.request), "seed \(seed)")
                #expect(story.totals?.generatedTokens == story.generatedTokens - record.request.resumed.count)
                #expect(story.shownTokens == story.shownTokens.sorted())
                #expect(story.shownTokens.last ?? 0 <= story.generatedTokens)
                ends.insert(story.end)
            }
            #expect(sum == engine.totals, "seed \(seed)")
            #expect(sum.promptTokens == metrics["vllm:prompt_tokens_total"], "seed \(seed)")
            #expect(sum.generatedTokens == metrics["vllm:generation_tokens_total"], "seed \(seed)")
            numPreempted += metrics["vllm:num_preemptions_total"]
        }
        #expect(numPreempted > 0)
        // Whether a stop still meets a request depends on the machine; the tests below see to it.
        let sure: Set = ["finished", "failed", "late", "cancelled waiting", "cancelled running"]
        #expect(ends.subtracting(["stopping"]) == sure, "the days must hold every kind of end")
    }

    /// What a request's events say, read on their own.
    private struct Story {
        var isStarted = false
        var generatedTokens = 0
        var shownTokens: [Int] = []
        var end = ""
        var totals: TokenTotals?
        var isInOrder = true

        /// What the engine has to compute before the first token, if it computes anything.
        func prefilledTokens(_ request: EngineRequest) -> Int {
            let isWhole = request.resumed.count == request.maxTokens
            return isStarted && !isWhole ? request.prompt.count + request.resumed.count : 0
        }

        /// - Parameter resumed: tokens that were generated before.
        init(_ events: [EngineEvent], resumed: Int) {
            generatedTokens = resumed
            for event in events {
                if totals != nil { isInOrder = false }
                switch event {
                case .started:
                    isInOrder = isInOrder && !isStarted
                    isStarted = true
                case .token(_, _, let shown):
                    isInOrder = isInOrder && isStarted && end.isEmpty
                    generatedTokens += 1
                    shownTokens.append(shown)
                case .finished(_, let count, _, _):
                    isInOrder = isInOrder && (count == generatedTokens || count == generatedTokens + 1)
                    generatedTokens = count
                    end = "finished"
                case .failed(.deadline): end = "late"
                case .failed(.stopping): end = "stopping"
                case .failed: end = "failed"
                case .released(let totals): self.totals = totals
                }
            }
            if end.isEmpty { end = isStarted ? "cancelled running" : "cancelled waiting" }
        }
    }

    /// A group that does not fit the queue leaves nothing behind, not even a token.
    @Test func aRefusedGroupCostsNothing() async throws {
        let metrics = CountingMetrics()
        var configuration = EngineConfiguration()
        configuration.waitingLimit = 3
        let engine = Engine(
            name: "hash", backend: HashBackend(), tokenizer: try .bytes(), configuration: configuration,
            metrics: metrics)
        let group = Array(repeating: EngineRequest(prompt: [1, 2, 3]), count: 4)
        #expect(throws: EngineError.overloaded(waiting: 0, retryAfterSeconds: 1)) {
            try engine.submit(group) { _, event in Issue.record("an event of a refused request: \(event)") }
        }
        await engine.stop()
        #expect(engine.totals == TokenTotals() && metrics["vllm:prompt_tokens_total"] == 0)
    }

    /// Requests that meet the closing gate are refused or told their end: none waits for ever.
    @Test func nothingIsLostWhileTheEngineStops() async throws {
        for _ in 0..<50 {
            let engine = Engine(
                name: "hash", backend: HashBackend(), tokenizer: try .bytes(), metrics: CountingMetrics())
            let (releases, released) = AsyncStream<Void>.makeStream()
            async let stopped: Void = engine.stop()
            var missing = 0
            while (try? engine.submit(
                EngineRequest(prompt: [1]), deliver: { if case .released = $0 { released.yield() } })) != nil
            {
                missing += 1
            }
            await stopped
            released.finish()
            for await _ in releases { missing -= 1 }
            #expect(missing == 0)
        }
    }
}

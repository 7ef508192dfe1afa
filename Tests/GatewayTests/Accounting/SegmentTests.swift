import Gateway
import JSON
import Ledger
import OpenAI
import Testing
import WebTestSupport

/// A request that several workers served: a line of usage for each.
@Suite(.timeLimit(.minutes(10))) struct SegmentTests {
    private static let first = ServingWorker(id: "w-first", pool: "local")
    private static let second = ServingWorker(id: "w-second", pool: "local", replayedTokens: 7)

    private static func lines(_ events: [GenerationEvent]) async throws -> [SegmentUsage] {
        try await TestServer.running(FakeWorker(.events(events))) { server in
            #expect(try await server.chat(#","n":2"#).status == 200)
            return try await server.ledger.usageLines().map(\.segment)
        }
    }

    @Test func eachWorkerHasWhatItDelivered() async throws {
        let lines = try await Self.lines([
            .started(promptTokens: 4, cachedTokens: 2), .served(choice: 0, by: Self.first),
            .served(choice: 1, by: Self.first), .delta(choice: 0, text: "a", completionTokens: 3),
            .delta(choice: 1, text: "b", completionTokens: 1), .served(choice: 0, by: Self.second),
            .delta(choice: 0, text: "c", completionTokens: 5), .finished(choice: 0, reason: .stop, completionTokens: 6),
            .finished(choice: 1, reason: .stop, completionTokens: 2),
        ])
        #expect(lines.map(\.worker) == ["w-first", "w-second"] && lines.map(\.index) == [0, 1])
        #expect(lines.map(\.outputTokens) == [5, 3] && lines.map(\.promptTokens) == [4, 0])
        #expect(lines.map(\.cachedTokens) == [2, 0] && lines.map(\.replayedTokens) == [0, 7])
    }

    /// A segment says the least exact way in which its worker took a choice up.
    @Test(arguments: Beginning.allCases) func aSegmentSaysHowItBegan(_ began: Beginning) async throws {
        var second = Self.second
        second.began = began
        let lines = try await Self.lines([
            .started(promptTokens: 4, cachedTokens: 2), .served(choice: 0, by: Self.first),
            .served(choice: 1, by: Self.first), .delta(choice: 0, text: "a", completionTokens: 3),
            .served(choice: 0, by: second), .delta(choice: 0, text: "c", completionTokens: 5),
            .served(choice: 1, by: Self.second), .finished(choice: 0, reason: .stop, completionTokens: 6),
            .finished(choice: 1, reason: .stop, completionTokens: 2),
        ])
        #expect(lines.map { $0.began?.rawValue } == ["first", began.rawValue])
        #expect(lines.map(\.outputTokens) == [3, 5], "each token once")
    }

    /// A worker that begins and brings nothing earns nothing: the prompt is the one's who answered it.
    @Test func whoBringsNothingEarnsNothing() async throws {
        let lines = try await Self.lines([
            .started(promptTokens: 4, cachedTokens: 0), .served(choice: 0, by: Self.first),
            .served(choice: 1, by: Self.first), .served(choice: 0, by: Self.second),
            .served(choice: 1, by: Self.second), .delta(choice: 0, text: "a", completionTokens: 2),
            .finished(choice: 0, reason: .stop, completionTokens: 2),
            .finished(choice: 1, reason: .stop, completionTokens: 1),
        ])
        #expect(lines.map(\.worker) == ["w-second"] && lines[0].promptTokens == 4 && lines[0].outputTokens == 3)
        #expect(lines[0].index == 0 && lines[0].replayedTokens == 0)
    }
}

import Foundation
import Simulation
import TestSupport
import Testing

@Suite struct TraceTests {
    private func request(_ arrival: Double, prompt: Int = 1, blocks: [UInt64] = [1]) -> TraceRequest {
        TraceRequest(arrival: arrival, promptTokens: prompt, outputTokens: 1, blocks: blocks)
    }

    @Test func requestsComeInOrderAndKeepTheirsAtTheSameMoment() {
        let trace = Trace([request(2), request(1, blocks: [7]), request(1, blocks: [8])])
        #expect(trace.requests.map(\.arrival) == [1, 1, 2])
        #expect(trace.requests.map(\.blocks) == [[7], [8], [1]])
        #expect(trace.requests.map(\.number) == [0, 1, 2])
    }

    @Test func aTraceIsMadeFasterOrSlower() {
        let trace = Trace([3, 4, 6, 8].map { request($0) })
        #expect(abs(trace.rate - 0.6) < 1e-12)
        let faster = trace.scaled(toRate: 6)
        #expect(abs(faster.rate - 6) < 1e-9)
        for (arrival, expected) in zip(faster.requests.map(\.arrival), [0, 0.1, 0.3, 0.5]) {
            #expect(abs(arrival - expected) < 1e-12)
        }
    }

    @Test func whatCameAtOneTickIsSpreadToTheNext() {
        let trace = Trace([0, 0, 0, 3, 9, 9].map { request($0) }).spreadingTies()
        #expect(trace.requests.map(\.arrival) == [0, 1, 2, 3, 9, 9])
    }

    @Test func promptsShareTheirPrefixAsFarAsTheirBlocksAreTheSame() {
        let one = request(0, prompt: 1400, blocks: [1, 2, 3])
        let two = request(0, prompt: 1600, blocks: [1, 2, 4, 5])
        let (first, second) = (one.prompt, two.prompt)
        #expect(first.count == 1400 && second.count == 1600)
        #expect(first[..<1024] == second[..<1024])
        #expect((1024..<1400).allSatisfy { first[$0] != second[$0] })
        #expect(first.allSatisfy { $0 >= 0 })
        let (left, right) = (one.prefixDigests(chunkTokens: 64), two.prefixDigests(chunkTokens: 64))
        #expect(left.count == 16 && right.count == 24)
        #expect(left == Array(right[..<16]) && Set(right).count == 24)
        let swapped = request(0, prompt: 1400, blocks: [2, 1, 3]).prefixDigests(chunkTokens: 64)
        #expect(Set(swapped).isDisjoint(with: left))
    }

    @Test(.enabled(if: TestData.isAvailable)) func thePublishedTracesAreRead() throws {
        let folder = TestData.folder.appendingPathComponent("traces").path
        let mooncake = try Trace.mooncake(path: folder + "/mooncake-conversation.jsonl")
        #expect(mooncake.requests.count == 12_031)
        #expect(mooncake.requests[1].blocks.prefix(2) == [0, 14] && mooncake.requests[1].promptTokens == 7322)
        #expect(mooncake.requests.last?.arrival == 3536.999)
        let azure = try Trace.azure(path: folder + "/azure-2023-code.csv")
        #expect(azure.requests.count == 8819)
        let (first, last) = (try #require(azure.requests.first), try #require(azure.requests.last))
        #expect(first.arrival == 0 && first.promptTokens == 4808 && first.outputTokens == 10)
        #expect(abs(last.arrival - (57 * 60 + 15.948056)) < 1e-6)
        #expect(Set(azure.requests.flatMap(\.blocks)).count == azure.requests.reduce(0) { $0 + $1.blocks.count })
    }

    @Test func timesGoOnOverMidnightAndLeapDays() throws {
        let folder = try TemporaryFolder()
        let lines = [
            "TIMESTAMP,ContextTokens,GeneratedTokens", "2024-02-28 23:59:59.5,1,1", "2024-02-29 00:00:00,1,1",
            "2024-03-01 00:00:00.25,513,2", "",
        ]
        try folder.write(lines.joined(separator: "\r\n"), to: "a.csv")
        let trace = try Trace.azure(path: folder.path + "/a.csv")
        #expect(trace.requests.map(\.arrival) == [0, 0.5, 86_400.75])
        #expect(trace.requests.map(\.blocks.count) == [1, 1, 2])
    }

    @Test(arguments: [
        ("{", "it is not JSON"),
        (#"{"timestamp":0,"input_length":1,"output_length":1}"#, "'hash_ids' are not whole numbers"),
        (#"{"timestamp":0,"input_length":1,"output_length":1,"hash_ids":["a"]}"#, "'hash_ids' are not whole numbers"),
        (#"{"timestamp":0,"output_length":1,"hash_ids":[1]}"#, "'input_length' is not a whole number"),
        (#"{"timestamp":-1,"input_length":1,"output_length":1,"hash_ids":[1]}"#, "its time is before 0"),
        (
            #"{"timestamp":0,"input_length":0,"output_length":1,"hash_ids":[]}"#,
            "0 prompt tokens are not 1 to 100000000"
        ),
        (
            #"{"timestamp":0,"input_length":513,"output_length":1,"hash_ids":[1]}"#,
            "513 prompt tokens have 2 blocks, not 1"
        ),
        (
            #"{"timestamp":0,"input_length":1,"output_length":0,"hash_ids":[1]}"#,
            "0 generated tokens are not 1 to 100000000"
        ),
    ])
    func aBadLineIsNamed(_ line: String, _ reason: String) throws {
        let folder = try TemporaryFolder()
        let good = #"{"timestamp":0,"input_length":1,"output_length":1,"hash_ids":[1]}"#
        try folder.write("\(good)\n\(line)\n", to: "m.jsonl")
        let error = #expect(throws: TraceError.self) { try Trace.mooncake(path: folder.path + "/m.jsonl") }
        #expect("\(try #require(error))".hasPrefix("\(folder.path)/m.jsonl, line 2: \(reason)"))
    }

    @Test(arguments: [
        ("2023-11-16 18:17:03.97,1", "it is not a time and two whole numbers"),
        ("2023-11-16 18:17:03.97,1,x", "it is not a time and two whole numbers"),
        ("2023-13-16 18:17:03.97,1,1", "'2023-13-16 18:17:03.97' is not a time"),
        ("yesterday,1,1", "'yesterday' is not a time"),
        ("2023-11-16 18:17:03,9000000000000000000,1", "9000000000000000000 prompt tokens are too many"),
        ("2023-11-16 18:17:03,-9223372036854775808,1", "-9223372036854775808 prompt tokens are not 1 to 100000000"),
        ("2023-11-15 18:17:03,1,1", "its time is before 0"),
    ])
    func aBadRowIsNamed(_ row: String, _ reason: String) throws {
        let folder = try TemporaryFolder()
        let head = "TIMESTAMP,ContextTokens,GeneratedTokens\n2023-11-16 18:17:03,1,1\n"
        try folder.write(head + row, to: "a.csv")
        let error = #expect(throws: TraceError.self) { try Trace.azure(path: folder.path + "/a.csv") }
        #expect("\(try #require(error))".hasPrefix("\(folder.path)/a.csv, line 3: \(reason)"))
    }

    @Test func aTraceThatIsNoneIsNamed() throws {
        let folder = try TemporaryFolder()
        try folder.write("a,b\n", to: "a.csv")
        try folder.write("\n", to: "m.jsonl")
        #expect(throws: TraceError.self) { try Trace.mooncake(path: folder.path + "/none.jsonl") }
        #expect(throws: TraceError.self) { try Trace.azure(path: folder.path + "/a.csv") }
        #expect(throws: TraceError.self) { try Trace.mooncake(path: folder.path + "/m.jsonl") }
    }
}

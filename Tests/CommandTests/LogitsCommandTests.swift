import Foundation
import JSON
import TestSupport
import Testing

/// `gleaner logits`, the seam for outside checks, against the same oracle as the Models room.
@Suite struct LogitsCommandTests {
    private static let fixture = TestData.packageRoot.appendingPathComponent("Oracles/Models/qwen3").path

    @Test func everyPositionHasTheOraclesLogits() async throws {
        try await withHome { (home) async throws in
            let oracle = try JSON.parse(Array(Data(contentsOf: URL(fileURLWithPath: Self.fixture + "/oracle.json"))))
            let tokens = try #require(oracle["tokens"]?.array).compactMap(\.int)
            let run = try await GleanerProcess.run(
                ["logits", "--model", Self.fixture, "--tokens", tokens.map(String.init).joined(separator: " ")],
                home: home)
            #expect(run.status == 0 && run.errors.isEmpty)
            let rows = try #require(try JSON.parse(run.output).array)
            let values = rows.flatMap { $0.array ?? [] }.compactMap(\.double)
            let expected = try floats(Self.fixture + "/logits.f32")
            #expect(rows.count == tokens.count && values.count == expected.count)
            let largest = expected.map(abs).max() ?? 0
            #expect(zip(values, expected).allSatisfy { abs($0 - $1) < 1e-4 * largest })
        }
    }

    private func floats(_ path: String) throws -> [Double] {
        let bytes = Array(try Data(contentsOf: URL(fileURLWithPath: path)))
        return stride(from: 0, to: bytes.count, by: 4).map { offset in
            let bits = bytes[offset..<offset + 4].reversed().reduce(UInt32(0)) { $0 << 8 | UInt32($1) }
            return Double(Float(bitPattern: bits))
        }
    }

    @Test(arguments: [
        (["--tokens", "1 x"], 64, "'x'"), (["--tokens", ","], 64, "no token"), (["--tokens", "1 99999"], 1, "99999"),
        (["--tokens=-1"], 1, "-1"), (["--tokens", "1", "--threads", "0"], 1, "threads"),
    ])
    func whatHasNoLogitsIsAnError(_ arguments: [String], _ status: Int32, _ message: String) async throws {
        try await withHome { (home) async throws in
            let run = try await GleanerProcess.run(["logits", "--model", Self.fixture] + arguments, home: home)
            #expect(run.status == status && run.output.isEmpty && run.errors.contains(message), "\(run.errors)")
        }
    }
}

import Foundation
import Testing

/// What a served model costs in memory.
@Suite(.timeLimit(.minutes(10))) struct MemoryTests {
    /// A model whose weights are nearly all of its file. Of one whose words are many, the embedding is read
    /// where it is mapped and repacked for the output.
    enum Shape: CaseIterable {
        case deep
        case wordy

        var arguments: [String] {
            let (vocabulary, layers, type) = self == .deep ? (300, 24, "Q8_0") : (90_000, 1, "F16")
            return [
                "--vocabulary-size", "\(vocabulary)", "--layers", "\(layers)", "--type", type, "--hidden-size", "512",
                "--heads", "8", "--kv-heads", "8", "--head-width", "64", "--feed-forward-width", "2048",
                "--context-length", "640",
            ]
        }
    }

    /// Bytes that a process has for itself in memory or in swap and that no file stands behind.
    private func anonymousBytes(of process: pid_t) throws -> Int {
        let sums = try String(contentsOfFile: "/proc/\(process)/smaps_rollup", encoding: .utf8)
        let fields = sums.split(separator: "\n").compactMap { line -> Int? in
            let words = line.split(separator: " ")
            guard let name = words.first, ["Anonymous:", "Swap:"].contains(name) else { return nil }
            return Int(words[1])
        }
        return try #require(fields.count == 2 ? fields : nil).reduce(0, +) * 1024
    }

    /// Serves a model until it has answered, and says what it then holds.
    private func anonymousBytes(serving model: String, home: String) async throws -> Int {
        var bytes = 0
        let status = try await TerminalSession.run(["serve", model, "--port", "0"], home: home) { terminal in
            let address = try await terminal.readAddress()
            let work = ["--requests", "1", "--prompt-tokens", "20", "--max-tokens", "8"]
            let bench = try await GleanerProcess.run(["bench", "--url", address] + work, home: home)
            #expect(bench.status == 0, "\(bench.errors)")
            bytes = try anonymousBytes(of: terminal.processID)
            try terminal.type(TerminalSession.controlC)
        }
        #expect(status == 0)
        return bytes
    }

    /// Weights are in memory once beside the file: what a model takes beyond one of almost no weights is one
    /// repacked copy of them.
    @Test(arguments: Shape.allCases) func weightsAreCopiedOnceAtMost(_ shape: Shape) async throws {
        try await withHome { home in
            let (small, large) = (home + "/small.gguf", home + "/large.gguf")
            try await makeRandomModel(at: small, contextLength: 640, home: home)
            let made = try await GleanerProcess.run(["make-random-model", large] + shape.arguments, home: home)
            try #require(made.status == 0, "\(made.errors)")
            let size = try FileManager.default.attributesOfItem(atPath: large)[.size] as? Int
            let file = try #require(size)
            let program = try await anonymousBytes(serving: small, home: home)
            let all = try await anonymousBytes(serving: large, home: home)
            #expect(file > program + program / 2, "large enough to be seen beside the program's \(program) bytes")
            #expect(all > file * 3 / 4, "the repacked copy is among what is counted")
            #expect(all < file + program, "\(all) bytes for a file of \(file), beside the program's \(program)")
        }
    }
}

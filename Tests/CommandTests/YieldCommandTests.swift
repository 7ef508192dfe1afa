import Foundation
import JSON
import TestSupport
import Testing

/// `gleaner yield`, `gleaner resume` and the signals of `gleaner serve`, with the real program.
@Suite(.timeLimit(.minutes(10))) struct YieldCommandTests {
    private static let demo = TestData.packageRoot.appendingPathComponent("Demo/gleaner-demo-q8_0.gguf").path

    private func load(_ address: String, home: String, tokens: Int = 8) async throws -> JSON {
        let words = ["--requests", "6", "--concurrency", "3", "--prompt-tokens", "20", "--max-tokens", "\(tokens)"]
        let bench = try await GleanerProcess.run(["bench", "--url", address, "--json"] + words, home: home)
        #expect(bench.status == 0, "\(bench.errors)")
        return try JSON.parse(bench.output)
    }

    @Test func anOrderHoldsUntilItIsTakenBack() async throws {
        try await withHome { home in
            let status = try await TerminalSession.run(["serve", Self.demo, "--port", "0"], home: home) { terminal in
                let address = try await terminal.readAddress()
                let port = try #require(URL(string: address)?.port)
                let kept = try await GleanerProcess.run(["yield"], home: home)
                #expect(kept.status == 0 && kept.text.contains(":\(port): compute idle after "), "\(kept)")
                #expect(!kept.text.contains("memory back"))
                let released = try await GleanerProcess.run(
                    ["yield", "--release-memory", "--port", "\(port)"], home: home)
                #expect(released.text.contains(" ms, memory back after "), "\(released)")
                _ = try await terminal.read(through: "memory back after")
                // Who asks meanwhile is answered afterwards, and not refused.
                async let report = load(address, home: home)
                let resumed = try await GleanerProcess.run(["resume"], home: home)
                #expect(resumed.status == 0 && resumed.text.contains(":\(port): serves"), "\(resumed)")
                #expect(try await report["requests_completed"]?.int == 6)
                _ = try await terminal.read(through: "resumed ")
                let elsewhere = try await GleanerProcess.run(["yield", "--port", "1"], home: home)
                #expect(elsewhere.status == 1 && elsewhere.errors.contains("on port 1"))
                // It need not be taken back when it was for a while.
                let short = try await GleanerProcess.run(["yield", "--for", "1s"], home: home)
                #expect(short.status == 0)
                _ = try await terminal.read(through: "resumed ")
                try terminal.type(TerminalSession.controlC)
            }
            #expect(status == 0)
            let nobody = try await GleanerProcess.run(["yield"], home: home)
            #expect(nobody.status == 1 && nobody.errors.contains("No 'gleaner serve' of this user runs here"))
        }
    }

    /// An owner's job comes and goes while clients are served: the log tells of it, and no request fails.
    @Test func theOwnersCommandIsHeard() async throws {
        try await withHome { home in
            let job = home + "/job"
            let arguments = [
                "serve", Self.demo, "--port", "0", "--yield-when", "test -e '\(job)'", "--yield-rest", "1",
                "--yield-memory", "release",
            ]
            let status = try await TerminalSession.run(arguments, home: home) { terminal in
                let address = try await terminal.readAddress()
                async let report = load(address, home: home, tokens: 400)
                try Data().write(to: URL(fileURLWithPath: job))
                let line = try await terminal.read(through: "memory back after")
                #expect(line.contains("yielded to command (") && line.contains("compute idle after"))
                try FileManager.default.removeItem(atPath: job)
                _ = try await terminal.read(through: " s after it yielded to command")
                #expect(try await report["requests_completed"]?.int == 6)
                try terminal.type(TerminalSession.controlC)
            }
            #expect(status == 0)
        }
    }

    @Test(arguments: ["10", "0s", "-1m", "10y", "m"]) func aTimeIsCheckedBeforeAnything(_ time: String) async throws {
        try await withHome { (home) async throws in
            #expect(try await GleanerProcess.run(["yield", "--for=\(time)"], home: home).status == 64)
        }
    }

    /// Most of what a served model has in memory goes back to the system, and comes again when it is asked.
    @Test func releasedMemoryIsTheSystems() async throws {
        try await withHome { home in
            let model = home + "/large.gguf"
            let shape = [
                "--vocabulary-size", "30000", "--layers", "24", "--type", "Q8_0", "--hidden-size", "512", "--heads",
                "8",
                "--kv-heads", "8", "--head-width", "64", "--feed-forward-width", "2048", "--context-length", "640",
            ]
            let made = try await GleanerProcess.run(["make-random-model", model] + shape, home: home)
            try #require(made.status == 0, "\(made.errors)")
            let status = try await TerminalSession.run(["serve", model, "--port", "0"], home: home) { terminal in
                let address = try await terminal.readAddress()
                _ = try await load(address, home: home)
                let before = try residentBytes(of: terminal.processID)
                let yielded = try await GleanerProcess.run(["yield", "--release-memory"], home: home)
                let after = try residentBytes(of: terminal.processID)
                #expect(before > 100 << 20 && after < before / 2, "\(before) bytes, then \(after)")
                #expect(yielded.text.contains(" MiB less)"))
                #expect(try await GleanerProcess.run(["resume"], home: home).status == 0)
                #expect(try await load(address, home: home)["requests_completed"]?.int == 6)
                #expect(try residentBytes(of: terminal.processID) > after * 3 / 2, "it is there again")
                try terminal.type(TerminalSession.controlC)
            }
            #expect(status == 0)
        }
    }

    private func residentBytes(of process: pid_t) throws -> Int {
        let pages = try String(contentsOfFile: "/proc/\(process)/statm", encoding: .utf8).split(separator: " ")
        return try #require(Int(pages[1])) * sysconf(Int32(_SC_PAGESIZE))
    }
}

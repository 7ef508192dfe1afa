import Foundation
import Supervision
import Testing
import WebTestSupport

@Suite(.timeLimit(.minutes(10))) struct RunningProgramTests {
    /// A shell that runs a script, and what it writes.
    private func start(_ script: String, patience: Duration = .seconds(60)) async throws -> (
        RunningProgram, Inbox<String>
    ) {
        let lines = Inbox<String>()
        let command = try EngineCommand("sh -c '\(script.replacing("'", with: #"'\''"#))'")
        return (try await RunningProgram.start(command, patience: patience) { lines.put($0) }, lines)
    }

    private func rest(_ lines: Inbox<String>) async -> [String] {
        lines.put("the end")
        var all: [String] = []
        while let line = await lines.next(), line != "the end" { all.append(line) }
        return all
    }

    @Test func allThatItWroteComesBeforeItsEnd() async throws {
        let (program, lines) = try await start("echo out; echo err >&2; seq 1 20000; printf last; exit 3")
        #expect(await program.waitForEnd() == .exited(3))
        #expect(await rest(lines) == ["out", "err"] + (1...20000).map(String.init) + ["last"])
        #expect(await program.waitForEnd() == .exited(3), "the end can be asked for again")
    }

    @Test func aProgramThatIsNotThereIsNotStarted() async throws {
        let error = await #expect(throws: ProgramStartError.self) {
            _ = try await RunningProgram.start(EngineCommand("no-such-program-1 x"), patience: .zero) { _ in }
        }
        #expect(error?.number == ENOENT && "\(error, default: "")".contains("no-such-program-1"))
    }

    @Test func itInheritsNoFileAndHasNothingToRead() async throws {
        // Files that are not closed by themselves when a program is started.
        let files = (0..<8).map { _ in open("/dev/null", O_RDONLY) }
        defer { for file in files { close(file) } }
        let (program, lines) = try await start("cat; for f in /proc/$$/fd/*; do echo ${f##*/}; done")
        #expect(await program.waitForEnd() == .exited(0))
        let inherited = Set(await rest(lines))
        #expect(inherited.isSubset(of: ["0", "1", "2", "3"]), "and the folder that the shell reads")
    }

    /// A server ignores SIGPIPE and may block signals; its children must not.
    @Test func signalsAreAsForAnyProgram() async throws {
        let (program, lines) = try await start("grep -E \"^Sig(Blk|Ign)\" /proc/self/status | tr -d \"\\t\"")
        _ = await program.waitForEnd()
        let masks = await rest(lines).map { UInt64($0.split(separator: ":")[1], radix: 16) ?? .max }
        // 32 and 33 are the C library's own.
        #expect(masks.count == 2 && masks.allSatisfy { $0 & 0x7FFF_FFFF == 0 })
    }

    @Test func itMayFinishWhenItIsStopped() async throws {
        let (program, lines) = try await start(
            "trap \"echo bye; exit 7\" TERM; echo ready; while :; do sleep 0.01; done")
        #expect(await lines.next() == "ready")
        program.stop()
        program.stop()
        #expect(await program.waitForEnd() == .exited(7))
        #expect(await rest(lines).contains("bye"), "beside what the shell says of its own children")
        program.stop()
    }

    @Test func whoDoesNotListenIsKilled() async throws {
        let (program, lines) = try await start(
            "trap \"\" TERM; echo ready; while :; do sleep 0.01; done", patience: .milliseconds(50))
        #expect(await lines.next() == "ready")
        program.stop()
        #expect(await program.waitForEnd() == .killed(SIGKILL))
    }

    @Test func whatItLeavesBehindGoesWithIt() async throws {
        let (program, lines) = try await start("trap \"\" TERM HUP; sleep 1000 & echo $!; exit 0")
        let child = try #require(await lines.next().flatMap { Int32($0) })
        #expect(await program.waitForEnd() == .exited(0))
        await ProcessTable.waitUntilDead(child)
        #expect(!ProcessTable.isAlive(child))
    }

    @Test func itDoesNotOutliveItsKeeper() async throws {
        let (program, lines) = try await start("echo $PPID; exec sleep 1000")
        let keeper = try #require(await lines.next().flatMap { Int32($0) })
        #expect(ProcessTable.isAlive(program.id) && keeper != getpid())
        kill(keeper, SIGKILL)
        #expect(await program.waitForEnd() == .lost)
        await ProcessTable.waitUntilDead(program.id)
        #expect(!ProcessTable.isAlive(program.id))
    }

    @Test func linesAreBoundedAndCannotCommandATerminal() async throws {
        let (program, lines) = try await start(
            "head -c 10000 /dev/zero | tr \"\\0\" x; printf \"\\n\\033[2Jboo\\r\\n\\n\"")
        _ = await program.waitForEnd()
        let texts = await rest(lines)
        #expect(texts.map(\.count) == [4096, 4096, 1808, 7] && texts.last == "·[2Jboo")
    }
}

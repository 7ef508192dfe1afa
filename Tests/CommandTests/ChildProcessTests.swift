import Foundation
import TestSupport
import Testing

/// What the other tests start programs with.
@Suite(.timeLimit(.minutes(10))) struct ChildProcessTests {
    /// It would be the first that ended, for ever, to whoever waits for any child: Swift Testing's exit tests.
    @Test func aProgramThatNobodyWaitsForIsNotLeftBehind() async throws {
        let id = try ChildProcess(["/bin/true"]).id
        while kill(id, 0) == 0 { try await Task.sleep(for: .milliseconds(1)) }
        #expect(errno == ESRCH)
    }

    @Test(arguments: [("exit 7", 7, 7), ("kill -9 $$", 137, nil)])
    func itsEndIsToldInBothWays(_ script: String, _ status: Int32, _ exitCode: Int32?) async throws {
        let child = try ChildProcess(["/bin/sh", "-c", script])
        #expect(await child.wait() == status)
        #expect(child.waitUntilEnded() == status && child.exitCode == exitCode && !child.isRunning)
    }
}

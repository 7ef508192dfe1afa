package import Logging
import OpenAI

/// How a server stops serving: refuse what is new, wait for what runs, end what is left.
package struct Drain: Sendable {
    private let running: RunningRequests
    private let clock: any Clock<Duration>
    private let logger: Logger

    package init(running: RunningRequests, clock: any Clock<Duration>, logger: Logger) {
        self.running = running
        self.clock = clock
        self.logger = logger
    }

    /// From now on nothing is admitted.
    package func begin() { running.startDraining() }

    /// Returns when no request runs any more, or when those left were told to end; when it is cancelled, without telling them.
    /// - Parameter deadline: how long running requests may go on.
    package func run(deadline: Duration) async {
        begin()
        logger.info("draining", metadata: ["running": "\(running.count)"])
        await withTaskGroup(of: Bool.self) { tasks in
            tasks.addTask {
                await running.waitUntilEmpty()
                return true
            }
            tasks.addTask {
                try? await clock.sleep(for: deadline)
                return false
            }
            if await tasks.next() == false, !Task.isCancelled { running.cancelAll(throwing: running.refusal) }
            tasks.cancelAll()
        }
    }
}

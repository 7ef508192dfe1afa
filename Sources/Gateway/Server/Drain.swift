import Logging
import OpenAI
import ServiceLifecycle

/// How a server stops: refuse what is new, wait for what runs, end what is left, close.
struct Drain: Sendable {
    let running: RunningRequests
    let limits: GatewayLimits
    let clock: any Clock<Duration>
    let logger: Logger

    /// How long the listener may take to close once no request runs.
    private static let closingDeadline = Duration.seconds(5)

    /// Waits for the listener; drains and closes it when this task's service group shuts down.
    func run(_ listening: Task<Void, any Error>, group: ServiceGroup) async throws {
        try await withTaskCancellationHandler {
            try await withThrowingTaskGroup(of: Void.self) { tasks in
                tasks.addTask {
                    try await gracefulShutdown()
                    await drain()
                    await group.triggerGracefulShutdown()
                    try await clock.sleep(for: Self.closingDeadline)
                    listening.cancel()
                }
                defer { tasks.cancelAll() }
                try await listening.value
            }
        } onCancel: {
            listening.cancel()
        }
    }

    private func drain() async {
        running.startDraining()
        logger.info("draining", metadata: ["running": "\(running.count)"])
        await withTaskGroup(of: Bool.self) { tasks in
            tasks.addTask {
                await running.waitUntilEmpty()
                return true
            }
            tasks.addTask {
                try? await clock.sleep(for: limits.drainDeadline)
                return false
            }
            if await tasks.next() == false { running.cancelAll(throwing: .shuttingDown) }
            tasks.cancelAll()
        }
    }
}

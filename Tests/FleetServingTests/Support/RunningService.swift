import Logging
import ServiceLifecycle

/// Services that run in a task of their own, so that a test can stop each when it wants.
struct RunningServices: Sendable {
    private let group: ServiceGroup
    private let task: Task<Void, any Error>

    /// - Parameter services: the last stops first.
    init(_ services: [any Service]) {
        let group = ServiceGroup(configuration: ServiceGroupConfiguration(services: services, logger: .quiet))
        self.group = group
        task = Task.detached { try await group.run() }
    }

    /// As SIGTERM does; returns when it is over.
    func stop() async throws {
        await group.triggerGracefulShutdown()
        try await task.value
    }

    /// Ends everything where it stands, connections and all.
    func kill() async {
        task.cancel()
        _ = await task.result
    }
}

extension Logger {
    /// Says nothing.
    static let quiet = Logger(label: "gleaner.tests") { _ in SwiftLogNoOpLogHandler() }
}

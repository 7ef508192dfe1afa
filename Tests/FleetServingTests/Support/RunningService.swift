import Logging
import ServiceLifecycle
import Synchronization
import Testing

/// Services that run in a task of their own, so that a test can stop each when it wants.
struct RunningServices: Sendable {
    private let group: ServiceGroup
    private let task: Task<Void, any Error>
    private let end = End()

    private final class End: Sendable {
        let hasCome = Atomic(false)
    }

    /// - Parameter services: the last stops first.
    init(_ services: [any Service]) {
        let group = ServiceGroup(configuration: ServiceGroupConfiguration(services: services, logger: .quiet))
        self.group = group
        task = Task.detached { [end] in
            defer { end.hasCome.store(true, ordering: .releasing) }
            try await group.run()
        }
    }

    /// As SIGTERM does; returns when it is over.
    func stop() async throws {
        await group.triggerGracefulShutdown()
        try await task.value
    }

    /// Ends everything where it stands, connections and all.
    func kill() async {
        task.cancel()
        // Cancelling does not end a wait for a task, and a test that waits for ever does not say so.
        do {
            try await eventually(within: .seconds(60)) { end.hasCome.load(ordering: .acquiring) }
        } catch {
            Issue.record("services that were cancelled did not end: \(error)")
        }
    }
}

extension Logger {
    /// Says nothing.
    static let quiet = Logger(label: "gleaner.tests") { _ in SwiftLogNoOpLogHandler() }
}

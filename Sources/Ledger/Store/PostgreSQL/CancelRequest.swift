import CPQ

/// A request to a server to stop what a connection is doing; sent from another thread, over a connection of its own.
final class CancelRequest: @unchecked Sendable {
    // libpq allows it to be used on any thread, and it never changes.
    private let handle: OpaquePointer?

    init(_ connection: PostgreSQLConnection) { handle = PQgetCancel(connection.handle) }

    deinit { if let handle { PQfreeCancel(handle) } }

    /// Blocks while it connects. What goes wrong does not matter: the read then ends by its deadline.
    func send() {
        guard let handle else { return }
        var message = [CChar](repeating: 0, count: 256)
        _ = PQcancel(handle, &message, Int32(message.count))
    }
}

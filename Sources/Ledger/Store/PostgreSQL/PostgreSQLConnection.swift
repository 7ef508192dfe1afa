import CPQ
import Glibc

/// One libpq connection, in pipeline mode and never blocking: every wait is ours and has a deadline. Used by one thread
/// at a time. After a failure of the connection itself it is broken and only good for closing.
final class PostgreSQLConnection {
    let handle: OpaquePointer
    let target: PostgreSQLTarget
    private(set) var isBroken = false
    var prepared = PreparedStatements()

    /// Connects and runs the settings (SQL without arguments).
    init(_ target: PostgreSQLTarget, settings: String, until end: ContinuousClock.Instant) throws(StoreError) {
        self.target = target
        guard let handle = Self.start(target) else { throw .unavailable("no memory for a connection") }
        self.handle = handle
        PQsetNoticeProcessor(handle, { _, _ in }, nil)
        try connect(until: end)
        guard PQsetnonblocking(handle, 1) == 0 else { throw broken("cannot be made non-blocking") }
        guard PQsendQuery(handle, settings) == 1 else { throw broken("refuses settings") }
        try finishSettings(until: end)
        guard PQenterPipelineMode(handle) == 1 else { throw broken("has no pipeline mode") }
    }

    deinit { PQfinish(handle) }

    /// False when the server has hung up on an idle connection, as it does when it stops.
    func isAlive() -> Bool {
        guard !isBroken else { return false }
        var socket = pollfd(fd: PQsocket(handle), events: Int16(POLLIN), revents: 0)
        // A server that stops says so before it hangs up, so after what can be read there may be the end.
        while poll(&socket, 1, 0) != 0 {
            guard PQconsumeInput(handle) == 1, PQstatus(handle) == CONNECTION_OK else {
                isBroken = true
                return false
            }
        }
        return true
    }

    /// Whether a transaction is open.
    var isInTransaction: Bool { PQtransactionStatus(handle) != PQTRANS_IDLE }

    /// Declares the connection unfit for another unit of work.
    func giveUp() { isBroken = true }

    /// Declares the connection broken and says why.
    func broken(_ reason: String? = nil) -> StoreError {
        isBroken = true
        let message = target.scrubbed(String(cString: PQerrorMessage(handle)))
        let reasons = [reason, message].compactMap(\.self).filter { !$0.isEmpty }
        return .unavailable(
            "\(target): \(reasons.isEmpty ? "the connection was lost" : reasons.joined(separator: ": "))")
    }

    /// Waits until the socket can be read or, when asked, written.
    func wait(_ events: Int32, until end: ContinuousClock.Instant) throws(StoreError) {
        while true {
            let remaining = ContinuousClock.now.duration(to: end)
            guard remaining > .zero else { throw broken("no answer within the deadline") }
            var socket = pollfd(fd: PQsocket(handle), events: Int16(events), revents: 0)
            let count = poll(&socket, 1, remaining.boundedMilliseconds)
            if count > 0 { return }
            guard count == 0 || errno == EINTR else { throw broken("poll failed") }
        }
    }

    /// Sends what is queued as far as the socket takes it, and waits until a result can be taken without blocking.
    func waitForResult(until end: ContinuousClock.Instant) throws(StoreError) {
        while true {
            let flushed = PQflush(handle)
            guard flushed >= 0 else { throw broken() }
            guard PQisBusy(handle) == 1 else { return }
            try wait(flushed == 1 ? POLLIN | POLLOUT : POLLIN, until: end)
            guard PQconsumeInput(handle) == 1 else { throw broken() }
        }
    }

    private static func start(_ target: PostgreSQLTarget) -> OpaquePointer? {
        var keywords = target.parameters.map { UnsafePointer<CChar>(strdup($0.keyword)) } + [nil]
        var values = target.parameters.map { UnsafePointer<CChar>(strdup($0.value)) } + [nil]
        defer { for text in keywords + values { free(UnsafeMutableRawPointer(mutating: text)) } }
        return PQconnectStartParams(&keywords, &values, 0)
    }

    private func connect(until end: ContinuousClock.Instant) throws(StoreError) {
        guard PQstatus(handle) != CONNECTION_BAD else { throw broken() }
        var next = PGRES_POLLING_WRITING
        while next != PGRES_POLLING_OK {
            switch next {
            case PGRES_POLLING_WRITING: try wait(POLLOUT, until: end)
            case PGRES_POLLING_READING: try wait(POLLIN, until: end)
            default: throw broken()
            }
            next = PQconnectPoll(handle)
        }
    }

    private func finishSettings(until end: ContinuousClock.Instant) throws(StoreError) {
        var failure: StoreError?
        while true {
            try waitForResult(until: end)
            guard let result = PQgetResult(handle) else { break }
            defer { PQclear(result) }
            if PQresultStatus(result) != PGRES_COMMAND_OK {
                failure = failure ?? StoreError(postgreSQL: result, target: target)
            }
        }
        if let failure {
            isBroken = true
            throw failure
        }
    }
}

import Dispatch
import GRDB
import GRDBSQLite
import Synchronization

/// Copies the `-wal` file into the database away from the commits.
///
/// SQLite would do it inside every thousandth page's commit, with two syncs and all copying: tens of milliseconds for
/// whoever waits for that commit. Here a connection of its own copies while writers go on; but as they add frames
/// meanwhile, the file would never begin anew, so the few that are left are then copied with the writer held. That, and
/// the first commit of a file begun anew, take a sync each, so it is not done often.
final class Checkpointer: Sendable {
    private struct State {
        var isRunning = false
        var isClosed = false
        /// The frames that the file had at the last checkpoint.
        var frames = 0
    }

    /// 128 MiB of pages: some seconds of 500 requests a second.
    private static let interval = 32_000
    /// Copies made beside the writer; the last finds few pages.
    private static let copies = 3

    private let state = Mutex(State())
    private let connection: DatabaseQueue
    private let pool: DatabasePool
    private let queue = DispatchQueue(label: "ledger.sqlite.checkpoint")

    init(path: String, configuration: Configuration, pool: DatabasePool) throws {
        connection = try DatabaseQueue(path: path, configuration: configuration)
        self.pool = pool
    }

    /// Watches the commits of the pool's writer, which no longer checkpoints by itself. The checkpointer must be held
    /// until the pool is closed.
    func watch() throws {
        try pool.writeWithoutTransaction { database in
            guard let handle = database.sqliteConnection else { throw StoreError.closed }
            let context = Unmanaged.passUnretained(self).toOpaque()
            _ = sqlite3_wal_hook(
                handle,
                { context, _, _, frames in
                    guard let context else { return SQLITE_OK }
                    Unmanaged<Checkpointer>.fromOpaque(context).takeUnretainedValue().committed(frames: Int(frames))
                    return SQLITE_OK
                }, context)
        }
    }

    /// Waits for what runs, and copies nothing more. To be called before the pool is closed.
    func stop() {
        state.withLock { $0.isClosed = true }
        queue.sync {}
    }

    /// To be called when the pool is closed. The last connection that can write copies what is left and removes the `-wal`
    /// file; the pool closes its readers last, which cannot.
    func close() { try? connection.close() }

    private func committed(frames: Int) {
        let starts = state.withLock { state in
            if frames < state.frames { state.frames = 0 }
            guard !state.isRunning, !state.isClosed, frames - state.frames >= Self.interval else { return false }
            state.isRunning = true
            return true
        }
        if starts { queue.async { self.run() } }
    }

    /// What fails here is tried again some frames later; nothing is lost while the `-wal` file grows.
    private func run() {
        for _ in 0..<Self.copies { _ = try? connection.writeWithoutTransaction { _ = try $0.checkpoint(.passive) } }
        let frames = try? pool.writeWithoutTransaction { try $0.checkpoint(.passive).walFrameCount }
        state.withLock { state in
            state.isRunning = false
            state.frames = frames ?? state.frames + Self.interval
        }
    }
}

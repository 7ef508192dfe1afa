import Foundation
import TestSupport

/// Ends the server and removes its folder when this process ends, however it ends: a shell waits for the end of a pipe
/// that only we hold open.
final class ServerGuard: Sendable {
    private static let script = """
        trap '' HUP INT TERM
        cat >/dev/null
        pid=$(head -n 1 "$1/data/postmaster.pid" 2>/dev/null)
        if [ -n "$pid" ]; then
            # A suspended process takes no other signal.
            kill -CONT "$pid" $(cat "/proc/$pid/task/$pid/children" 2>/dev/null) 2>/dev/null
            kill -QUIT "$pid" 2>/dev/null
            tries=0
            while kill -0 "$pid" 2>/dev/null && [ $tries -lt 100 ]; do sleep 0.1; tries=$((tries + 1)); done
            kill -KILL "$pid" 2>/dev/null
        fi
        rm -rf "$1"
        """

    private let pipe: Int32

    init(folder: URL) throws {
        var ends: [Int32] = [0, 0]
        guard Foundation.pipe(&ends) == 0 else { throw POSIXError(.EMFILE) }
        // Closed in every other program that we start, or the pipe would outlive us.
        for end in ends { _ = fcntl(end, F_SETFD, FD_CLOEXEC) }
        defer { close(ends[0]) }
        pipe = ends[1]
        _ = try ChildProcess(["/bin/sh", "-c", Self.script, "server-guard", folder.path], input: ends[0])
    }

    deinit { close(pipe) }
}

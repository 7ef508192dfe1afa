import Foundation

/// What the system knows of processes.
enum ProcessTable {
    /// Waits until a process does nothing any more; who has to may still have to bury it.
    static func waitUntilDead(_ id: Int32) async {
        while !Task.isCancelled, isAlive(id) { await Task.yield() }
    }

    static func isAlive(_ id: Int32) -> Bool {
        guard let text = try? String(contentsOfFile: "/proc/\(id)/stat", encoding: .utf8) else { return false }
        // "12 (name) S …"; the name may hold anything.
        let state = text.split(separator: ")").last?.first { $0 != " " }
        return state != "Z" && state != "X"
    }
}

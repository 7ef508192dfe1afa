import Glibc

/// Where the servers of one user on this machine can be reached by their owner: a folder that nobody else may enter,
/// with one socket for each.
package struct ControlFolder: Sendable {
    package let path: String
    private let home: String

    /// The longest path of a socket, in bytes: unix(7).
    private static let maximumPathBytes = 107

    /// - Parameter home: `GLEANER_HOME`.
    package init(home: String) {
        self.home = home
        path = home + "/control"
    }

    /// The place of this process's socket, made ready to be bound: what a dead process left there is removed.
    package func prepare() throws(ControlError) -> String {
        let socket = "\(path)/\(getpid()).sock"
        guard socket.utf8.count <= Self.maximumPathBytes else { throw .longPath(socket) }
        // Nobody may have used the home yet.
        for end in home.indices.dropFirst() where home[end] == "/" { mkdir(String(home[..<end]), 0o755) }
        mkdir(home, 0o755)
        if mkdir(path, 0o700) != 0, errno != EEXIST { throw .folder(path, reason: systemReason()) }
        var status = stat()
        guard lstat(path, &status) == 0, status.st_mode & S_IFMT == S_IFDIR, status.st_uid == geteuid() else {
            throw .folder(path, reason: "it is no folder of this user's")
        }
        guard chmod(path, 0o700) == 0 else { throw .folder(path, reason: systemReason()) }
        unlink(socket)
        return socket
    }

    /// The sockets that are there; some can be of processes that have died.
    package func sockets() -> [String] {
        guard let folder = opendir(path) else { return [] }
        defer { closedir(folder) }
        var found: [String] = []
        while let entry = readdir(folder) {
            let name = withUnsafePointer(to: &entry.pointee.d_name) {
                $0.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
            }
            if name.hasSuffix(".sock") { found.append("\(path)/\(name)") }
        }
        return found.sorted()
    }

    private func systemReason() -> String { String(cString: strerror(errno)).lowercased() }
}

/// Why a server cannot be reached by its owner, or did not do what it was told.
package enum ControlError: Error, Equatable, CustomStringConvertible {
    case longPath(String)
    case folder(String, reason: String)
    /// Nothing listens: the process has died.
    case nobody
    case answer(String)

    package var description: String {
        switch self {
        case .longPath(let path): "The socket's path '\(path)' is too long; use a shorter GLEANER_HOME."
        case .folder(let path, let reason): "The folder '\(path)' cannot be used for the server's socket: \(reason)."
        case .nobody: "Nothing listens at the socket."
        case .answer(let text): "The server did not do it: \(text)"
        }
    }
}

package import Foundation
import Synchronization
import TestSupport

extension PrivatePostgreSQL {
    private var data: URL { folder.appendingPathComponent("data") }
    private var log: URL { folder.appendingPathComponent("log") }

    /// Makes the data folder and the certificate.
    func initialize() async throws {
        let passwordFile = folder.appendingPathComponent("password")
        try Data(Self.password.utf8).write(to: passwordFile)
        _ = try await makeCertificate("server")
        try Data().write(to: log)
        if geteuid() == 0 { try await Command.run(["/usr/bin/env", "chown", "-R", "postgres:postgres", folder.path]) }
        try await Command.run(
            programs.command(
                "initdb",
                [
                    "-D", data.path, "-U", "postgres", "-E", "UTF8", "--locale=C", "--no-sync", "--auth-local=trust",
                    "--auth-host=scram-sha-256", "--pwfile=\(passwordFile.path)",
                ]))
    }

    /// Starts the server on what is in its data folder, and returns when it takes connections. Does nothing to one that
    /// runs.
    package func start() async throws {
        if process.withLock({ $0?.isRunning == true }) { return }
        // After a kill the last server's processes may need a moment to notice.
        let end = ContinuousClock.now + .seconds(60)
        while ContinuousClock.now < end {
            let process = try spawn()
            while process.isRunning, ContinuousClock.now < end {
                if isReady(process.id) { return self.process.withLock { $0 = process } }
                try await Task.sleep(for: .milliseconds(20))
            }
        }
        let text = (try? String(contentsOf: log, encoding: .utf8)) ?? ""
        throw ServerFailure("the server does not start: \(text.suffix(2000))")
    }

    /// What `pg_ctl stop -m immediate` does: every connection ends at once, and the next start recovers from the log.
    package func stopImmediately() async throws { try await end(SIGQUIT) }

    /// Kills the server's first process. What it had only in memory is lost.
    package func kill() async throws { try await end(SIGKILL) }

    /// Stops the whole server's processes where they stand, so that it neither answers nor hangs up; or lets them go on.
    package func suspend(_ isSuspended: Bool) throws {
        for process in try processes() { _ = Foundation.kill(process, isSuspended ? SIGSTOP : SIGCONT) }
    }

    private func end(_ signal: Int32) async throws {
        guard let process = process.withLock({ $0 }) else { return }
        let others = try processes()
        _ = Foundation.kill(process.id, signal)
        while process.isRunning || others.contains(where: { Foundation.kill($0, 0) == 0 }) {
            try await Task.sleep(for: .milliseconds(10))
        }
        self.process.withLock { $0 = nil }
    }

    /// The server's first process and its children.
    private func processes() throws -> [Int32] {
        guard let parent = process.withLock({ $0?.id }) else { return [] }
        let numbers = try FileManager.default.contentsOfDirectory(atPath: "/proc").compactMap { Int32($0) }
        return [parent]
            + numbers.filter { number in
                let line = try? String(contentsOfFile: "/proc/\(number)/stat", encoding: .utf8)
                // The name in parentheses may hold anything; the parent is the second field after it.
                let fields = line.flatMap { $0.lastIndex(of: ")").map($0.suffix(from:)) }?.split(separator: " ") ?? []
                return fields.count > 2 && Int32(fields[2]) == parent
            }
    }

    private func spawn() throws -> ChildProcess {
        var values = [
            "listen_addresses": "127.0.0.1", "port": "\(port)", "unix_socket_directories": folder.path,
            "max_connections": "400", "shared_buffers": "64MB", "fsync": "on", "ssl": "on",
            "recovery_init_sync_method": "syncfs", "ssl_cert_file": certificate.path,
            "ssl_key_file": folder.appendingPathComponent("server.key").path,
        ]
        values.merge(settings) { $1 }
        let options = values.sorted { $0.key < $1.key }.flatMap { ["-c", "\($0.key)=\($0.value)"] }
        let command = programs.command("postgres", ["-D", data.path] + options)
        let log = try FileHandle(forWritingTo: log)
        try log.seekToEnd()
        return try ChildProcess(command, output: log.fileDescriptor)
    }

    /// The server's lock file has its process in the first line and, once it takes connections, "ready" in the eighth.
    private func isReady(_ process: Int32) -> Bool {
        let file = data.appendingPathComponent("postmaster.pid")
        guard let text = try? String(contentsOf: file, encoding: .utf8) else { return false }
        let lines = text.split(separator: "\n", omittingEmptySubsequences: false)
        return lines.count >= 8 && Int32(lines[0]) == process && lines[7].hasPrefix("ready")
    }

    /// Makes a certificate for localhost, signed by itself, in the server's folder.
    package func makeCertificate(_ name: String) async throws -> URL {
        let key = folder.appendingPathComponent("\(name).key").path
        try await Command.run([
            "/usr/bin/env", "openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1",
            "-nodes", "-days", "2", "-subj", "/CN=localhost", "-addext", "subjectAltName=DNS:localhost",
            "-keyout", key, "-out", certificate(of: name).path,
        ])
        try FileManager.default.setAttributes([.posixPermissions: 0o600], ofItemAtPath: key)
        // Whoever runs the tests reads the certificate, whoever owns the folder.
        try FileManager.default.setAttributes([.posixPermissions: 0o755], ofItemAtPath: folder.path)
        return certificate(of: name)
    }

    func certificate(of name: String) -> URL { folder.appendingPathComponent("\(name).crt") }
}

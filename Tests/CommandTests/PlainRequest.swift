import Foundation
import Glibc

/// One HTTP request of a test, on a connection of its own.
enum PlainRequest {
    struct Answer: Sendable {
        let status: Int
        let body: String
    }

    struct NoAnswer: Error { let text: String }

    static func get(_ path: String, at host: String, port: Int, headers: [String] = []) async throws -> Answer {
        try await send("GET \(path) HTTP/1.1", headers, "", host, port)
    }

    static func post(_ path: String, _ body: String, at host: String, port: Int) async throws -> Answer {
        let headers = ["content-type: application/json", "content-length: \(body.utf8.count)"]
        return try await send("POST \(path) HTTP/1.1", headers, body, host, port)
    }

    private static func send(
        _ line: String, _ headers: [String], _ body: String, _ host: String, _ port: Int
    ) async throws -> Answer {
        let head = ([line, "host: \(host)", "connection: close"] + headers).joined(separator: "\r\n")
        let text = try await withCheckedThrowingContinuation { continuation in
            // It waits for as long as the server does.
            Thread.detachNewThread {
                continuation.resume(with: Result { try exchange(head + "\r\n\r\n" + body, host, port) })
            }
        }
        let parts = text.split(separator: "\r\n\r\n", maxSplits: 1, omittingEmptySubsequences: false)
        let words = (parts.first ?? "").split(separator: " ")
        guard words.count > 1, let status = Int(words[1]), parts.count > 1 else { throw NoAnswer(text: text) }
        return Answer(status: status, body: String(parts[1]))
    }

    private static func exchange(_ request: String, _ host: String, _ port: Int) throws -> String {
        let socket = socket(AF_INET, Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0)
        guard socket >= 0 else { throw NoAnswer(text: "socket: \(errno)") }
        defer { close(socket) }
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = in_port_t(port).bigEndian
        inet_pton(AF_INET, host, &address.sin_addr)
        let isConnected = withUnsafePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                connect(socket, $0, socklen_t(MemoryLayout<sockaddr_in>.size)) == 0
            }
        }
        guard isConnected else { throw NoAnswer(text: "connect: \(errno)") }
        let bytes = Array(request.utf8)
        guard Glibc.send(socket, bytes, bytes.count, Int32(MSG_NOSIGNAL)) == bytes.count else {
            throw NoAnswer(text: "send: \(errno)")
        }
        var (received, buffer) = ([UInt8](), [UInt8](repeating: 0, count: 1 << 16))
        while case let count = recv(socket, &buffer, buffer.count, 0), count > 0 { received += buffer[..<count] }
        return String(decoding: received, as: UTF8.self)
    }
}

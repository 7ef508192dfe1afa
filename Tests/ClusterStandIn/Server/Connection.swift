import JSON
import NIOCore

/// One client's connection. Everything is written on its event loop in the order of the calls, so that writing never
/// calls back into the caller.
struct Connection: Sendable {
    let channel: any Channel
    /// Watches are written in pieces of so many bytes, whatever they cut through; nil = each write is a piece.
    let pieceBytes: Int?

    func send(_ answer: StandInAnswer) {
        let bytes = answer.bytes
        let headers =
            answer.headers + [("Content-Type", answer.contentType), ("Content-Length", String(bytes.count))]
        write(Self.head(answer.code, headers) + bytes)
    }

    func beginStream() {
        write(Self.head(200, [("Content-Type", "application/json"), ("Transfer-Encoding", "chunked")]))
    }

    /// One event a line.
    func stream(_ events: [JSON]) {
        var bytes: [UInt8] = []
        for event in events {
            event.append(to: &bytes)
            bytes.append(UInt8(ascii: "\n"))
        }
        var rest = bytes[...]
        var chunks: [UInt8] = []
        while !rest.isEmpty {
            let piece = rest.prefix(pieceBytes ?? rest.count)
            chunks += Array("\(String(piece.count, radix: 16))\r\n".utf8) + piece + Array("\r\n".utf8)
            rest = rest.dropFirst(piece.count)
        }
        if !chunks.isEmpty { write(chunks) }
    }

    func endStream() { write(Array("0\r\n\r\n".utf8)) }

    func cut() { channel.eventLoop.execute { channel.close(promise: nil) } }

    private func write(_ bytes: [UInt8]) {
        channel.eventLoop.execute { channel.writeAndFlush(ByteBuffer(bytes: bytes), promise: nil) }
    }

    private static func head(_ code: Int, _ headers: [(String, String)]) -> [UInt8] {
        let lines = [("Cache-Control", "no-cache, private")] + headers
        return Array("HTTP/1.1 \(code) \(code)\r\n\(lines.map { "\($0): \($1)\r\n" }.joined())\r\n".utf8)
    }
}

import Crypto
import JSON
import Synchronization
import TestSupport

/// A hub with one repository, `Owner/Model`, that behaves as a real one until a test scripts it otherwise.
package final class ScriptedHub: Sendable {
    package static let commit = "0123456789abcdef0123456789abcdef01234567"

    /// Contents by path. Large files have a SHA-256 in the listing, the others a Git id.
    package let files: [String: [UInt8]]
    /// Answers to the requests for files, in their order; when there are no more, files come whole.
    private let script: Mutex<[@Sendable (ScriptedRequest, [UInt8]) -> ScriptedResponse]>

    package init(
        _ files: [String: [UInt8]], script: [@Sendable (ScriptedRequest, [UInt8]) -> ScriptedResponse] = []
    ) {
        self.files = files
        self.script = Mutex(script)
    }

    /// A GGUF of `count` bytes drawn from a seed.
    package static func bytes(_ count: Int, seed: UInt64 = 1) -> [UInt8] {
        var random = SeededGenerator(seed: seed)
        return (0..<count).map { _ in UInt8.random(in: 0...255, using: &random) }
    }

    package func respond(to request: ScriptedRequest) -> ScriptedResponse {
        let parts = request.path.split(separator: "?")[0].split(separator: "/").map(String.init)
        switch parts {
        case ["api", "models", "Owner", "Model", "revision", "main"]: return ScriptedResponse(text: listing())
        case let parts where parts.starts(with: ["Owner", "Model", "resolve", Self.commit]):
            guard let content = files[parts.dropFirst(4).joined(separator: "/")] else { return ScriptedResponse(404) }
            let next = script.withLock { $0.isEmpty ? nil : $0.removeFirst() }
            return next?(request, content) ?? Self.whole(request, content)
        default: return ScriptedResponse(404, headers: [("X-Error-Code", "RepoNotFound")])
        }
    }

    package func listing(commit: String = ScriptedHub.commit) -> String {
        let siblings = files.sorted { $0.key < $1.key }.map { path, content -> JSON in
            var entry = JSONObject([("rfilename", .string(path)), ("size", .int(content.count))])
            entry["blobId"] = .string(Self.gitID(of: content))
            guard Self.isLarge(path) else { return .object(entry) }
            let digest = Self.hexadecimal(SHA256.hash(data: content))
            entry["lfs"] = .object(
                JSONObject([
                    ("sha256", .string(digest)), ("size", .int(content.count)), ("pointerSize", .int(134)),
                ]))
            return .object(entry)
        }
        return JSON.object(
            JSONObject([("id", .string("Owner/Model")), ("sha", .string(commit)), ("siblings", .array(siblings))])
        ).serialized()
    }

    private static func isLarge(_ path: String) -> Bool { path.hasSuffix(".gguf") || path.hasSuffix(".safetensors") }

    /// `git hash-object`.
    package static func gitID(of content: [UInt8]) -> String {
        let digest = Insecure.SHA1.hash(data: Array("blob \(content.count)\0".utf8) + content)
        return hexadecimal(digest)
    }

    private static func hexadecimal(_ digest: some Sequence<UInt8>) -> String {
        digest.map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
    }

    // MARK: Answers

    /// What a good server does: 206 for a range, 200 without.
    package static func whole(_ request: ScriptedRequest, _ content: [UInt8]) -> ScriptedResponse {
        guard let start = request.rangeStart else { return ScriptedResponse(200, pieces: pieces(content)) }
        guard start < content.count else { return ScriptedResponse(416) }
        let range = "bytes \(start)-\(content.count - 1)/\(content.count)"
        return ScriptedResponse(206, headers: [("Content-Range", range)], pieces: pieces(content[start...]))
    }

    /// As `whole`, but the connection ends after `count` bytes of the body.
    package static func cut(after count: Int) -> @Sendable (ScriptedRequest, [UInt8]) -> ScriptedResponse {
        { request, content in
            var response = whole(request, content)
            response.pieces = pieces(content[(request.rangeStart ?? 0)...].prefix(count))
            response.ending = .cut
            return response
        }
    }

    package static func pieces(_ bytes: some Collection<UInt8>) -> [[UInt8]] {
        let bytes = Array(bytes)
        return stride(from: 0, to: bytes.count, by: 10_000).map { Array(bytes[$0..<min($0 + 10_000, bytes.count)]) }
    }
}

import Crypto

/// What a request is recognised by: SHA-256 over method, path and body.
///
/// It never stands in the database: what a kept answer is sealed with is derived from it.
package struct RequestDigest: Sendable, Hashable {
    /// 32 of them.
    package let bytes: [UInt8]

    /// - Parameter path: with its query, as it was sent.
    package init(method: String, path: String, body: UnsafeRawBufferPointer) {
        var hash = SHA256()
        for text in [method, path] {
            withUnsafeBytes(of: UInt64(text.utf8.count).bigEndian) { hash.update(bufferPointer: $0) }
            hash.update(data: Array(text.utf8))
        }
        hash.update(bufferPointer: body)
        bytes = Array(hash.finalize())
    }

    package init(method: String, path: String, body: [UInt8]) {
        self = body.withUnsafeBytes { RequestDigest(method: method, path: path, body: $0) }
    }
}

/// An answer that is kept to be sent again.
package struct StoredAnswer: Sendable, Hashable {
    /// The HTTP status, 100 to 599.
    package let status: Int
    package let contentType: String
    package let body: [UInt8]
    /// The few other headers that belong to the answer.
    package let headers: [String: String]

    package init(status: Int, contentType: String, body: [UInt8], headers: [String: String] = [:]) {
        self.status = status
        self.contentType = contentType
        self.body = body
        self.headers = headers
    }

    /// The most that body and headers may have together.
    package static let maximumBytes = 16 << 20
}

extension StoredAnswer {
    /// What is sealed: content type, headers and body, each text with its length before it. The status stands beside.
    var sealedBytes: [UInt8] {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(body.count + 256)
        func append(_ text: String) {
            withUnsafeBytes(of: UInt32(clamping: text.utf8.count).bigEndian) { bytes.append(contentsOf: $0) }
            bytes.append(contentsOf: text.utf8)
        }
        append(contentType)
        append(String(headers.count))
        for (name, value) in headers.sorted(by: { $0.key < $1.key }) {
            append(name)
            append(value)
        }
        bytes.append(contentsOf: body)
        return bytes
    }

    /// Nil for bytes that `sealedBytes` did not make.
    init?(status: Int, sealedBytes: [UInt8]) {
        var rest = sealedBytes[...]
        func text() -> String? {
            guard rest.count >= 4 else { return nil }
            let length = rest.prefix(4).reduce(0) { $0 << 8 | Int($1) }
            rest = rest.dropFirst(4)
            guard rest.count >= length else { return nil }
            defer { rest = rest.dropFirst(length) }
            return String(decoding: rest.prefix(length), as: UTF8.self)
        }
        guard let contentType = text(), let count = text().flatMap({ Int($0) }) else { return nil }
        var headers: [String: String] = [:]
        while headers.count < count {
            guard let name = text(), let value = text(), headers.updateValue(value, forKey: name) == nil else {
                return nil
            }
        }
        self.init(status: status, contentType: contentType, body: Array(rest), headers: headers)
    }
}

/// Identifiers of requests and answers.
package enum RequestID {
    /// The longest id taken over from a client.
    static let maximumBytes = 128

    /// The client's `x-request-id` if it can stand in a header and a log line as it is, else a new one.
    static func make(client: String?) -> String {
        if let client, isSane(client) { return client }
        return "req_" + randomHex(bytes: 12)
    }

    static func isSane(_ id: String) -> Bool {
        (1...maximumBytes).contains(id.utf8.count) && id.utf8.allSatisfy { (0x21...0x7E).contains($0) }
    }

    /// Lowercase hexadecimal digits, two for each of `bytes` random bytes.
    package static func randomHex(bytes: Int) -> String {
        var text = ""
        for _ in 0..<bytes {
            let byte = UInt8.random(in: .min ... .max)
            text += String(byte >> 4, radix: 16) + String(byte & 15, radix: 16)
        }
        return text
    }
}

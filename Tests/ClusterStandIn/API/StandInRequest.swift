package import JSON

/// What a client asks.
package struct StandInRequest: Sendable {
    package var method: String
    /// Path and query as they stand in the request.
    package var uri: String
    package var contentType: String
    package var accept: String
    /// What the client shows to say who it is, without `Bearer`.
    package var token: String?
    package var body: [UInt8]

    package init(
        _ method: String, _ uri: String, contentType: String = "application/json", accept: String = "application/json",
        token: String? = nil, body: [UInt8] = []
    ) {
        self.method = method
        self.uri = uri
        self.contentType = contentType
        self.accept = accept
        self.token = token
        self.body = body
    }

    package init(_ method: String, _ uri: String, contentType: String = "application/json", _ json: JSON) {
        self.init(method, uri, contentType: contentType, body: Array(json.serialized().utf8))
    }

    package var path: String { String(uri.prefix { $0 != "?" }) }

    /// The query, with the last value of each name.
    package var query: [String: String] {
        var query: [String: String] = [:]
        for item in uri.drop(while: { $0 != "?" }).dropFirst().split(separator: "&") {
            let parts = item.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            query[Self.decoded(parts[0])] = parts.count > 1 ? Self.decoded(parts[1]) : ""
        }
        return query
    }

    package var isWatch: Bool { ["1", "true"].contains(query["watch"] ?? "") }

    /// A percent-encoded text in plain.
    static func decoded(_ text: Substring) -> String {
        var bytes: [UInt8] = []
        var rest = Array(text.utf8)[...]
        while let byte = rest.popFirst() {
            if byte == UInt8(ascii: "%"), rest.count >= 2,
                let value = UInt8(String(decoding: rest.prefix(2), as: UTF8.self), radix: 16)
            {
                bytes.append(value)
                rest.removeFirst(2)
            } else {
                bytes.append(byte == UInt8(ascii: "+") ? UInt8(ascii: " ") : byte)
            }
        }
        return String(decoding: bytes, as: UTF8.self)
    }
}

/// What a client gets.
package struct StandInAnswer: Sendable, Equatable {
    package var code: Int
    package var json: JSON
    package var headers: [(String, String)] = []
    /// Plain text takes the place of JSON.
    package var text: String?

    package init(_ code: Int, _ json: JSON) {
        self.code = code
        self.json = json
    }

    package init(_ refusal: Refusal) {
        self.init(refusal.code, refusal.status)
        if refusal.isText { text = refusal.message + "\n" }
        if let seconds = refusal.retryAfterSeconds { headers.append(("Retry-After", String(seconds))) }
    }

    package static func == (left: StandInAnswer, right: StandInAnswer) -> Bool {
        left.code == right.code && left.json == right.json && left.text == right.text
            && left.headers.elementsEqual(right.headers, by: ==)
    }

    package var contentType: String { text == nil ? "application/json" : "text/plain; charset=utf-8" }

    package var bytes: [UInt8] { Array((text ?? json.serialized() + "\n").utf8) }
}

import JSON

/// What stays the same in every chunk of an answer.
package struct AnswerHead: Sendable, Equatable {
    package var id: String
    /// Unix time in seconds.
    package var created: Int
    package var model: String
    /// Names the server's build and settings: with the same one, a `seed` gives the same text.
    package var systemFingerprint: String
    /// The tier that the request was really served at; nil leaves `service_tier` out.
    package var serviceTier: String?

    package init(id: String, created: Int, model: String, systemFingerprint: String, serviceTier: String? = nil) {
        self.id = id
        self.created = created
        self.model = model
        self.systemFingerprint = systemFingerprint
        self.serviceTier = serviceTier
    }

    /// The JSON of an answer or a chunk up to and with `"choices":`.
    func opening(object: String) -> [UInt8] {
        var bytes = Array(#"{"id":"#.utf8)
        JSON.appendQuoted(id, to: &bytes)
        bytes.append(contentsOf: #","object":""#.utf8)
        bytes.append(contentsOf: object.utf8)
        bytes.append(contentsOf: #"","created":\#(created),"model":"#.utf8)
        JSON.appendQuoted(model, to: &bytes)
        if let serviceTier {
            bytes.append(contentsOf: #","service_tier":"#.utf8)
            JSON.appendQuoted(serviceTier, to: &bytes)
        }
        bytes.append(contentsOf: #","system_fingerprint":"#.utf8)
        JSON.appendQuoted(systemFingerprint, to: &bytes)
        bytes.append(contentsOf: #","choices":"#.utf8)
        return bytes
    }
}

extension Endpoint {
    /// How the ids of answers begin.
    package var idPrefix: String {
        switch self {
        case .chatCompletions: "chatcmpl-"
        case .completions: "cmpl-"
        }
    }

    /// The `object` of a whole answer.
    var answerObject: String {
        switch self {
        case .chatCompletions: "chat.completion"
        case .completions: "text_completion"
        }
    }

    /// The `object` of a chunk of a stream.
    var chunkObject: String {
        switch self {
        case .chatCompletions: "chat.completion.chunk"
        case .completions: "text_completion"
        }
    }
}

import JSON

/// Writes log probabilities in the two forms that OpenAI's API has.
enum Logprobs {
    /// What stands for a probability of zero, as at OpenAI: JSON has no infinity.
    static let veryUnlikely: Float = -9999

    /// Chat: `{"content":[{token,logprob,bytes,top_logprobs}…],"refusal":null}`.
    static func append(chat tokens: [GeneratedToken], to bytes: inout [UInt8]) {
        bytes.append(contentsOf: #"{"content":["#.utf8)
        for (place, generated) in tokens.enumerated() {
            if place > 0 { bytes.append(UInt8(ascii: ",")) }
            appendMembers(generated.token, to: &bytes)
            bytes.append(contentsOf: #","top_logprobs":["#.utf8)
            for (place, alternative) in generated.top.enumerated() {
                if place > 0 { bytes.append(UInt8(ascii: ",")) }
                appendMembers(alternative, to: &bytes)
                bytes.append(UInt8(ascii: "}"))
            }
            bytes.append(contentsOf: "]}".utf8)
        }
        bytes.append(contentsOf: #"],"refusal":null}"#.utf8)
    }

    /// The members of a token in the chat form, without the closing brace.
    private static func appendMembers(_ token: ScoredToken, to bytes: inout [UInt8]) {
        bytes.append(contentsOf: #"{"token":"#.utf8)
        JSON.appendQuoted(text(of: token), to: &bytes)
        bytes.append(contentsOf: #","logprob":"#.utf8)
        append(token.logprob, to: &bytes)
        bytes.append(contentsOf: #","bytes":["#.utf8)
        bytes.append(contentsOf: token.bytes.map(String.init).joined(separator: ",").utf8)
        bytes.append(UInt8(ascii: "]"))
    }

    /// Completions: `{"tokens":[…],"token_logprobs":[…],"top_logprobs":[{…}…],"text_offset":[…]}`.
    /// - Parameter offset: where the first token begins in the text of the choice, in Unicode scalars;
    ///   moved behind the last one.
    static func append(completion tokens: [GeneratedToken], offset: inout Int, to bytes: inout [UInt8]) {
        let texts = tokens.map { text(of: $0.token) }
        bytes.append(contentsOf: #"{"tokens":"#.utf8)
        JSON.array(texts.map { .string($0) }).append(to: &bytes)
        bytes.append(contentsOf: #","token_logprobs":["#.utf8)
        for (place, generated) in tokens.enumerated() {
            if place > 0 { bytes.append(UInt8(ascii: ",")) }
            append(generated.token.logprob, to: &bytes)
        }
        bytes.append(contentsOf: #"],"top_logprobs":["#.utf8)
        for (place, generated) in tokens.enumerated() {
            if place > 0 { bytes.append(UInt8(ascii: ",")) }
            appendTop(generated.top, to: &bytes)
        }
        bytes.append(contentsOf: #"],"text_offset":["#.utf8)
        for (place, text) in texts.enumerated() {
            if place > 0 { bytes.append(UInt8(ascii: ",")) }
            bytes.append(contentsOf: String(offset).utf8)
            offset += text.unicodeScalars.count
        }
        bytes.append(contentsOf: "]}".utf8)
    }

    /// The alternatives as an object from text to log probability. Of two tokens with one text the likelier
    /// one stays, which is the first.
    private static func appendTop(_ tokens: [ScoredToken], to bytes: inout [UInt8]) {
        var seen: Set<String> = []
        bytes.append(UInt8(ascii: "{"))
        for token in tokens {
            let text = text(of: token)
            guard seen.insert(text).inserted else { continue }
            if seen.count > 1 { bytes.append(UInt8(ascii: ",")) }
            JSON.appendQuoted(text, to: &bytes)
            bytes.append(UInt8(ascii: ":"))
            append(token.logprob, to: &bytes)
        }
        bytes.append(UInt8(ascii: "}"))
    }

    /// The token's text; bytes that are no whole character show as U+FFFD, `bytes` has them exactly.
    private static func text(of token: ScoredToken) -> String { String(decoding: token.bytes, as: UTF8.self) }

    private static func append(_ logprob: Float, to bytes: inout [UInt8]) {
        bytes.append(contentsOf: "\(logprob.isFinite ? logprob : veryUnlikely)".utf8)
    }
}

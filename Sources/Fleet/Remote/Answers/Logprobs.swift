import JSON
import OpenAI

/// Reads log probabilities in the two forms that completions have.
enum Logprobs {
    private static let maximumTop = 20
    /// What stands for a probability of zero, as at OpenAI.
    private static let veryUnlikely = -9999.0

    /// - Parameter ids: those of the chunk's tokens; what is missing is 0, for nobody reads it.
    static func read(_ json: JSON, ids: [Int32]) throws(RemoteFailure) -> [GeneratedToken] {
        let members = try Members(json, "a chunk's logprobs")
        var tokens = members["content"] == nil ? try columns(members) : try rows(members)
        for (place, id) in ids.enumerated() where tokens.indices.contains(place) { tokens[place].token.id = id }
        return tokens
    }

    // MARK: The form of chats: an object for each token

    private static func rows(_ members: Members) throws(RemoteFailure) -> [GeneratedToken] {
        var tokens: [GeneratedToken] = []
        for json in try members.array("content") {
            let row = try Members(json, "a token's logprobs")
            var top: [ScoredToken] = []
            for json in try row.optionalArray("top_logprobs").prefix(maximumTop) {
                top.append(try token(Members(json, "a likely token")))
            }
            tokens.append(GeneratedToken(token: try token(row), top: top))
        }
        return tokens
    }

    private static func token(_ row: Members) throws(RemoteFailure) -> ScoredToken {
        let logprob = Float(try row.number("logprob", in: -Double.greatestFiniteMagnitude...1))
        guard row["bytes"] != nil else {
            guard let text = row["token"]?.string else { throw row.wrong("token", "a text") }
            return ScoredToken(id: 0, bytes: Array(text.utf8), logprob: logprob)
        }
        var bytes: [UInt8] = []
        for value in try row.array("bytes") {
            guard let byte = value.int.flatMap({ UInt8(exactly: $0) }) else { throw row.wrong("bytes", "bytes") }
            bytes.append(byte)
        }
        return ScoredToken(id: 0, bytes: bytes, logprob: logprob)
    }

    // MARK: The form of completions: a column for each member

    private static func columns(_ members: Members) throws(RemoteFailure) -> [GeneratedToken] {
        let (texts, logprobs) = (try members.array("tokens"), try members.array("token_logprobs"))
        let tops = try members.optionalArray("top_logprobs")
        guard texts.count == logprobs.count, tops.isEmpty || tops.count == texts.count else {
            throw .broken("the columns of a chunk's logprobs have unequal lengths")
        }
        var tokens: [GeneratedToken] = []
        for place in texts.indices {
            // vLLM has null for a token that was not drawn.
            let logprob = logprobs[place].isNull ? veryUnlikely : logprobs[place].double
            guard let text = texts[place].string, let logprob else {
                throw .broken("a chunk's logprobs hold what is no token")
            }
            let token = ScoredToken(id: 0, bytes: Array(text.utf8), logprob: Float(logprob))
            tokens.append(GeneratedToken(token: token, top: tops.isEmpty ? [] : try top(tops[place])))
        }
        return tokens
    }

    private static func top(_ json: JSON) throws(RemoteFailure) -> [ScoredToken] {
        if json.isNull { return [] }
        var tokens: [ScoredToken] = []
        for (text, value) in try Members(json, "a token's alternatives").object {
            guard let logprob = value.double else { throw .broken("a chunk's logprobs hold what is no number") }
            tokens.append(ScoredToken(id: 0, bytes: Array(text.utf8), logprob: Float(logprob)))
        }
        return Array(tokens.sorted { $0.logprob > $1.logprob }.prefix(maximumTop))
    }
}

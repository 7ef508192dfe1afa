import JSON
import OpenAI

extension Chunk {
    /// Reads any chunk of `/v1/completions`.
    ///
    /// - Throws: the failure that an error event reports, `.broken` for what is no chunk.
    init(_ json: JSON) throws(RemoteFailure) {
        let members = try Members(json, "an event of its stream")
        if let error = members["error"] { throw RemoteFailure(inStream: error) }
        model = try members.optionalText("model")
        let choices = try members.optionalArray("choices")
        guard choices.count <= 1 else { throw .broken("a chunk has \(choices.count) choices where one was asked for") }
        if let json = choices.first { choice = try Choice(json) }
        if members["usage"] != nil { usage = try Usage(Members(members["usage"], "a chunk's usage")) }
        if members["timings"] != nil { timings = try Timings(Members(members["timings"], "a chunk's timings")) }
        if members["gleaner"] != nil { own = try Extension(Members(members["gleaner"], "a chunk's 'gleaner'")) }
    }
}

extension Chunk.Choice {
    init(_ json: JSON) throws(RemoteFailure) {
        let members = try Members(json, "a chunk's choice")
        let index = try members.integer("index", default: 0)
        guard index == 0 else { throw .broken("it sent choice \(index) where one was asked for") }
        if let value = members["text"] {
            guard let text = value.string else { throw members.wrong("text", "a text") }
            self.text = text
        }
        if members["token_ids"] != nil { tokenIDs = try Self.ids(try members.array("token_ids"), members) }
        finish = try members.optionalText("finish_reason")
        if let json = members["logprobs"] { tokens = try Logprobs.read(json, ids: tokenIDs ?? []) }
    }

    private static func ids(_ values: [JSON], _ members: Members) throws(RemoteFailure) -> [Int32] {
        var ids: [Int32] = []
        ids.reserveCapacity(values.count)
        for value in values {
            guard let number = value.int, let id = Int32(exactly: number), id >= 0 else {
                throw .broken(
                    "'token_ids' holds \(WorkerWords.excerpt(value.serialized(), limit: 60)), which is no token id")
            }
            ids.append(id)
        }
        return ids
    }
}

extension Chunk.Usage {
    init(_ members: Members) throws(RemoteFailure) {
        promptTokens = try members.integer("prompt_tokens")
        completionTokens = try members.integer("completion_tokens", default: 0)
        guard members["prompt_tokens_details"] != nil else { return }
        let details = try Members(members["prompt_tokens_details"], "a usage's 'prompt_tokens_details'")
        if details["cached_tokens"] != nil { cachedTokens = try details.integer("cached_tokens") }
    }
}

extension Chunk.Timings {
    init(_ members: Members) throws(RemoteFailure) {
        if members["cache_n"] != nil { cachedTokens = try members.integer("cache_n") }
        if members["predicted_n"] != nil { generatedTokens = try members.integer("predicted_n") }
    }
}

extension Chunk.Extension {
    init(_ members: Members) throws(RemoteFailure) {
        if members["prompt_tokens"] != nil { promptTokens = try members.integer("prompt_tokens") }
        if members["cached_tokens"] != nil { cachedTokens = try members.integer("cached_tokens") }
        if members["shown"] != nil { shown = try members.integer("shown") }
        guard members["prefilled_tokens"] != nil else { return }
        share = GenerationTotals.Share(
            prefilledTokens: try members.integer("prefilled_tokens", in: 0...Int.max),
            generatedTokens: try members.integer("generated_tokens", in: 0...Int.max))
    }
}

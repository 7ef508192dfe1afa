import JSON
import OpenAI
import Testing

/// The request of a worker that a body with these members becomes, or the error that refuses it.
private func worker(
    _ members: String, prompt: String = "[5,6]"
) throws(APIError) -> CompletionRequest {
    let body = Array(#"{"model":"m","prompt":\#(prompt)\#(members.isEmpty ? "" : "," + members)}"#.utf8)
    let result = body.withUnsafeBytes { buffer in
        Result { () throws(APIError) in try CompletionRequest(worker: buffer, id: "id-1") }
    }
    return try result.get()
}

private let streamed = #""stream":true,"return_token_ids":true"#

@Suite struct WorkerRequestTests {
    @Test func internalMembersAreRead() throws {
        let request = try worker(
            streamed + #","max_tokens":9,"priority":-3,"cache_salt":"acme","gleaner_resume":[0,2147483647],"seed":7"#)
        #expect(request.generation.prompt == .tokens([[5, 6]]))
        #expect(request.generation.priority == -3 && request.generation.cacheSalt == "acme")
        #expect(request.generation.returnsTokenIDs && request.generation.resumed == [0, .max])
        #expect(request.generation.sampling.seed == 7 && request.isStreaming)
    }

    /// Without them a request is what the public endpoint makes of it.
    @Test func withoutThemItIsPlain() throws {
        let plain = try parse(.completions, #"{"model":"m","prompt":[5,6],"n":2}"#)
        #expect(try worker(#""n":2,"gleaner_resume":[],"cache_salt":null"#) == plain)
    }

    static let bad: [BadInput] = [
        BadInput(#""priority":2147483648"#, "priority", "invalid_value"),
        BadInput(#""priority":"high""#, "priority", "invalid_type"),
        BadInput(#""cache_salt":7"#, "cache_salt", "invalid_type"),
        BadInput(#""cache_salt":"\#(String(repeating: "s", count: 513))""#, "cache_salt", "invalid_value"),
        BadInput(#""return_token_ids":1,"stream":true"#, "return_token_ids", "invalid_type"),
        BadInput(#""return_token_ids":true"#, "return_token_ids", "invalid_value"),
        BadInput(streamed + #","n":2"#, "return_token_ids", "invalid_value"),
        BadInput(#""stream":true,"gleaner_resume":[1]"#, "gleaner_resume", "invalid_value"),
        BadInput(streamed + #","gleaner_resume":1"#, "gleaner_resume", "invalid_type"),
        BadInput(streamed + #","gleaner_resume":"1""#, "gleaner_resume", "invalid_type"),
        BadInput(streamed + #","gleaner_resume":[1,-1]"#, "gleaner_resume[1]", "invalid_value"),
        BadInput(streamed + #","gleaner_resume":[2147483648]"#, "gleaner_resume[0]", "invalid_value"),
        BadInput(streamed + #","gleaner_resume":[1.5]"#, "gleaner_resume[0]", "invalid_value"),
        BadInput(streamed + #","gleaner_resume":[99999999999999999999]"#, "gleaner_resume[0]", "invalid_value"),
        BadInput(streamed + #","gleaner_resume":[[1]]"#, "gleaner_resume[0]", "invalid_value"),
        BadInput(streamed + #","max_tokens":2,"gleaner_resume":[1,2,3]"#, "gleaner_resume", "invalid_value"),
        BadInput(#""gleaner_restart":[1]"#, "gleaner_restart", "unknown_parameter"),
        BadInput(#""temperature":3"#, "temperature", "invalid_value"),
    ]

    @Test(arguments: bad) func badInputIsRefused(_ input: BadInput) {
        let error = #expect(throws: APIError.self) { try worker(input.members) }
        #expect(error?.status == 400 && error?.param == input.param && error?.code == input.code)
    }

    @Test func severalPromptsHaveNoTokenIDs() {
        #expect(throws: APIError.self) { try worker(streamed, prompt: "[[1],[2]]") }
    }

    /// As many as the answer may have is an answer that has ended.
    @Test func aWholeAnswerCanBeResumed() throws {
        #expect(try worker(streamed + #","max_tokens":2,"gleaner_resume":[1,2]"#).generation.resumed == [1, 2])
    }

    @Test(arguments: [#""priority":1"#, #""cache_salt":"a""#, #""return_token_ids":true"#, #""gleaner_resume":[1]"#])
    func thePublicEndpointsRefuseThem(_ member: String) {
        for endpoint in [Endpoint.completions, .chatCompletions] {
            let prompt = endpoint == .completions ? #""prompt":"x""# : #""messages":[{"role":"user","content":"x"}]"#
            let error = #expect(throws: APIError.self) {
                try parse(endpoint, #"{"model":"m","stream":true,\#(prompt),\#(member)}"#)
            }
            #expect(error?.code == "unknown_parameter")
        }
    }
}

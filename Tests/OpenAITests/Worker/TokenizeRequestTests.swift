import JSON
import OpenAI
import Testing

private func tokenize(_ members: String) throws(APIError) -> GenerationRequest {
    let body = Array(#"{"model":"m",\#(members)}"#.utf8)
    let result = body.withUnsafeBytes { buffer in
        Result { () throws(APIError) in try TokenizeRequest(body: buffer) }
    }
    return try result.get().generation
}

@Suite struct TokenizeRequestTests {
    private static let user = #""messages":[{"role":"user","content":"Hi"}]"#

    @Test func aTextIsRead() throws {
        let request = try tokenize(#""prompt":"Hi","add_special_tokens":true,"return_token_strs":false"#)
        #expect(request.prompt == .text(["Hi"]) && request.model == "m" && request.numChoices == 1)
        #expect(request.addsSpecialTokens)
        #expect(try !tokenize(#""prompt":"Hi","add_special_tokens":false"#).addsSpecialTokens)
    }

    /// A chat becomes what the endpoint that generates makes of it.
    @Test func aChatIsRead() throws {
        let more = #""chat_template_kwargs":{"x":1},"tools":[{"type":"function","function":{"name":"f"}}]"#
        let chat = try parse(.chatCompletions, #"{"model":"m",\#(Self.user),\#(more)}"#)
        #expect(try tokenize("\(Self.user),\(more)").prompt == chat.generation.prompt)
        let closed = try tokenize(#"\#(Self.user),"add_generation_prompt":false"#)
        guard case .chat(let prompt) = closed.prompt else { throw BrokenStream() }
        #expect(prompt.templateArguments["add_generation_prompt"] == false)
    }

    @Test(arguments: [
        BadInput(#""add_generation_prompt":true"#, "prompt", "missing_required_parameter"),
        BadInput(#""prompt":"x",\#(user)"#, "prompt", "invalid_value"),
        BadInput(#""prompt":["x"]"#, "prompt", "invalid_type"),
        BadInput(#""prompt":"x","add_special_tokens":0"#, "add_special_tokens", "invalid_type"),
        BadInput(#""prompt":"x","return_token_strs":true"#, "return_token_strs", "unsupported_parameter"),
        BadInput(#""prompt":"x","temperature":1"#, "temperature", "unknown_parameter"),
        BadInput(#""messages":[]"#, "messages", "invalid_value"),
        BadInput(#"\#(user),"add_generation_prompt":1"#, "add_generation_prompt", "invalid_type"),
    ])
    func badInputIsRefused(_ input: BadInput) {
        let error = #expect(throws: APIError.self) { try tokenize(input.members) }
        #expect(error?.status == 400 && error?.param == input.param && error?.code == input.code)
    }
}

import JSON
import OpenAI
import TestSupport
import Testing

/// What must be refused: the body, and the parameter and code of the error.
struct BadInput: Sendable, CustomTestStringConvertible {
    let members: String
    let param: String?
    let code: String

    init(_ members: String, _ param: String?, _ code: String) {
        self.members = members
        self.param = param
        self.code = code
    }

    var testDescription: String { members }
}

@Suite struct BadInputTests {
    /// Members that are added to a good request of either endpoint.
    static let shared: [BadInput] = [
        BadInput(#""temperature":-0.1"#, "temperature", "invalid_value"),
        BadInput(#""temperature":2.01"#, "temperature", "invalid_value"),
        BadInput(#""temperature":true"#, "temperature", "invalid_type"),
        BadInput(#""temperature":"hot""#, "temperature", "invalid_type"),
        BadInput(#""temperature":[1]"#, "temperature", "invalid_type"),
        BadInput(#""top_p":0"#, "top_p", "invalid_value"),
        BadInput(#""top_p":1.5"#, "top_p", "invalid_value"),
        BadInput(#""top_k":-2"#, "top_k", "invalid_value"),
        BadInput(#""top_k":1.5"#, "top_k", "invalid_value"),
        BadInput(#""top_k":99999999999999999999"#, "top_k", "invalid_value"),
        BadInput(#""min_p":-0.5"#, "min_p", "invalid_value"),
        BadInput(#""min_p":1.1"#, "min_p", "invalid_value"),
        BadInput(#""repetition_penalty":0"#, "repetition_penalty", "invalid_value"),
        BadInput(#""repetition_penalty":2.5"#, "repetition_penalty", "invalid_value"),
        BadInput(#""presence_penalty":-2.1"#, "presence_penalty", "invalid_value"),
        BadInput(#""frequency_penalty":2.1"#, "frequency_penalty", "invalid_value"),
        BadInput(#""frequency_penalty":{}"#, "frequency_penalty", "invalid_type"),
        BadInput(#""max_tokens":0"#, "max_tokens", "invalid_value"),
        BadInput(#""max_tokens":-5"#, "max_tokens", "invalid_value"),
        BadInput(#""max_tokens":1.5"#, "max_tokens", "invalid_value"),
        BadInput(#""max_tokens":9223372036854775807"#, "max_tokens", "invalid_value"),
        BadInput(#""max_tokens":"many""#, "max_tokens", "invalid_type"),
        BadInput(#""n":0"#, "n", "invalid_value"),
        BadInput(#""n":17"#, "n", "invalid_value"),
        BadInput(#""n":false"#, "n", "invalid_type"),
        BadInput(#""seed":1.5"#, "seed", "invalid_value"),
        BadInput(#""seed":"1""#, "seed", "invalid_type"),
        BadInput(#""stop":5"#, "stop", "invalid_type"),
        BadInput(#""stop":"""#, "stop", "invalid_value"),
        BadInput(#""stop":["a",""]"#, "stop[1]", "invalid_value"),
        BadInput(#""stop":["a",null]"#, "stop[1]", "invalid_type"),
        BadInput(
            #""stop":["1","2","3","4","5","6","7","8","9","10","11","12","13","14","15","16","17"]"#, "stop",
            "invalid_value"),
        BadInput(#""logit_bias":[]"#, "logit_bias", "invalid_type"),
        BadInput(#""logit_bias":{"x":1}"#, "logit_bias", "invalid_value"),
        BadInput(#""logit_bias":{"-1":1}"#, "logit_bias", "invalid_value"),
        BadInput(#""logit_bias":{"4294967296":1}"#, "logit_bias", "invalid_value"),
        BadInput(#""logit_bias":{"7":101}"#, "logit_bias.7", "invalid_value"),
        BadInput(#""logit_bias":{"7":"big"}"#, "logit_bias.7", "invalid_type"),
        BadInput(#""stream":1"#, "stream", "invalid_type"),
        BadInput(#""stream":"yes""#, "stream", "invalid_type"),
        BadInput(#""stream_options":{"include_usage":true}"#, "stream_options", "invalid_value"),
        BadInput(#""stream":true,"stream_options":7"#, "stream_options", "invalid_type"),
        BadInput(
            #""stream":true,"stream_options":{"include_usage":1}"#, "stream_options.include_usage", "invalid_type"),
        BadInput(
            #""stream":true,"stream_options":{"usage":true}"#, "stream_options.usage", "unsupported_parameter"),
        BadInput(#""response_format":{"type":"json_object"}"#, "response_format.type", "unsupported_parameter"),
        BadInput(#""response_format":{}"#, "response_format.type", "missing_required_parameter"),
        BadInput(#""response_format":"text""#, "response_format", "invalid_type"),
        BadInput(#""service_tier":"scale""#, "service_tier", "invalid_value"),
        BadInput(#""service_tier":1"#, "service_tier", "invalid_type"),
        BadInput(#""store":true"#, "store", "unsupported_parameter"),
        BadInput(#""metadata":"x""#, "metadata", "invalid_type"),
        BadInput(#""user":7"#, "user", "invalid_type"),
        BadInput(#""ignore_eos":1"#, "ignore_eos", "invalid_type"),
        BadInput(#""guided_json":{}"#, "guided_json", "unknown_parameter"),
        BadInput(#""priority":-9"#, "priority", "unknown_parameter"),
        BadInput(#""Temperature":1"#, "Temperature", "unknown_parameter"),
    ]

    static let chatOnly: [BadInput] = [
        BadInput(#""prompt":"x""#, "prompt", "unknown_parameter"),
        BadInput(#""logprobs":3"#, "logprobs", "invalid_type"),
        BadInput(#""top_logprobs":2"#, "top_logprobs", "invalid_value"),
        BadInput(#""logprobs":true,"top_logprobs":21"#, "top_logprobs", "invalid_value"),
        BadInput(#""max_tokens":5,"max_completion_tokens":6"#, "max_tokens", "invalid_value"),
        BadInput(#""modalities":["text","audio"]"#, "modalities", "unsupported_parameter"),
        BadInput(#""tool_choice":"required""#, "tool_choice", "unsupported_parameter"),
        BadInput(
            #""tool_choice":{"type":"function","function":{"name":"f"}}"#, "tool_choice", "unsupported_parameter"),
        BadInput(#""tools":{}"#, "tools", "invalid_type"),
        BadInput(#""tools":["f"]"#, "tools[0]", "invalid_type"),
        BadInput(#""tools":[{"type":"custom"}]"#, "tools[0].type", "unsupported_parameter"),
        BadInput(#""tools":[{"type":"function"}]"#, "tools[0].function", "missing_required_parameter"),
        BadInput(
            #""tools":[{"type":"function","function":{"name":"a b"}}]"#, "tools[0].function.name", "invalid_value"),
        BadInput(
            #""tools":[{"type":"function","function":{"name":"f","parameters":1}}]"#, "tools[0].function.parameters",
            "invalid_type"),
        BadInput(#""chat_template_kwargs":[]"#, "chat_template_kwargs", "invalid_type"),
        BadInput(#""reasoning_effort":"huge""#, "reasoning_effort", "invalid_value"),
        BadInput(#""functions":[]"#, "functions", "unknown_parameter"),
    ]

    static let completionOnly: [BadInput] = [
        BadInput(#""messages":[]"#, "messages", "unknown_parameter"),
        BadInput(#""logprobs":true"#, "logprobs", "invalid_type"),
        BadInput(#""logprobs":21"#, "logprobs", "invalid_value"),
        BadInput(#""echo":true"#, "echo", "unsupported_parameter"),
        BadInput(#""suffix":"end""#, "suffix", "unsupported_parameter"),
        BadInput(#""best_of":3"#, "best_of", "unsupported_parameter"),
        BadInput(#""tools":[]"#, "tools", "unknown_parameter"),
    ]

    static let prompts: [BadInput] = [
        BadInput(#""prompt":[]"#, "prompt", "invalid_value"),
        BadInput(#""prompt":5"#, "prompt", "invalid_type"),
        BadInput(#""prompt":{}"#, "prompt", "invalid_type"),
        BadInput(#""prompt":[true]"#, "prompt[0]", "invalid_type"),
        BadInput(#""prompt":["a",1]"#, "prompt[1]", "invalid_type"),
        BadInput(#""prompt":[1,"a"]"#, "prompt[1]", "invalid_value"),
        BadInput(#""prompt":[1,-1]"#, "prompt[1]", "invalid_value"),
        BadInput(#""prompt":[4294967296]"#, "prompt[0]", "invalid_value"),
        BadInput(#""prompt":[1.5]"#, "prompt[0]", "invalid_value"),
        BadInput(#""prompt":[[]]"#, "prompt[0]", "invalid_value"),
        BadInput(#""prompt":[[1],2]"#, "prompt[1]", "invalid_type"),
        BadInput(#""prompt":[[1],["a"]]"#, "prompt[1][0]", "invalid_value"),
        BadInput(#""prompt":null"#, "prompt", "missing_required_parameter"),
        BadInput(#""prompt":["1","2","3","4","5","6","7","8","9"],"n":16"#, "n", "invalid_value"),
    ]

    static let conversations: [BadInput] = [
        BadInput("null", "messages", "missing_required_parameter"),
        BadInput("[]", "messages", "invalid_value"),
        BadInput(#""hello""#, "messages", "invalid_type"),
        BadInput(#"["hello"]"#, "messages[0]", "invalid_type"),
        BadInput("[{}]", "messages[0].role", "missing_required_parameter"),
        BadInput(#"[{"role":"robot","content":"x"}]"#, "messages[0].role", "invalid_value"),
        BadInput(#"[{"role":7,"content":"x"}]"#, "messages[0].role", "invalid_type"),
        BadInput(#"[{"role":"user"}]"#, "messages[0].content", "missing_required_parameter"),
        BadInput(#"[{"role":"user","content":null}]"#, "messages[0].content", "missing_required_parameter"),
        BadInput(#"[{"role":"user","content":7}]"#, "messages[0].content", "invalid_type"),
        BadInput(#"[{"role":"user","content":[]}]"#, "messages[0].content", "invalid_value"),
        BadInput(#"[{"role":"user","content":["x"]}]"#, "messages[0].content[0]", "invalid_type"),
        BadInput(
            #"[{"role":"user","content":[{"type":"text"}]}]"#, "messages[0].content[0].text",
            "missing_required_parameter"),
        BadInput(
            #"[{"role":"user","content":[{"type":"image_url","image_url":{"url":"x"}}]}]"#,
            "messages[0].content[0].type", "unsupported_parameter"),
        BadInput(#"[{"role":"user","content":"x","name":[]}]"#, "messages[0].name", "invalid_type"),
        BadInput(
            #"[{"role":"user","content":"x"},{"role":"tool","content":"y"}]"#, "messages[1].tool_call_id",
            "missing_required_parameter"),
        BadInput(#"[{"role":"assistant","tool_calls":7}]"#, "messages[0].tool_calls", "invalid_type"),
        BadInput(#"[{"role":"assistant","tool_calls":[]}]"#, "messages[0].content", "missing_required_parameter"),
        BadInput(
            #"[{"role":"assistant","tool_calls":[{"function":{}}]}]"#, "messages[0].tool_calls[0].function.name",
            "missing_required_parameter"),
    ]

    @Test(arguments: shared + chatOnly) func chatIsRefused(_ bad: BadInput) {
        expect(.chatCompletions, #"{"model":"m","messages":[{"role":"user","content":"Hi"}],\#(bad.members)}"#, bad)
    }

    @Test(arguments: shared + completionOnly) func completionIsRefused(_ bad: BadInput) {
        expect(.completions, #"{"model":"m","prompt":"Hi",\#(bad.members)}"#, bad)
    }

    @Test(arguments: prompts) func promptIsRefused(_ bad: BadInput) {
        expect(.completions, #"{"model":"m",\#(bad.members)}"#, bad)
    }

    @Test(arguments: conversations) func messagesAreRefused(_ bad: BadInput) {
        expect(.chatCompletions, #"{"model":"m","messages":\#(bad.members)}"#, bad)
    }

    @Test(arguments: [
        BadInput(#"{"messages":[]}"#, "model", "missing_required_parameter"),
        BadInput(#"{"model":7,"prompt":"x"}"#, "model", "invalid_type"),
        BadInput(#"{"model":"","prompt":"x"}"#, "model", "invalid_value"),
        BadInput("[]", nil, "invalid_type"),
        BadInput(#""text""#, nil, "invalid_type"),
        BadInput("", nil, "invalid_json"),
        BadInput("{", nil, "invalid_json"),
        BadInput(#"{"model":"m","prompt":"x","temperature":NaN}"#, nil, "invalid_json"),
        BadInput(#"{"model":"m","prompt":"x","temperature":Infinity}"#, nil, "invalid_json"),
        BadInput(#"{"model":"m","prompt":"x","temperature":1e999}"#, nil, "invalid_json"),
        BadInput(#"{"model":"m","prompt":"x"} extra"#, nil, "invalid_json"),
    ]) func bodyIsRefused(_ bad: BadInput) {
        let endpoint: Endpoint = bad.members.contains("messages") ? .chatCompletions : .completions
        let body = bad.members.replacing("[]}", with: #"[{"role":"user","content":"x"}]}"#)
        expect(endpoint, body, bad)
    }

    @Test func invalidJSONNamesTheByte() {
        let error = #expect(throws: APIError.self) { try parse(.completions, #"{"model": oops}"#) }
        #expect(error?.message.contains("at byte 10") == true)
    }

    @Test func invalidUTF8NamesTheByte() {
        let body = Array(#"{"model":"m","prompt":""#.utf8) + [0xC3, 0x28] + Array(#""}"#.utf8)
        let error = #expect(throws: APIError.self) { try parse(.completions, bytes: body) }
        #expect(error?.code == "invalid_json")
        #expect(error?.message.contains("at byte 23") == true)
    }

    /// Depth beyond the parser's bound is an error, not a stack overflow.
    @Test func deepNestingIsRefused() {
        let body = String(repeating: "[", count: 1_000_000)
        let error = #expect(throws: APIError.self) { try parse(.completions, body) }
        #expect(error?.code == "invalid_json")
    }

    /// An error never sends back more than a few words of what came in.
    @Test func errorsQuoteLittle() {
        let long = String(repeating: "secret ", count: 10_000)
        for body in [
            #"{"model":"m","messages":[{"role":"\#(long)","content":"x"}]}"#, #"{"model":"m","\#(long)":1}"#,
        ] {
            let error = #expect(throws: APIError.self) { try parse(.chatCompletions, body) }
            #expect((error?.message.utf8.count ?? .max) < 300)
            #expect((error?.param?.utf8.count ?? 0) < 100)
        }
    }

    /// Random damage to a good body gives a request or an error with a message, never anything else.
    @Test func damagedBodiesAreRefusedOrRead() {
        let good = Array(
            #"""
            {"model":"m","messages":[{"role":"system","content":"Be brief."},{"role":"user","content":[{"type":"text",
            "text":"H\u00e9llo \ud83d\ude00"}]},{"role":"assistant","tool_calls":[{"id":"1","type":"function",
            "function":{"name":"f","arguments":"{\"a\":[1,2.5e3]}"}}]},{"role":"tool","tool_call_id":"1","content":"2"}],
            "temperature":0.5,"logit_bias":{"17":-100},"stop":["a","b"],"n":2,"seed":-3,"logprobs":true}
            """#.utf8)
        #expect(throws: Never.self) { try parse(.chatCompletions, bytes: good) }
        var generator = SeededGenerator(seed: 7)
        var numRefused = 0
        for _ in 0..<20_000 {
            var body = good
            for _ in 0..<Int.random(in: 1...3, using: &generator) { damage(&body, using: &generator) }
            do {
                _ = try parse(.chatCompletions, bytes: body)
            } catch {
                numRefused += 1
                if error.status != 400 || error.message.isEmpty { Issue.record("\(error)") }
            }
        }
        #expect(numRefused > 10_000)
    }

    private func damage(_ body: inout [UInt8], using generator: inout SeededGenerator) {
        guard !body.isEmpty else { return }
        let place = Int.random(in: body.indices, using: &generator)
        switch Int.random(in: 0..<4, using: &generator) {
        case 0: body[place] = UInt8.random(in: .min ... .max, using: &generator)
        case 1: body.remove(at: place)
        case 2: body.insert(contentsOf: body.shuffled(using: &generator).prefix(3), at: place)
        default: body.removeSubrange(place...)
        }
    }

    private func expect(
        _ endpoint: Endpoint, _ body: String, _ bad: BadInput, sourceLocation: SourceLocation = #_sourceLocation
    ) {
        let error = #expect(throws: APIError.self, sourceLocation: sourceLocation) { try parse(endpoint, body) }
        #expect(error?.status == 400, sourceLocation: sourceLocation)
        #expect(error?.type == "invalid_request_error", sourceLocation: sourceLocation)
        #expect(error?.param == bad.param, sourceLocation: sourceLocation)
        #expect(error?.code == bad.code, sourceLocation: sourceLocation)
        if let param = bad.param {
            #expect(error?.message.contains("'\(param)'") == true || error?.message.contains(param) == true)
        }
    }
}

import JSON
import OpenAI

/// `POST /tokenize` as vLLM has it: one call for each prompt, the chat template applied by the worker.
struct Tokenization {
    let connection: WorkerConnection
    var path = "/tokenize"
    let models: [String: KnownModel]

    /// - Throws: `RemoteFailure`.
    func tokens(of request: GenerationRequest) async throws -> [[Int32]] {
        switch request.prompt {
        case .tokens(let prompts): return prompts
        case .chat(let chat): return [try await tokens(Self.members(chat), of: request)]
        case .text(let texts):
            var prompts: [[Int32]] = []
            for text in texts { prompts.append(try await tokens(Self.members(text, of: request), of: request)) }
            return prompts
        }
    }

    private static func members(_ text: String, of request: GenerationRequest) -> [(String, JSON)] {
        [("prompt", .string(text))] + (request.addsSpecialTokens ? [] : [("add_special_tokens", false)])
    }

    /// What names a chat's prompt.
    static func members(_ chat: ChatPrompt) -> [(String, JSON)] {
        var arguments = chat.templateArguments
        // A member of its own here, which goes before the template's argument of this name.
        let opens = arguments["add_generation_prompt"]?.bool ?? true
        arguments["add_generation_prompt"] = nil
        var members: [(String, JSON)] = [
            ("messages", .array(chat.messages)), ("add_generation_prompt", .bool(opens)),
        ]
        if let tools = chat.tools { members.append(("tools", .array(tools))) }
        if !arguments.isEmpty { members.append(("chat_template_kwargs", .object(arguments))) }
        return members
    }

    private func tokens(_ members: [(String, JSON)], of request: GenerationRequest) async throws -> [Int32] {
        var body: [UInt8] = []
        JSON.object(JSONObject([("model", .string(request.model))] + members)).append(to: &body)
        let answer = try await connection.exchange(.post(path, body))
        guard answer.status == 200 else { throw answer.failure }
        return try Self.tokens(answer, vocabularySize: models[request.model]?.vocabularySize)
    }

    static func tokens(_ answer: ShortAnswer, vocabularySize: Int?) throws(RemoteFailure) -> [Int32] {
        let members = try Members(answer.json(), "its answer to /tokenize")
        let values = try members.array("tokens")
        guard try members.integer("count", default: values.count) == values.count else {
            throw .broken("its answer to /tokenize holds \(values.count) tokens and counts otherwise")
        }
        var tokens: [Int32] = []
        tokens.reserveCapacity(values.count)
        for value in values {
            guard let number = value.int, let token = Int32(exactly: number), token >= 0,
                number < vocabularySize ?? .max
            else { throw members.wrong("tokens", "token ids of the model") }
            tokens.append(token)
        }
        return tokens
    }
}

extension ShortAnswer {
    /// - Throws: `.broken` for a body that is no JSON.
    func json() throws(RemoteFailure) -> JSON {
        do { return try JSON.parse(body) } catch {
            throw .broken("its answer is no JSON: \(WorkerWords.excerpt("\(error)"))")
        }
    }
}

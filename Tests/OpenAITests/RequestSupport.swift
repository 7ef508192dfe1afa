import JSON
import OpenAI

/// The request that a body becomes, or the error that refuses it.
func parse(_ endpoint: Endpoint, _ body: String) throws(APIError) -> CompletionRequest {
    try parse(endpoint, bytes: Array(body.utf8))
}

func parse(_ endpoint: Endpoint, bytes: [UInt8]) throws(APIError) -> CompletionRequest {
    let result = bytes.withUnsafeBytes { buffer in
        Result { () throws(APIError) in try CompletionRequest(endpoint: endpoint, body: buffer, id: "id-1") }
    }
    return try result.get()
}

/// A chat request with more members.
func chat(_ members: String = "") throws(APIError) -> CompletionRequest {
    try parse(.chatCompletions, #"{"model":"m","messages":[{"role":"user","content":"Hi"}]\#(members)}"#)
}

/// The messages of a chat as the template will see them.
func messages(_ messages: String) throws(APIError) -> [JSON] {
    let request = try parse(.chatCompletions, #"{"model":"m","messages":\#(messages)}"#)
    guard case .chat(let prompt) = request.generation.prompt else { return [] }
    return prompt.messages
}

/// The events of a scripted answer.
enum Chunks {
    static func text(_ text: String = "word") -> [UInt8] {
        event(#"{"choices":[{"index":0,"delta":{"content":"\#(text)"},"finish_reason":null}],"usage":null}"#)
    }

    static let role = event(#"{"choices":[{"index":0,"delta":{"role":"assistant","content":""}}]}"#)
    static let finish = event(#"{"choices":[{"index":0,"delta":{},"finish_reason":"length"}]}"#)
    static let done = event("[DONE]")
    static let error = event(#"{"error":{"message":"out of \u001b[31mmemory","type":"server_error"}}"#)

    static func usage(prompt: Int, output: Int, cached: Int = 0) -> [UInt8] {
        event(
            #"{"choices":[],"usage":{"prompt_tokens":\#(prompt),"completion_tokens":\#(output),"#
                + #""prompt_tokens_details":{"cached_tokens":\#(cached)}}}"#)
    }

    static func event(_ data: String) -> [UInt8] { Array("data: \(data)\n\n".utf8) }
}

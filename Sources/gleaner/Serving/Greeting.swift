import Gateway

/// What a front door prints when it is ready: where it listens and two ways to talk to it that work as printed.
struct Greeting {
    let host: String
    let port: Int
    let model: String
    private let scheme: String

    init(_ configuration: GatewayConfiguration, port: Int, model: String) {
        host = configuration.host
        self.port = port
        self.model = model
        scheme = configuration.tls == nil ? "http" : "https"
    }

    var text: String {
        // A wildcard is where to listen, not where to call.
        let reachable = ["0.0.0.0", "::"].contains(host) ? "127.0.0.1" : host
        let base = "\(scheme)://\(reachable.contains(":") ? "[\(reachable)]" : reachable):\(port)/v1"
        return """
            Serving \(model). Stop with Ctrl-C.

                \(base)

            Try it:

                curl -N \(base)/chat/completions -H 'Content-Type: application/json' \\
                  -d '{"model":"\(model)","stream":true,"messages":[{"role":"user","content":"Tell me a story about a fox."}]}'

            Or with the OpenAI SDK (pip install openai):

                from openai import OpenAI
                client = OpenAI(base_url="\(base)", api_key="local")
                stream = client.chat.completions.create(
                    model="\(model)", stream=True, messages=[{"role": "user", "content": "Who are you?"}])
                for chunk in stream:
                    print(chunk.choices[0].delta.content or "", end="", flush=True)

            """
    }
}

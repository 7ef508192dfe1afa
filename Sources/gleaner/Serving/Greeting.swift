import Gateway
import WebServer

/// What a front door prints when it is ready: where it listens and two ways to talk to it that work as printed.
struct Greeting {
    private let base: String
    private let model: String

    init(_ configuration: GatewayConfiguration, port: Int, model: String) {
        // A wildcard is where to listen, not where to call.
        let host = ["0.0.0.0", "::"].contains(configuration.host) ? "127.0.0.1" : configuration.host
        let address = ListenAddress(host: host, port: port)
        base = address.url(port: port, isEncrypted: configuration.tls != nil) + "/v1"
        self.model = model
    }

    var text: String {
        """
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

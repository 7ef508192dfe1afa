import JSON
import OpenAI
import Testing

@Suite struct ModelCardTests {
    @Test func listGolden() {
        let card = ModelCard(
            id: "org/m", created: 7, contextLength: 4096, quantization: "q4_k_m", supportedParameters: ["seed"],
            supportedFeatures: [], isReady: false, maximumConcurrency: 8)
        let prices: JSON = ["prompt": "0.0000002", "completion": "0.0000006"]
        let object = #"""
            {"id":"org/m","object":"model","created":7,"owned_by":"gleaner","max_model_len":4096,"name":"org/m",\#
            "context_length":4096,"max_output_length":4095,"quantization":"q4_k_m","input_modalities":["text"],\#
            "output_modalities":["text"],"supported_sampling_parameters":["seed"],"supported_features":[],\#
            "is_ready":false,"max_concurrency":8
            """#
        #expect(ModelCard.list([card]).serialized() == #"{"object":"list","data":[\#(object)}]}"#)
        #expect(card.json(pricing: prices).serialized() == object + #","pricing":\#(prices.serialized())}"#)
    }

    @Test func theUnknownIsNull() {
        let json = ModelCard(id: "m", created: 1, contextLength: 10).json
        #expect(json["quantization"] == .null && json["max_concurrency"] == .null && json["pricing"] == nil)
    }

    /// A parameter that is advertised is taken and changes what is generated.
    @Test(arguments: ModelCard(id: "m", created: 1, contextLength: 10).supportedParameters)
    func whatIsAdvertisedIsHonoured(name: String) throws {
        let values = ["logit_bias": #"{"1":1}"#, "stop": #""x""#, "logprobs": "true", "seed": "3", "top_k": "3"]
        var members = #","\#(name)":\#(values[name] ?? "1")"#
        if name == "temperature" || name == "top_p" || name == "repetition_penalty" { members = #","\#(name)":0.5"# }
        if name == "top_logprobs" { members += #","logprobs":true"# }
        #expect(try chat(members).generation != chat().generation)
    }
}

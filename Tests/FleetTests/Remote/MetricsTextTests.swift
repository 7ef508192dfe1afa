import Fleet
import Testing

/// Reads of what an engine counts.
@Suite struct MetricsTextTests {
    @Test func samples() {
        let text = Array(EngineScript.vllmMetrics.utf8)
        let metrics = MetricsText(text, names: ["vllm:num_requests_running", "vllm:cache_config_info"])
        #expect(metrics.sum(["vllm:num_requests_running"], model: "m") == 5)
        #expect(metrics.sum(["vllm:num_requests_waiting"], model: "m") == nil)
        #expect(metrics.samples.last?.labels["note"] == "a\"}{b")
        #expect(metrics.samples.count == 4)
    }

    @Test(arguments: [
        "a", "a ", "a{", "a{x", "a{x=", "a{x=\"", "a{x=\"\\", "a{x=\"y\"", "a NaN", "a +Inf", "a 1x", "a{=} 1",
    ])
    func linesThatAreNoSamples(_ line: String) {
        #expect(MetricsText(Array(line.utf8), names: ["a"]).samples.isEmpty)
    }

    @Test(arguments: ["a 1.5", "a{} 1.5", "a{x=\"y\",} 1.5 1700000000", "a 1.5\r"]) func linesThatAre(_ line: String) {
        #expect(MetricsText(Array(line.utf8), names: ["a"]).samples.map(\.value) == [1.5])
    }
}

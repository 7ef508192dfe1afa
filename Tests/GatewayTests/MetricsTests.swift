import CoreMetrics
import Gateway
import OpenAI
import Testing
import WebServer
import WebTestSupport

@Suite(.timeLimit(.minutes(10))) struct MetricsTests {
    @Test func textGolden() {
        let registry = PrometheusRegistry(descriptions: [
            MetricDescription("b:wait_seconds", help: "Waits\nand \\ more.", buckets: [0.1, 1, 2.5]),
            MetricDescription("a_total", help: "Things."),
        ])
        let labels = [("model_name", "m \"x\"\\\n"), ("kind", "k")]
        Counter(label: "a", dimensions: labels, factory: registry).increment(by: 3)
        Counter(label: "a_total", dimensions: labels.reversed(), factory: registry).increment()
        Counter(label: "a_total", factory: registry).increment(by: 0)
        Meter(label: "c-d", factory: registry).set(0.25)
        Gauge(label: "e", dimensions: [("0x", "1")], factory: registry).record(7)
        let recorder = Recorder(label: "b:wait_seconds", aggregate: true, factory: registry)
        for value in [0.1, 0.100001, 2, 2.5, 9, 1000] { recorder.record(value) }
        #expect(
            registry.text() == #"""
                # HELP a_total Things.
                # TYPE a_total counter
                a_total 0
                a_total{kind="k",model_name="m \"x\"\\\n"} 4
                # HELP b:wait_seconds Waits\nand \\ more.
                # TYPE b:wait_seconds histogram
                b:wait_seconds_bucket{le="0.1"} 1
                b:wait_seconds_bucket{le="1.0"} 2
                b:wait_seconds_bucket{le="2.5"} 4
                b:wait_seconds_bucket{le="+Inf"} 6
                b:wait_seconds_sum 1013.700001
                b:wait_seconds_count 6
                # TYPE c_d gauge
                c_d 0.25
                # TYPE e gauge
                e{_x="1"} 7.0

                """#)
    }

    @Test func timersAreSeconds() {
        let registry = PrometheusRegistry()
        Timer(label: "t", factory: registry).recordMilliseconds(1500)
        #expect(registry.text().contains("t_seconds_sum 1.5\n"))
    }

    @Test func everyVLLMHistogramHasItsOwnBuckets() {
        let registry = PrometheusRegistry()
        for description in MetricDescription.vllm where !description.buckets.isEmpty {
            #expect(description.buckets == description.buckets.sorted())
            Recorder(label: description.name, dimensions: [("model_name", "m")], factory: registry).record(0.05)
            let last = "\(description.buckets[description.buckets.count - 1])"
            #expect(registry.text().contains("\(description.name)_bucket{model_name=\"m\",le=\"\(last)\"} 1\n"))
        }
    }

    /// A text with two meanings of one name would be refused as a whole.
    @Test func firstKindOfANameStays() {
        let registry = PrometheusRegistry()
        Meter(label: "x_total", factory: registry).set(1)
        Counter(label: "x_total", factory: registry).increment()
        #expect(registry.text() == "# TYPE x_total gauge\nx_total 1.0\n")
    }

    @Test func destroyedSeriesAreGone() {
        let registry = PrometheusRegistry()
        let counter = Counter(label: "x", dimensions: [("a", "1")], factory: registry)
        Counter(label: "x", dimensions: [("a", "2")], factory: registry).increment()
        counter.destroy()
        #expect(registry.text() == "# TYPE x_total counter\nx_total{a=\"2\"} 1\n")
    }

    @Test func oddValuesDoNotBreakTheText() {
        let registry = PrometheusRegistry()
        Meter(label: "g", factory: registry).set(Double.infinity)
        Counter(label: "c", factory: registry).increment(by: Int64.max)
        Counter(label: "c", factory: registry).increment(by: Int64.max)
        Recorder(label: "h", factory: registry).record(Double.nan)
        let text = registry.text()
        #expect(text.contains("g +Inf\n") && text.contains("c_total 9223372036854775807\n"))
        #expect(text.contains("h_count 0\n"))
    }

    /// Many threads record into one series and read at once; nothing is lost.
    @Test func nothingIsLostBetweenThreads() async {
        let registry = PrometheusRegistry()
        await withTaskGroup(of: Void.self) { group in
            for _ in 0..<8 {
                group.addTask {
                    for number in 0..<5000 {
                        Counter(label: "c", factory: registry).increment()
                        Recorder(label: "h", factory: registry).record(number % 7)
                        if number % 1000 == 0 { _ = registry.text() }
                    }
                }
            }
        }
        #expect(registry.text().contains("c_total 40000\n") && registry.text().contains("h_count 40000\n"))
    }

    // MARK: Over HTTP

    /// Each line is a comment or a sample; no series comes twice; buckets never fall.
    private func series(_ text: String) throws -> [String: Double] {
        var series: [String: Double] = [:]
        let sample = /([a-zA-Z_:][a-zA-Z0-9_:]*(\{[a-zA-Z_][a-zA-Z0-9_]*="[^\n]*"\})?) ([^ ]+)/
        for line in text.split(separator: "\n") where !line.hasPrefix("#") {
            let match = try #require(line.wholeMatch(of: sample))
            let value = try #require(Double(match.3.replacing("Inf", with: "infinity")))
            #expect(series.updateValue(value, forKey: String(match.1)) == nil)
        }
        return series
    }

    @Test func requestsAreCountedByRouteAndStatus() async throws {
        try await TestServer.running(FakeWorker(.events(FakeWorker.hello))) { server in
            for _ in 0..<3 { _ = try await server.chat(#","stream":true"#) }
            _ = try await server.chat(#","n":99"#)
            for path in ["/a", "/b", "/v1/models/demo"] { _ = try await server.get(path) }
            let answer = try await server.get("/metrics")
            #expect(answer["content-type"] == "text/plain; version=0.0.4; charset=utf-8")
            let series = try series(answer.body)
            func requests(_ handler: String, _ method: String, _ status: Int) -> Double? {
                series["http_requests_total{handler=\"\(handler)\",method=\"\(method)\",status=\"\(status)\"}"]
            }
            #expect(requests("/v1/chat/completions", "POST", 200) == 3)
            #expect(requests("/v1/chat/completions", "POST", 400) == 1)
            #expect(requests("/v1/models/**", "GET", 200) == 1)
            #expect(requests("none", "GET", 404) == 2, "strangers' paths make no series")
            let duration = "http_request_duration_seconds_count{handler=\"/v1/chat/completions\",method=\"POST\"}"
            #expect(series[duration] == 4)
            #expect(series["http_connections_open"] ?? 0 >= 1)
        }
    }

    /// Metrics come while a generation runs, and a client that left is counted as such.
    @Test func metricsAnswerWhileGenerating() async throws {
        let worker = FakeWorker(.byHand)
        try await TestServer.running(worker) { server in
            try await server.connected { client in
                try await client.post("/v1/chat/completions", TestServer.body(#","stream":true"#))
                _ = try await client.read(through: "\r\n\r\n")
                #expect(await worker.happening() == .started(model: "demo"))
                #expect(try await server.get("/metrics").status == 200)
            }
            #expect(await worker.happening() == .cancelled(model: "demo"))
            var text: String
            repeat {
                text = try await server.get("/metrics").body
            } while !text.contains(#"status="499"} 1"#) && !Task.isCancelled
        }
    }
}

import ArgumentParser
import CoreMetrics
import Engine
import Foundation
import Logging
import Node

/// `gleaner bench-yield`: from the order to yield until nothing computes and the memory is back.
struct BenchYieldCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "bench-yield",
        abstract: "Measure how soon an engine under load is out of the way of the machine's owner.",
        discussion: """
            Prints one JSON object for each load: prefill, decode, and decode with the memory released.

              gleaner bench-yield random.gguf --pauses 200
            """,
        shouldDisplay: false)

    @Argument(help: "A GGUF file, a Hugging Face directory, or a model of the store.")
    var model: String

    @Option(help: "Pauses under each load.")
    var pauses = 200

    @Option(help: "Pauses that release the memory; each loads the model anew.")
    var releases = 10

    @Option(help: "Sequences that decode at once.")
    var sequences = 16

    @Option(help: "Threads of the engine.")
    var threads = ProcessInfo.processInfo.activeProcessorCount

    func run() async throws {
        var options = ModelOptions(path: try ModelLocation.resolve(model))
        options.threads = threads
        let served = try ServedModel.load(
            options, metrics: NOOPMetricsHandler.instance, log: Logger(label: "gleaner.bench"))
        let prefill = YieldBenchmark(sequences: 2, promptTokens: 1024, generatedTokens: 1)
        let decode = YieldBenchmark(sequences: sequences, promptTokens: 32, generatedTokens: 400)
        try await measure("prefill", prefill, served.engine, pauses: pauses, releasingMemory: false)
        try await measure("decode", decode, served.engine, pauses: pauses, releasingMemory: false)
        try await measure("release", decode, served.engine, pauses: releases, releasingMemory: true)
        await served.engine.stop()
    }

    private func measure(
        _ name: String, _ benchmark: YieldBenchmark, _ engine: Engine, pauses: Int, releasingMemory: Bool
    ) async throws {
        guard pauses > 0 else { return }
        let times = try await benchmark.run(
            on: engine, pauses: pauses, releasingMemory: releasingMemory, seed: UInt64(pauses))
        let memory = releasingMemory ? #","memory_ms":"# + quantiles(times.compactMap(\.memorySeconds)) : ""
        print(
            #"{"load":"\#(name)","sequences":\#(benchmark.sequences),"pauses":\#(times.count),"#
                + #""idle_ms":\#(quantiles(times.map(\.idleSeconds)))\#(memory)}"#)
    }

    private func quantiles(_ seconds: [Double]) -> String {
        let sorted = seconds.sorted()
        let value = { (share: Double) in
            let place = Int((share * Double(sorted.count)).rounded(.up)) - 1
            return String(format: "%.2f", (sorted.isEmpty ? 0 : sorted[max(0, place)]) * 1000)
        }
        return #"{"p50":\#(value(0.5)),"p99":\#(value(0.99)),"max":\#(value(1))}"#
    }
}

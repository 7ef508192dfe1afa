import Glibc
import Routing
import TestSupport

/// A worker whose true speed is known: chunked prefill between the steps of a batch, with noise that grows with load.
struct SyntheticWorker {
    var prefillTokensPerSecond = 10_000.0
    var stepSeconds = 0.02
    var secondsPerSequence = 2e-4
    var secondsPerContextToken = 1e-7
    var chunkTokens = 512.0
    /// By how much it is slower than its declared self.
    var slowdown = 1.0
    /// Standard deviation of the logarithm of a time, alone and with a full batch.
    var noise = 0.05...0.3

    var declared: DeclaredSpeed {
        DeclaredSpeed(
            prefillTokensPerSecond: prefillTokensPerSecond, stepSeconds: stepSeconds,
            secondsPerSequence: secondsPerSequence, secondsPerContextToken: secondsPerContextToken)
    }

    func step(_ worker: WorkerPicture, _ request: RequestShape) -> Double {
        let sequences = Double(worker.load.running + worker.load.waiting + 1)
        let context = Double(worker.load.contextTokens + worker.load.pendingPrefillTokens + request.promptTokens)
        return stepSeconds + sequences * secondsPerSequence
            + (context + request.expectedOutputTokens / 2) * secondsPerContextToken
    }

    /// Seconds without noise.
    func ttft(_ worker: WorkerPicture, _ request: RequestShape, matched: Int) -> Double {
        let tokens = Double(worker.load.pendingPrefillTokens + request.promptTokens - matched)
        let steps = (tokens / chunkTokens).rounded(.up)
        return slowdown * (tokens / prefillTokensPerSecond + (steps + 0.5) * step(worker, request))
    }

    func interToken(_ worker: WorkerPicture, _ request: RequestShape) -> Double { slowdown * step(worker, request) }

    func noisy(_ seconds: Double, _ worker: WorkerPicture, _ generator: inout SeededGenerator) -> Double {
        let share = Double(worker.load.running) / Double(worker.capacity.maximumSequences)
        let size = noise.lowerBound + (noise.upperBound - noise.lowerBound) * share
        return seconds * exp(size * generator.normal())
    }
}

extension SeededGenerator {
    /// Standard normal, by Box and Muller.
    mutating func normal() -> Double {
        let radius = sqrt(-2 * log(Double.random(in: 1e-12...1, using: &self)))
        return radius * cos(2 * Double.pi * Double.random(in: 0..<1, using: &self))
    }
}

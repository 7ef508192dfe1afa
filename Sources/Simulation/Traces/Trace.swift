/// Requests as somebody's users sent them: when, how long, and which prompts began alike.
package struct Trace: Sendable, Equatable {
    /// In order of arrival.
    package private(set) var requests: [TraceRequest]

    /// Puts the requests in order of arrival and numbers them from 0.
    package init(_ requests: [TraceRequest]) {
        self.requests = requests.enumerated()
            .sorted { ($0.element.arrival, $0.offset) < ($1.element.arrival, $1.offset) }.map(\.element)
        for place in self.requests.indices { self.requests[place].number = place }
    }

    /// Requests a second, from the first to the last.
    package var rate: Double {
        guard let first = requests.first, let last = requests.last, last.arrival > first.arrival else { return 0 }
        return Double(requests.count - 1) / (last.arrival - first.arrival)
    }

    /// The first `count` requests.
    package func prefix(_ count: Int) -> Trace { Trace(Array(requests.prefix(count))) }

    /// The same requests, faster or slower, so that they come at `rate` a second, from time 0 on.
    package func scaled(toRate rate: Double) -> Trace {
        precondition(rate > 0, "a rate is positive")
        let factor = self.rate / rate
        let start = requests.first?.arrival ?? 0
        return mapArrivals { ($0.arrival - start) * factor }
    }

    /// Spreads the requests that came at the same moment over the time to the next moment, evenly and in their order:
    /// the clocks of some traces tick every few seconds.
    package func spreadingTies() -> Trace {
        var starts: [Int] = []
        for place in requests.indices where place == 0 || requests[place].arrival > requests[place - 1].arrival {
            starts.append(place)
        }
        var arrivals: [Double] = []
        for (start, end) in zip(starts, starts.dropFirst() + [requests.count]) {
            let first = requests[start].arrival
            let span = end < requests.count ? requests[end].arrival - first : 0
            arrivals += (start..<end).map { first + span * Double($0 - start) / Double(end - start) }
        }
        return mapArrivals { arrivals[$0.number] }
    }

    private func mapArrivals(_ arrival: (TraceRequest) -> Double) -> Trace {
        Trace(
            requests.map { request in
                var request = request
                request.arrival = arrival(request)
                return request
            })
    }
}

/// One request of a trace.
package struct TraceRequest: Sendable, Equatable {
    /// Tokens that one of `blocks` stands for.
    package static let blockTokens = 512

    /// Its place in the trace.
    package internal(set) var number = 0
    /// Seconds.
    package var arrival: Double
    package var promptTokens: Int
    package var outputTokens: Int
    /// Names of the prompt's blocks of 512 tokens, the last one perhaps shorter: prompts share a prefix as far as
    /// these are the same.
    package var blocks: [UInt64]

    package init(arrival: Double, promptTokens: Int, outputTokens: Int, blocks: [UInt64]) {
        self.arrival = arrival
        self.promptTokens = promptTokens
        self.outputTokens = outputTokens
        self.blocks = blocks
    }

    /// Tokens of a prompt that has these blocks, the same for the same blocks.
    package var prompt: [Int32] {
        var tokens: [Int32] = []
        tokens.reserveCapacity(promptTokens + outputTokens)
        for block in blocks {
            let start = UInt32(truncatingIfNeeded: SplitMix.mix(block))
            for offset in 0..<UInt32(min(Self.blockTokens, promptTokens - tokens.count)) {
                tokens.append(Int32(truncatingIfNeeded: (start &+ offset) & 0x7FFF_FFFF))
            }
        }
        return tokens
    }

    /// Names of the prompt's prefixes of 64, 128, … tokens, up to its last full block: what a `PrefixChain` would say,
    /// at no cost that depends on tokens.
    package func prefixDigests(chunkTokens: Int) -> [UInt64] {
        let chunks = Self.blockTokens / chunkTokens
        let full = promptTokens / Self.blockTokens
        var digests: [UInt64] = []
        digests.reserveCapacity(full * chunks)
        var state: UInt64 = 0
        for block in blocks.prefix(full) {
            state = SplitMix.mix(state ^ SplitMix.mix(block))
            for chunk in 0..<UInt64(chunks) { digests.append(SplitMix.mix(state &+ chunk)) }
        }
        return digests
    }
}

package import JSON

extension FleetReport {
    /// The report as JSON.
    ///
    /// - Parameter pricing: of a model, an object of prices as decimal strings, in USD for each token; nil for none.
    package func json(pricing: (_ model: String) -> JSON?) -> JSON {
        [
            "object": "gleaner.fleet", "gateway": .string(gateway),
            "models": .array(models.map { $0.json(pricing: pricing($0.id)) }),
            "workers": .array(workers.map(\.json)), "departures": .array(departures.map(\.json)),
        ]
    }
}

extension FleetReport.Model {
    fileprivate func json(pricing: JSON?) -> JSON {
        [
            "id": .string(id), "waiting": .int(waiting), "waiting_tokens": .double(waitingTokens),
            "refused_tokens_per_second": .double(refusedTokensPerSecond),
            "served_tokens_per_second": .double(servedTokensPerSecond),
            "prompt_tokens_per_second": .double(promptTokensPerSecond), "pricing": pricing ?? .null,
        ]
    }
}

extension FleetReport.Worker {
    fileprivate var json: JSON {
        [
            "name": .string(name), "url": .string(url), "kind": .string(kind),
            "models": .array(models.map { .string($0) }), "streams": .int(streams), "live_tokens": .int(liveTokens),
            "cached_tokens": .int(cachedTokens), "tokens_per_second": .double(tokensPerSecond),
            "is_full": .bool(isFull),
        ]
    }
}

extension FleetReport.Departure {
    fileprivate var json: JSON {
        func seconds(_ value: Double?) -> JSON { value.map { .double($0) } ?? .null }
        return [
            "name": .string(name), "url": .string(url), "age": .double(age), "drained_age": seconds(drainedAge),
            "gone_age": seconds(goneAge), "streams_moved": .int(streamsMoved),
            "streams_reported": .int(streamsReported), "tokens_replayed": .int(tokensReplayed),
            "longest_pause": seconds(longestPause),
        ]
    }
}

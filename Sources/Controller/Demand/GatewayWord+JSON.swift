import JSON
import Ledger

extension GatewayWord {
    /// An answer has no more bytes.
    package static let mostBytes = 4 << 20
    static let mostModels = 4096
    static let mostWorkers = 4096
    static let mostDepartures = 512

    /// Why an answer is none.
    package enum Problem: Error, Sendable, Equatable, CustomStringConvertible {
        case tooLong(Int)
        case noJSON(String)
        case noFleet

        package var description: String {
            switch self {
            case .tooLong(let count): "its answer has \(count) bytes, and \(GatewayWord.mostBytes) are the most"
            case .noJSON(let reason): "its answer is no JSON: \(reason)"
            case .noFleet: "its answer is no report of a fleet; is it a gateway?"
            }
        }
    }

    /// - Parameter bytes: of the body of a gateway's answer.
    package init(_ bytes: [UInt8]) throws(Problem) {
        guard bytes.count <= Self.mostBytes else { throw .tooLong(bytes.count) }
        let json: JSON
        do { json = try JSON.parse(bytes, maximumDepth: 16) } catch { throw .noJSON("\(error)") }
        guard json["object"]?.string == "gleaner.fleet", let gateway = json["gateway"]?.name else { throw .noFleet }
        let models = (json["models"]?.array ?? []).prefix(Self.mostModels).compactMap { model in
            model["id"]?.name.map { ($0, Model(model)) }
        }
        self.init(
            gateway: gateway, models: Dictionary(models) { first, _ in first },
            workers: (json["workers"]?.array ?? []).prefix(Self.mostWorkers).compactMap { Worker($0) },
            departures: (json["departures"]?.array ?? []).suffix(Self.mostDepartures).compactMap { Departure($0) })
    }
}

extension GatewayWord.Model {
    fileprivate init(_ json: JSON) {
        numWaiting = json["waiting"].count
        waitingTokens = json["waiting_tokens"].amount
        refusedTokensPerSecond = json["refused_tokens_per_second"].amount
        servedTokensPerSecond = json["served_tokens_per_second"].amount
        promptTokensPerSecond = json["prompt_tokens_per_second"].amount
        let pricing = json["pricing"]
        guard let input = pricing?["prompt"]?.name, let output = pricing?["completion"]?.name else { return }
        prices = try? TokenPrices.perToken(input: input, cached: pricing?["input_cache_read"]?.name, output: output)
    }
}

extension GatewayWord.Worker {
    fileprivate init?(_ json: JSON) {
        guard let key = WorkerKey(json) else { return nil }
        self.init(key: key)
        numStreams = json["streams"].count
        numLiveTokens = json["live_tokens"].count
        numCachedTokens = json["cached_tokens"].count
        tokensPerSecond = json["tokens_per_second"].amount
        isFull = json["is_full"]?.bool ?? false
    }
}

extension GatewayWord.Departure {
    fileprivate init?(_ json: JSON) {
        guard let key = WorkerKey(json), let age = json["age"].age else { return nil }
        self.init(key: key)
        self.age = age
        drainedAge = json["drained_age"].age
        goneAge = json["gone_age"].age
        numStreamsMoved = json["streams_moved"].count
        numStreamsReported = json["streams_reported"].count
        numTokensReplayed = json["tokens_replayed"].count
        longestPause = json["longest_pause"].age
    }
}

extension WorkerKey {
    fileprivate init?(_ json: JSON) {
        guard let name = json["name"]?.name, let url = json["url"]?.name else { return nil }
        self.init(name: name, url: url)
    }
}

extension JSON {
    /// A short text.
    fileprivate var name: String? { string.flatMap { $0.isEmpty || $0.utf8.count > 512 ? nil : $0 } }
}

extension JSON? {
    private static let most = 1_000_000_000

    /// 0 for what is no number.
    fileprivate var count: Int { Int(amount) }

    fileprivate var amount: Double {
        guard let value = self?.double, value > 0 else { return 0 }
        return min(value, Double(Self.most))
    }

    /// In seconds; nil for what is none, or older than anything that is told.
    fileprivate var age: Double? { self?.double.flatMap { (0...3600).contains($0) ? $0 : nil } }
}

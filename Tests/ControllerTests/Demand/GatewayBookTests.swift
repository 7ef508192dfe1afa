import Controller
import Harvest
import Ledger
import TestSupport
import Testing

extension ServedModel {
    static func sample(_ name: String) -> ServedModel {
        ServedModel(
            name: name, source: .volume(claim: "c", path: "p"),
            expected: Expectation(tokensPerSecond: 100, loadMs: 10_000))
    }
}

/// The words of many gateways as one.
@Suite struct GatewayBookTests {
    private static let uids = ["u0", "u1", "u2"]

    private static func word(_ gateway: String, _ random: inout SeededGenerator) -> GatewayWord {
        var model = GatewayWord.Model()
        model.numWaiting = Int.random(in: 0...9, using: &random)
        model.waitingTokens = Double(Int.random(in: 0...900, using: &random))
        model.servedTokensPerSecond = Double(Int.random(in: 0...90, using: &random))
        model.refusedTokensPerSecond = Double(Int.random(in: 0...9, using: &random))
        let workers = uids.shuffled(using: &random).prefix(2).map { uid in
            var worker = GatewayWord.Worker(key: WorkerKey(name: uid, host: uid))
            worker.numStreams = Int.random(in: 0...9, using: &random)
            worker.numCachedTokens = Int.random(in: 0...999, using: &random)
            worker.tokensPerSecond = Double(Int.random(in: 0...99, using: &random))
            return worker
        }
        var departure = GatewayWord.Departure(key: WorkerKey(name: "gone", host: "h"))
        departure.age = Double(Int.random(in: 0...9, using: &random))
        departure.numStreamsMoved = Int.random(in: 0...9, using: &random)
        return GatewayWord(gateway: gateway, models: ["m": model], workers: workers, departures: [departure])
    }

    /// Streams and rates are added up, what a worker says itself is not counted twice, and the order does not matter.
    @Test(arguments: 0..<100 as Range<UInt64>) func wordsAreAddedUp(_ seed: UInt64) throws {
        var random = SeededGenerator(seed: seed)
        let words = (0..<Int.random(in: 1...5, using: &random)).map { Self.word("g\($0)", &random) }
        var books = [GatewayBook(), GatewayBook()]
        for (place, word) in words.enumerated() { books[0].hear(word, from: "a\(place)", atMs: 1000) }
        for (place, word) in words.enumerated().reversed() { books[1].hear(word, from: "a\(place)", atMs: 1000) }
        #expect(books[0].workers == books[1].workers && books[0].model("m") == books[1].model("m"))
        let model = try #require(books[0].model("m"))
        #expect(model.numWaiting == words.reduce(0) { $0 + ($1.models["m"]?.numWaiting ?? 0) })
        let all = words.flatMap(\.workers)
        for (key, worker) in books[0].workers {
            let own = all.filter { $0.key == key }
            #expect(worker.numStreams == own.reduce(0) { $0 + $1.numStreams })
            #expect(worker.numCachedTokens == own.map(\.numCachedTokens).max())
            #expect(worker.tokensPerSecond == own.reduce(0) { $0 + $1.tokensPerSecond })
        }
        let gone = try #require(books[0].departures.departure(uid: "gone", host: "", aboutMs: 0))
        #expect(gone.numStreamsMoved == words.reduce(0) { $0 + $1.departures[0].numStreamsMoved })
        #expect(gone.atMs == 1000 - Int64((words.map { $0.departures[0].age }.max() ?? 0) * 1000))
    }

    /// A gateway that is reached by two addresses is one, as it was heard last; a new word takes the old one's place.
    @Test func aGatewayIsCountedOnce() {
        var random = SeededGenerator(seed: 7)
        var book = GatewayBook()
        let (old, new) = (Self.word("g", &random), Self.word("g", &random))
        book.hear(old, from: "a", atMs: 1000)
        book.hear(new, from: "b", atMs: 2000)
        #expect(book.model("m") == new.models["m"])
        book.hear(old, from: "a", atMs: 3000)
        #expect(book.model("m") == old.models["m"])
    }

    @Test func oldWordsAreForgotten() {
        var random = SeededGenerator(seed: 8)
        var book = GatewayBook()
        book.hear(Self.word("g", &random), from: "a", atMs: 1000)
        book.expire(nowMs: 1000 + GatewayBook.memoryMs)
        #expect(!book.isSilent)
        book.expire(nowMs: 1001 + GatewayBook.memoryMs)
        #expect(book.isSilent && book.model("m") == nil && book.workers.isEmpty)
    }

    /// More waits: more is wanted. Nobody waits and nothing is served: nothing is.
    @Test func demandIsWhatIsServedAndWhatIsNot() throws {
        func market(_ change: (inout GatewayWord.Model) -> Void) throws -> ModelMarket {
            var model = GatewayWord.Model()
            model.prices = try TokenPrices.perToken(input: "0.000001", output: "0.00001")
            change(&model)
            var book = GatewayBook()
            book.hear(GatewayWord(gateway: "g", models: ["m": model]), from: "a", atMs: 0)
            return book.market(.sample("m"), standardPrice: PicoUSD(pico: 1))
        }
        #expect(try market { _ in }.demandTokensPerSecond == 0)
        #expect(try market { $0.waitingTokens = 1 }.demandTokensPerSecond == 1)
        let busy = try market { ($0.servedTokensPerSecond, $0.waitingTokens, $0.refusedTokensPerSecond) = (50, 200, 5) }
        #expect(busy.demandTokensPerSecond == 75 && busy.pricePerToken == PicoUSD(pico: 10_000_000))
        let prompts = try market { ($0.servedTokensPerSecond, $0.promptTokensPerSecond) = (10, 30) }
        #expect(prompts.pricePerToken == PicoUSD(pico: 13_000_000))
        let unpriced = try market { $0.prices = nil }
        #expect(unpriced.pricePerToken == PicoUSD(pico: 1))
    }

    @Test func speedsAreLearned() {
        var speeds = SpeedBook()
        for _ in 0..<200 { speeds.learn("m", product: "H100", tokensPerSecond: 2000) }
        speeds.learn("m", product: "A10", tokensPerSecond: 300)
        for strange in [-1, 0, .nan, .infinity, 1e12] { speeds.learn("m", product: "H100", tokensPerSecond: strange) }
        #expect(speeds.speeds(of: "m") == ["H100": 2000, "A10": 300] && speeds.speeds(of: "other").isEmpty)
        for _ in 0..<200 { speeds.learn("m", product: "H100", tokensPerSecond: 1000) }
        #expect(speeds.speeds(of: "m")["H100"].map { (1000...1001).contains($0) } == true)
    }
}

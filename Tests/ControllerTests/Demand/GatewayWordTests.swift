import Controller
import Harvest
import JSON
import Ledger
import TestSupport
import Testing

/// What gateways say, and what nobody should believe.
@Suite struct GatewayWordTests {
    private static let text = """
        {"object":"gleaner.fleet","gateway":"g1","models":[
        {"id":"m","waiting":3,"waiting_tokens":300.5,"refused_tokens_per_second":1,"served_tokens_per_second":12.5,
        "prompt_tokens_per_second":40,"pricing":{"prompt":"0.0000001","completion":"0.0000004"}},
        {"id":"free","waiting":0,"waiting_tokens":0,"pricing":null}],
        "workers":[{"name":"uid","url":"http://[fd00::7]:8081/p","kind":"k","models":["m"],"streams":2,"live_tokens":70,
        "cached_tokens":640,"tokens_per_second":99.5,"is_full":true}],
        "departures":[{"name":"uid0","url":"http://10.0.0.7:8081","age":4.5,"drained_age":4,"gone_age":null,
        "streams_moved":2,"streams_reported":1,"tokens_replayed":77,"longest_pause":0.25}]}
        """

    @Test func aReportIsRead() throws {
        let word = try GatewayWord(Array(Self.text.utf8))
        let model = try #require(word.models["m"])
        #expect(word.gateway == "g1" && model.numWaiting == 3 && model.waitingTokens == 300.5)
        #expect(model.servedTokensPerSecond == 12.5 && model.prices?.output == PicoUSD(pico: 400_000))
        #expect(word.models["free"]?.prices == nil)
        let worker = try #require(word.workers.first)
        #expect(worker.key == WorkerKey(name: "uid", host: "fd00::7") && worker.numStreams == 2 && worker.isFull)
        let departure = try #require(word.departures.first)
        #expect(departure.key.host == "10.0.0.7" && departure.drainedAge == 4 && departure.goneAge == nil)
        #expect(departure.numTokensReplayed == 77 && departure.longestPause == 0.25)
    }

    /// Whatever comes, it is refused with a reason or read within its bounds.
    @Test(arguments: 0..<300 as Range<UInt64>) func hostileReportsAreHarmless(_ seed: UInt64) {
        var random = SeededGenerator(seed: seed)
        var text = Array(Self.text.utf8)
        let ends = ["1e999", "-1e308", "9223372036854775807", "99999999999999999999", "null", "[[[[", "\"x\"", "}", ""]
        for _ in 0..<Int.random(in: 1...4, using: &random) {
            let place = Int.random(in: 0..<text.count, using: &random)
            let end = min(text.count, place + Int.random(in: 0...6, using: &random))
            text.replaceSubrange(place..<end, with: Array((ends.randomElement(using: &random) ?? "").utf8))
        }
        guard let word = try? GatewayWord(text) else { return }
        for model in word.models.values {
            #expect((0...1_000_000_000).contains(model.numWaiting) && (0...1e9).contains(model.waitingTokens))
        }
        var book = GatewayBook()
        book.hear(word, from: "a", atMs: .max / 2)
        for name in word.models.keys {
            let market = book.market(.sample(name), standardPrice: nil)
            #expect((0...1_000_000_000).contains(market.demandTokensPerSecond))
        }
        _ = book.departures
    }

    @Test func whatIsNoReportIsSaidToBeNone() {
        #expect(throws: GatewayWord.Problem.noFleet) { _ = try GatewayWord(Array(#"{"object":"list"}"#.utf8)) }
        #expect(throws: GatewayWord.Problem.self) { _ = try GatewayWord(Array("<html>".utf8)) }
        let long = [UInt8](repeating: 0x20, count: GatewayWord.mostBytes + 1)
        #expect(throws: GatewayWord.Problem.tooLong(long.count)) { _ = try GatewayWord(long) }
    }
}

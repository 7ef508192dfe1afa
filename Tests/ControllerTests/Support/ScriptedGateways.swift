import Controller
import JSON
import Ledger
import Synchronization

/// Gateways that say what a test has them say.
final class ScriptedGateways: Sendable {
    enum Behaviour: Sendable {
        case says(JSON)
        /// Each time something else.
        case varies(@Sendable () -> JSON)
        case bytes([UInt8])
        case fails
        /// Until nobody listens any more.
        case hangs
    }

    private struct Refused: Error {}

    private let behaviours = Mutex<[String: Behaviour]>([:])
    private let asked = Mutex<[String]>([])

    static let port = 8000

    var view: GatewayView {
        GatewayView(port: Self.port, standardPrice: PicoUSD(pico: 10_000_000)) { [self] address in
            asked.withLock { $0.append(address) }
            switch behaviours.withLock({ $0[address] }) {
            case .says(let json): return Array(json.serialized().utf8)
            case .varies(let text): return Array(text().serialized().utf8)
            case .bytes(let bytes): return bytes
            case .fails, nil: throw Refused()
            case .hangs:
                for await _ in AsyncStream<Int>(unfolding: { Task.isCancelled ? nil : 0 }) { await Task.yield() }
                throw CancellationError()
            }
        }
    }

    func set(_ address: String, _ behaviour: Behaviour) { behaviours.withLock { $0[address] = behaviour } }

    /// How often one was asked.
    func count(_ address: String) -> Int { asked.withLock { $0.count { $0 == address } } }

    // MARK: Words

    static func word(
        _ gateway: String, models: [JSON] = [], workers: [JSON] = [], departures: [JSON] = []
    ) -> Behaviour {
        .says(text(gateway, models: models, workers: workers, departures: departures))
    }

    static func text(
        _ gateway: String, models: [JSON] = [], workers: [JSON] = [], departures: [JSON] = []
    ) -> JSON {
        [
            "object": "gleaner.fleet", "gateway": .string(gateway), "models": .array(models),
            "workers": .array(workers), "departures": .array(departures),
        ]
    }

    static func waiting(_ count: Int, tokens: Int, model: String = "m") -> JSON {
        ["id": .string(model), "waiting": .int(count), "waiting_tokens": .int(tokens)]
    }

    static func worker(_ uid: String, streams: Int) -> JSON {
        [
            "name": .string(uid), "url": "http://10.9.9.9:8081", "streams": .int(streams),
            "live_tokens": .int(100 * streams),
        ]
    }

    static func departure(_ uid: String, age: Double, streams: Int, tokens: Int) -> JSON {
        [
            "name": .string(uid), "url": "http://10.9.9.9:8081", "age": .double(age), "drained_age": .double(age),
            "gone_age": .double(age), "streams_moved": .int(streams), "streams_reported": .int(streams),
            "tokens_replayed": .int(tokens), "longest_pause": 0.125,
        ]
    }
}

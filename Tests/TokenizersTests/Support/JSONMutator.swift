import JSON
import TestSupport

/// Breaks JSON in one place at random.
struct JSONMutator {
    private var generator: SeededGenerator

    init(seed: UInt64) { generator = SeededGenerator(seed: seed) }

    private static let hostile: [JSON] = [
        .null, true, -1, 0, 1, 2_097_152, 2_097_153, .int(.max), .int(.min), 1e300, "", " ", "a", "▁", "<0x41>",
        "\u{0}", .string(String(repeating: "(", count: 600)), [], [1, 2], [:], ["type": "Sequence"],
        ["Regex": "(a*)*b"], ["String": ""],
    ]

    /// A copy with one value replaced, taken out, or doubled under another name; most changes lie outside of the
    /// long lists.
    mutating func mutated(_ json: JSON) -> JSON {
        switch json {
        case .object(let object) where !object.isEmpty && Int.random(in: 0..<10, using: &generator) > 0:
            return .object(mutated(object))
        case .array(let values) where !values.isEmpty && Int.random(in: 0..<10, using: &generator) > 0:
            var values = values
            let place = Int.random(in: 0..<values.count, using: &generator)
            values[place] = mutated(values[place])
            return .array(values)
        default:
            return Self.hostile.randomElement(using: &generator) ?? .null
        }
    }

    private mutating func mutated(_ object: JSONObject) -> JSONObject {
        var object = object
        guard let key = object.keys.randomElement(using: &generator), let value = object[key] else { return object }
        switch Int.random(in: 0..<10, using: &generator) {
        case 0: object[key] = nil
        case 1: object[key + "x"] = value
        default: object[key] = mutated(value)
        }
        return object
    }

    mutating func config() -> JSON? {
        mutated(["bos_token": "<s>", "eos_token": ["content": "</s>"], "unk_token": "<unk>", "add_bos_token": true])
    }
}

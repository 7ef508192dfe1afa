import JSON
import Weights

/// One value of a model's config, whichever kind of file it stands in.
enum ConfigValue: Sendable, Equatable {
    case integer(Int)
    /// May be NaN or infinite: GGUF stores any bits.
    case number(Double)
    case flag(Bool)
    case text(String)
    case list([ConfigValue])
    case section(JSONObject)
    /// Anything no field of ours may hold, in the words of an error.
    case other(String)

    /// As it is named in an error: the value itself where it is short.
    var shown: String {
        switch self {
        case .integer(let value): "\(value)"
        case .number(let value): "\(value)"
        case .flag(let value): "\(value)"
        case .text(let value): Models.shown(value)
        case .list(let values): "a list of \(values.count)"
        case .section: "an object"
        case .other(let what): what
        }
    }
}

extension ConfigValue {
    /// Null counts as absent, as in every reader of config.json.
    init?(_ json: JSON) {
        switch json {
        case .null: return nil
        case .bool(let value): self = .flag(value)
        case .int(let value): self = .integer(value)
        case .double(let value): self = .number(value)
        case .string(let value): self = .text(value)
        case .array(let values): self = .list(values.map { ConfigValue($0) ?? .text("null") })
        case .object(let value): self = .section(value)
        }
    }
}

extension ConfigValue {
    init(_ value: GGUFValue) {
        switch value {
        case .float32(let number): self = .number(Double(number))
        case .float64(let number): self = .number(number)
        case .bool(let flag): self = .flag(flag)
        case .string(let text): self = .text(text)
        case .array(let array): self = .other("an array of \(array.count)")
        default: self = value.int.map(ConfigValue.integer) ?? .other("a number above \(Int.max)")
        }
    }
}

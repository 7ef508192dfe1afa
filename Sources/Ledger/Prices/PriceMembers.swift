import JSON

/// The names of the members of the JSON forms; errors name fields by them.
enum PriceMember {
    static let number = "version"
    static let model = "model"
    static let tier = "tier"
    static let validFrom = "valid_from_ms"
    static let created = "created_ms"
    static let prices = "prices"
    static let windows = "windows"
    static let start = "utc_start"
    static let end = "utc_end"
    static let weekdays = "weekdays"
    static let input = "input"
    static let cachedInput = "cached_input"
    static let output = "output"
}

/// The members of one JSON object of a price. An unknown member is refused: a misspelt `cached_input` would cost money.
struct PriceMembers {
    private let object: JSONObject
    private let path: String

    init(_ json: JSON, of names: [String], at path: String) throws(PriceError) {
        guard case .object(let object) = json else {
            throw PriceError(path.isEmpty ? "the price" : path, .kind(expected: "an object", found: json.kind))
        }
        if let unknown = object.keys.first(where: { !names.contains($0) }) {
            throw PriceError(PriceError.join(path, unknown), .unknown)
        }
        self.object = object
        self.path = path
    }

    func field(_ name: String) -> String { PriceError.join(path, name) }

    func has(_ name: String) -> Bool { object[name] != nil }

    func value(_ name: String) throws(PriceError) -> JSON {
        guard let value = object[name] else { throw PriceError(field(name), .missing) }
        return value
    }

    func string(_ name: String) throws(PriceError) -> String {
        let value = try value(name)
        guard case .string(let text) = value else { throw kind("a string in quotes", value, name) }
        return text
    }

    /// A whole number as it is written: `1.0` and `1e3` are none.
    func integer(_ name: String) throws(PriceError) -> Int {
        let value = try value(name)
        guard case .int(let number) = value else { throw kind("a whole number", value, name) }
        return number
    }

    func array(_ name: String) throws(PriceError) -> [JSON] {
        let value = try value(name)
        guard case .array(let values) = value else { throw kind("an array", value, name) }
        return values
    }

    func kind(_ expected: String, _ found: JSON, _ name: String) -> PriceError {
        PriceError(field(name), .kind(expected: expected, found: found.kind))
    }
}

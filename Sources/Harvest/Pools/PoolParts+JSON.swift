import JSON
import Ledger

// Readers of members that the schema has checked: what it refuses never comes here.

extension JSON {
    func milliseconds(_ name: String) -> Int64? { self[name]?.string.flatMap(DurationText.milliseconds) }
}

extension NodeSelector {
    init(_ json: JSON) {
        for (key, value) in json["matchLabels"]?.object ?? JSONObject() { labels[key] = value.string }
        expressions = (json["matchExpressions"]?.array ?? []).compactMap { item in
            guard let key = item["key"]?.string, let comparison = item["operator"]?.string.flatMap(Operator.init) else {
                return nil
            }
            return Expression(key, comparison, item["values"]?.array?.compactMap(\.string) ?? [])
        }
    }
}

extension Toleration {
    init(_ json: JSON) {
        let isExists = json["operator"]?.string == "Exists"
        self.init(
            key: json["key"]?.string, value: isExists ? nil : json["value"]?.string ?? "",
            effect: json["effect"]?.string.flatMap(Taint.Effect.init))
    }
}

extension TimeWindow {
    init(_ json: JSON) {
        let days = json["days"]?.array?.compactMap { $0.string.flatMap(Day.init) } ?? []
        self.init(
            days: Set(days.isEmpty ? Day.allCases : days), fromMinute: Self.minute(json["from"]),
            toMinute: Self.minute(json["to"]))
    }

    /// `HH:MM`.
    private static func minute(_ json: JSON?) -> Int {
        let parts = (json?.string ?? "").split(separator: ":").compactMap { Int($0) }
        return parts.count == 2 ? parts[0] * 60 + parts[1] : 0
    }
}

extension PoolLimits {
    init(_ json: JSON) {
        self.init()
        share = json["share"]?.string.flatMap { Share($0) } ?? share
        count = json["count"]?.int
        perNode = json["perNode"]?.int
        reserve = json["reserve"]?.int ?? reserve
    }
}

extension PlacementLimits {
    init(_ json: JSON) {
        self.init()
        minimumResidenceMs = json.milliseconds("minimumResidence") ?? minimumResidenceMs
        loadsPerHour = json["loadsPerHour"]?.int ?? loadsPerHour
    }
}

extension EnergyPrice {
    init?(_ json: JSON) {
        guard let price = json["pricePerKWh"]?.string.flatMap({ PicoUSD(decimal: $0) }),
            let watts = json["wattsPerGPU"]?.int
        else { return nil }
        self.init(perKWh: price, wattsPerGPU: watts)
    }
}

extension CachePolicy {
    init?(_ json: JSON) {
        guard let name = json["storageClassName"]?.string, let size = json["gibibytes"]?.int else { return nil }
        self.init(storageClassName: name, gibibytes: size)
    }
}

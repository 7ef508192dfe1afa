import JSON
import Ledger
import TestSupport
import Testing

@Suite struct PriceFormTests {
    private static let text = """
        {"version":3,"model":"qwen3:8b","tier":"flex","valid_from_ms":1793491200000,"created_ms":1793400000000,\
        "prices":{"input":"0.00000015","cached_input":"0.000000075","output":"0.0000006"},\
        "windows":[{"utc_start":"16:30","utc_end":"00:05","weekdays":[1,5],\
        "prices":{"input":"0","cached_input":"0","output":"0.000000000001"}}]}
        """

    @Test func goldenForm() throws {
        let window = try PriceWindow(
            startMinute: 990, endMinute: 5, weekdays: Weekdays([5, 1]),
            prices: TokenPrices(input: .zero, cachedInput: .zero, output: PicoUSD(pico: 1)))
        let version = try PriceVersion(
            number: 3, model: "qwen3:8b", tier: .flex, validFromMs: 1_793_491_200_000, createdMs: 1_793_400_000_000,
            base: .perMillion(input: "0.15", cached: "0.075", output: "0.6"), windows: [window])
        #expect(version.json.serialized() == Self.text)
        #expect(try PriceVersion(json: JSON.parse(Self.text)) == version)
    }

    @Test func formsRoundTrip() throws {
        var random = SeededGenerator(seed: 22)
        for number in 1...300 {
            let version = try random.version(
                number: Int64(number), model: "a/b \"ü\"", tier: ServiceTier.allCases[number % 4],
                validFromMs: Int64.random(in: PriceVersion.dates, using: &random))
            #expect(try PriceVersion(json: JSON.parse(version.json.serialized())) == version)
            #expect(try PriceWindow.parse(list: PriceWindow.serialized(version.windows)) == version.windows)
            let applied = AppliedPrice(version: Int64(number), prices: version.base)
            #expect(try AppliedPrice(json: JSON.parse(applied.json.serialized())) == applied)
        }
    }

    @Test func windowsAndWeekdaysMayBeLeftOut() throws {
        let version = try PriceVersion(json: Self.changed([.member("windows")]) { _ in nil })
        #expect(version.windows.isEmpty)
        let daily = try PriceVersion(json: Self.changed([.member("windows"), .item, .member("weekdays")]) { _ in nil })
        #expect(daily.windows.first?.weekdays == .everyDay)
    }

    // MARK: Wrong forms

    enum Step {
        case member(String)
        /// The first element.
        case item
    }

    /// The golden form with the value at `path` replaced, or removed for nil.
    private static func changed(_ path: [Step], _ change: (JSON) -> JSON?) throws -> JSON {
        func descend(_ value: JSON, _ rest: ArraySlice<Step>) -> JSON? {
            switch (rest.first, value) {
            case (.member(let name), .object(var object)):
                object[name] = descend(object[name] ?? .null, rest.dropFirst())
                return .object(object)
            case (.item, .array(let values)):
                return .array([values.first.flatMap { descend($0, rest.dropFirst()) } ?? .null])
            default: return change(value)
            }
        }
        return try #require(descend(try JSON.parse(text), path[...]))
    }

    private static func field(_ path: [Step]) -> String {
        path.reduce("") { field, step in
            switch step {
            case .member(let name): field.isEmpty ? name : "\(field).\(name)"
            case .item: "\(field)[0]"
            }
        }
    }

    private static let window: [Step] = [.member("windows"), .item]
    private static let members: [[Step]] =
        ["version", "model", "tier", "valid_from_ms", "created_ms", "prices", "windows"].map { [.member($0)] }
        + ["utc_start", "utc_end", "weekdays", "prices"].map { window + [.member($0)] }
        + ["input", "cached_input", "output"].flatMap { name -> [[Step]] in
            [[.member("prices"), .member(name)], window + [.member("prices"), .member(name)]]
        }

    @Test(arguments: members) func missingMembersAreNamed(path: [Step]) throws {
        guard !["windows", "windows[0].weekdays"].contains(Self.field(path)) else { return }
        let json = try Self.changed(path) { _ in nil }
        #expect(throws: PriceError(Self.field(path), .missing)) { try PriceVersion(json: json) }
    }

    @Test(arguments: members) func otherKindsAreNamed(path: [Step]) throws {
        let values: [JSON] = [.null, true, 7, .double(0.5), "x", .array([]), .object(JSONObject())]
        var own: JSON = .null
        _ = try Self.changed(path) { value in
            own = value
            return nil
        }
        for value in values where value.kind != own.kind || value == .double(0.5) {
            let json = try Self.changed(path) { _ in value }
            let error = #expect(throws: PriceError.self, "\(value)") { try PriceVersion(json: json) }
            // An empty object is refused for its first missing member.
            if let error { #expect(error.field.hasPrefix(Self.field(path)), "\(value)") }
        }
    }

    @Test(arguments: [[], [.member("prices")], window, window + [.member("prices")]] as [[Step]])
    func unknownMembersAreRefused(path: [Step]) throws {
        let json = try Self.changed(path) { value in
            var object = value.object ?? JSONObject()
            object["cachedinput"] = "0"
            return .object(object)
        }
        let field = Self.field(path + [.member("cachedinput")])
        #expect(throws: PriceError(field, .unknown)) { try PriceVersion(json: json) }
    }

    @Test(
        arguments: [
            ([.member("version")], 0, .number(0)), ([.member("version")], -7, .number(-7)),
            ([.member("model")], "", .model("")), ([.member("model")], "a\nb", .model("a\nb")),
            (
                [.member("model")], .string(String(repeating: "m", count: 257)),
                .model(String(repeating: "m", count: 257))
            ),
            ([.member("tier")], "Default", .tier("Default")), ([.member("tier")], "standard", .tier("standard")),
            ([.member("valid_from_ms")], -1, .date(-1)), ([.member("created_ms")], .int(.max), .date(.max)),
            ([.member("prices"), .member("output")], "-1", .negative("-1")),
            (window + [.member("prices"), .member("input")], "1.1", .tooHigh("1.1", most: "1")),
            (window + [.member("utc_end")], "24:00", .minute(1440)),
            (window + [.member("utc_start")], "99:59", .minute(5999)),
            (window + [.member("utc_start")], "12:60", .notTime("12:60")),
            (window + [.member("utc_start")], "1:30", .notTime("1:30")),
            (window + [.member("utc_start")], "-1:30", .notTime("-1:30")),
            (window + [.member("utc_start")], "١٢:٣", .notTime("١٢:٣")),
            (window + [.member("utc_start")], "1630", .notTime("1630")),
            (window + [.member("weekdays")], [], .noWeekdays), (window + [.member("weekdays")], [0], .weekday(0)),
            (window + [.member("weekdays")], [1, 8], .weekday(8)),
            (window + [.member("weekdays")], [.int(.min)], .weekday(.min)),
            (window + [.member("weekdays")], [2, 1, 2], .repeatedWeekday(2)),
        ] as [([Step], JSON, PriceError.Problem)])
    func wrongValuesAreNamed(path: [Step], value: JSON, problem: PriceError.Problem) throws {
        let error = PriceError(Self.field(path), problem)
        let json = try Self.changed(path) { _ in value }
        #expect(throws: error) { try PriceVersion(json: json) }
        #expect("\(error)".hasPrefix("\(error.field) ") && "\(error)".hasSuffix("."))
    }

    @Test func windowsAreCounted() throws {
        let window = try #require(try PriceVersion(json: JSON.parse(Self.text)).windows.first)
        let many = { PriceWindow.serialized(Array(repeating: window, count: $0)) }
        #expect(try PriceWindow.parse(list: many(64)).count == 64)
        #expect(throws: PriceError("windows", .tooManyWindows(65, most: 64))) { try PriceWindow.parse(list: many(65)) }
        #expect(throws: PriceError("windows", .tooManyWindows(65, most: 64))) {
            try PriceVersion(
                number: 1, model: "m", tier: .standard, validFromMs: 0, createdMs: 0, base: window.prices,
                windows: Array(repeating: window, count: 65))
        }
    }

    @Test(arguments: ["", "[", "{}", "null", "[1]", "[null]", "[[]]", String(repeating: "[", count: 100_000)])
    func wrongListsAreRefused(text: String) {
        #expect(throws: PriceError.self) { try PriceWindow.parse(list: text) }
    }

    @Test(arguments: [-1, 1440, .min, .max]) func minutesAreBounded(minute: Int) throws {
        let free = try TokenPrices.perToken(input: "0", output: "0")
        #expect(throws: PriceError("utc_start", .minute(minute))) {
            try PriceWindow(startMinute: minute, endMinute: 0, prices: free)
        }
        #expect(throws: PriceError("utc_end", .minute(minute))) {
            try PriceWindow(startMinute: 0, endMinute: minute, prices: free)
        }
    }

    @Test func weekdaysAreASet() throws {
        #expect(try Weekdays([7, 1, 3]).days == [1, 3, 7])
        #expect(try Weekdays(1...7) == .everyDay && Weekdays([3, 1]) == Weekdays([1, 3]))
        #expect((-1...9).filter(Weekdays.everyDay.contains) == Array(1...7))
        #expect(throws: PriceError("weekdays", .noWeekdays)) { try Weekdays([]) }
    }

    @Test func tiersAreOpenAIs() {
        #expect(ServiceTier.allCases.map(\.rawValue) == ["default", "flex", "priority", "batch"])
    }
}

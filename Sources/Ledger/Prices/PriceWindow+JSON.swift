package import JSON

extension PriceWindow {
    /// `{"utc_start":"16:30","utc_end":"00:30","weekdays":[1,2,3,4,5],"prices":{…}}`.
    package var json: JSON {
        [
            PriceMember.start: .string(Self.time(startMinute)), PriceMember.end: .string(Self.time(endMinute)),
            PriceMember.weekdays: .array(weekdays.days.map { .int($0) }), PriceMember.prices: prices.json,
        ]
    }

    /// Reads the form that `json` writes; without `weekdays` the window opens every day.
    package init(json: JSON) throws(PriceError) { try self.init(json: json, at: "") }

    init(json: JSON, at path: String) throws(PriceError) {
        let names = [PriceMember.start, PriceMember.end, PriceMember.weekdays, PriceMember.prices]
        let members = try PriceMembers(json, of: names, at: path)
        try self.init(
            startMinute: try Self.minute(members, PriceMember.start),
            endMinute: try Self.minute(members, PriceMember.end),
            weekdays: members.has(PriceMember.weekdays) ? try Self.weekdays(members) : .everyDay,
            prices: try TokenPrices(json: try members.value(PriceMember.prices), at: members.field(PriceMember.prices)),
            at: path)
    }

    private static func weekdays(_ members: PriceMembers) throws(PriceError) -> Weekdays {
        var days: [Int] = []
        for value in try members.array(PriceMember.weekdays) {
            guard case .int(let day) = value else {
                throw members.kind("an array of whole numbers from 1 to 7", value, PriceMember.weekdays)
            }
            days.append(day)
        }
        return try Weekdays(days, at: members.field(PriceMember.weekdays))
    }

    private static func time(_ minute: Int) -> String {
        [minute / 60, minute % 60].map { $0 < 10 ? "0\($0)" : "\($0)" }.joined(separator: ":")
    }

    /// The minute of `HH:MM`; 24:00 gives 1440, which the window then refuses with the right advice.
    private static func minute(_ members: PriceMembers, _ name: String) throws(PriceError) -> Int {
        let text = try members.string(name)
        let bytes = Array(text.utf8)
        guard bytes.count == 5, bytes[2] == UInt8(ascii: ":") else {
            throw PriceError(members.field(name), .notTime(text))
        }
        let digits = [0, 1, 3, 4].map { Int(bytes[$0]) - Int(UInt8(ascii: "0")) }
        guard digits.allSatisfy((0...9).contains), digits[2] < 6 else {
            throw PriceError(members.field(name), .notTime(text))
        }
        return (digits[0] * 10 + digits[1]) * 60 + digits[2] * 10 + digits[3]
    }
}

extension PriceWindow {
    /// The text of a list of windows, as a database keeps it.
    package static func serialized(_ windows: [PriceWindow]) -> String {
        JSON.array(windows.map(\.json)).serialized()
    }

    /// Reads the text that `serialized(_:)` writes.
    package static func parse(list text: String) throws(PriceError) -> [PriceWindow] {
        let json: JSON
        do throws(JSONError) {
            json = try JSON.parse(text)
        } catch {
            throw PriceError(PriceMember.windows, .notJSON("\(error)"))
        }
        return try list(json: json)
    }

    static func list(json: JSON) throws(PriceError) -> [PriceWindow] {
        guard case .array(let values) = json else {
            throw PriceError(PriceMember.windows, .kind(expected: "an array", found: json.kind))
        }
        guard values.count <= PriceVersion.maximumWindows else {
            throw PriceError(PriceMember.windows, .tooManyWindows(values.count, most: PriceVersion.maximumWindows))
        }
        var windows: [PriceWindow] = []
        for (place, value) in values.enumerated() {
            windows.append(try PriceWindow(json: value, at: "\(PriceMember.windows)[\(place)]"))
        }
        return windows
    }
}

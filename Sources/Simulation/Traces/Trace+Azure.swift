extension Trace {
    /// Azure's public traces of 2023: CSV with a head line, of time, prompt tokens and generated tokens. Nothing is
    /// known of shared prefixes, so there are none.
    ///
    ///     2023-11-16 18:17:03.9799600,4808,10
    package static func azure(path: String) throws(TraceError) -> Trace {
        let file = try TraceFile(path: path)
        guard file.lines.first == "TIMESTAMP,ContextTokens,GeneratedTokens" else {
            throw file.error("it must be TIMESTAMP,ContextTokens,GeneratedTokens", line: 1)
        }
        var start: Moment?
        return try file.requests(from: 2) { line, number throws(TraceError) in
            let fields = line.split(separator: ",", omittingEmptySubsequences: false)
            guard fields.count == 3, let prompt = Int(fields[1]), let output = Int(fields[2]) else {
                throw file.error("it is not a time and two whole numbers", line: number)
            }
            guard let time = Moment(fields[0]) else {
                throw file.error("'\(fields[0])' is not a time such as 2023-11-16 18:17:03.9799600", line: number)
            }
            start = start ?? time
            let count = max(0, min(prompt, 1 << 40) + TraceRequest.blockTokens - 1) / TraceRequest.blockTokens
            guard count < 1 << 20 else { throw file.error("\(prompt) prompt tokens are too many", line: number) }
            let blocks = (0..<count).map { UInt64(number) << 24 | UInt64($0) }
            let request = TraceRequest(
                arrival: time.seconds(since: start ?? time), promptTokens: prompt, outputTokens: output, blocks: blocks)
            return try file.check(request, line: number)
        }
    }
}

/// A time of a day, apart so that sums of seconds stay exact to a microsecond.
private struct Moment {
    let day: Int
    let second: Double

    /// Such as 2023-11-16 18:17:03.9799600.
    init?(_ text: Substring) {
        let parts = text.split(separator: " ", omittingEmptySubsequences: false)
        guard parts.count == 2 else { return nil }
        let date = parts[0].split(separator: "-", omittingEmptySubsequences: false).map { Int($0) }
        let time = parts[1].split(separator: ":", omittingEmptySubsequences: false)
        guard date.count == 3, let year = date[0], let month = date[1], let day = date[2], time.count == 3,
            let hour = Int(time[0]), let minute = Int(time[1]), let second = Double(time[2]),
            (1970..<10_000).contains(year), (1...12).contains(month), (1...31).contains(day), (0..<24).contains(hour),
            (0..<60).contains(minute), (0..<61).contains(second)
        else { return nil }
        self.day = Self.days(year, month, day)
        self.second = Double(hour * 3600 + minute * 60) + second
    }

    func seconds(since other: Moment) -> Double { Double(day - other.day) * 86_400 + (second - other.second) }

    /// Days of the Gregorian calendar, counted in years that begin in March so that leap days come last.
    private static func days(_ year: Int, _ month: Int, _ day: Int) -> Int {
        let (year, month) = month > 2 ? (year, month - 3) : (year - 1, month + 9)
        return 365 * year + year / 4 - year / 100 + year / 400 + (153 * month + 2) / 5 + day
    }
}

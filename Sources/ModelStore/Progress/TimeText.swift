/// Seconds as people read them: `0:07`, `12:30`, `3:02:01`.
package func clockText(_ seconds: Double) -> String {
    let whole = seconds.isFinite ? Int(min(max(seconds.rounded(), 0), 359_999)) : 359_999
    let (hours, minutes, rest) = (whole / 3600, whole / 60 % 60, whole % 60)
    func padded(_ value: Int) -> String { value < 10 ? "0\(value)" : "\(value)" }
    return hours > 0 ? "\(hours):\(padded(minutes)):\(padded(rest))" : "\(minutes):\(padded(rest))"
}

/// How long ago something was, in its largest unit: "just now", "5 minutes ago", "3 weeks ago".
package func ageText(_ seconds: Int) -> String {
    let units = [("year", 31_536_000), ("month", 2_592_000), ("week", 604_800), ("day", 86_400), ("hour", 3600)]
    guard let (name, length) = (units + [("minute", 60)]).first(where: { seconds >= $0.1 }) else { return "just now" }
    let count = seconds / length
    return "\(count) \(name)\(count == 1 ? "" : "s") ago"
}

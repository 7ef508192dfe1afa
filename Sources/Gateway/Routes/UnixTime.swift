import Glibc

/// The wall clock of answers.
enum UnixTime {
    /// Seconds since 1970.
    static func now() -> Int { time(nil) }
}

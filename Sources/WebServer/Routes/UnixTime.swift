import Glibc

/// The wall clock of answers.
package enum UnixTime {
    /// Seconds since 1970.
    package static func now() -> Int { time(nil) }
}

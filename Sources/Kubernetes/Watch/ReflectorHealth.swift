/// How far a copy can be trusted.
package struct ReflectorHealth: Sendable, Equatable {
    /// A whole list has come once.
    package private(set) var isSynced = false
    /// Up to where the copy has come; empty before the first list.
    package private(set) var resourceVersion = ""
    /// Why it does not get on; nil while it does.
    package private(set) var failure: KubernetesError?
    /// Failures since it last got on.
    package private(set) var failures = 0
    /// How often an object could not be read, and so is missing or not up to date; counted anew with each list.
    package private(set) var unreadable = 0

    package init() {}

    mutating func listed(at version: String, unreadable: Int) {
        isSynced = true
        self.unreadable = unreadable
        heard(at: version)
    }

    mutating func heard(at version: String) {
        if !version.isEmpty { resourceVersion = version }
        (failure, failures) = (nil, 0)
    }

    mutating func missOne() { unreadable += 1 }

    mutating func fail(_ error: KubernetesError) {
        failure = error
        failures += 1
    }
}

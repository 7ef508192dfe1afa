/// How long and how large things may be.
package struct ClientLimits: Sendable, Equatable {
    /// For the whole of a short answer, and for the head of a long one.
    package var request: Duration = .seconds(15)
    /// For a page of a list.
    package var page: Duration = .seconds(60)
    /// The longest time without a byte on a watch. The server speaks every minute when it has nothing to say.
    package var silence: Duration = .seconds(90)
    /// An answer of one object; etcd takes no object beyond 3 MiB.
    package var objectBytes = 8 << 20
    package var pageBytes = 256 << 20

    package init() {}
}

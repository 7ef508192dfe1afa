/// Where a worker is found, and what the operator says of it. What a worker says of itself decides nothing about money.
package struct WorkerPlace: Sendable, Hashable {
    /// `http://host:port` or `https://host:port`; a path is a prefix of all paths.
    package var url: String
    /// The pool whose operator earns with it.
    package var pool: String

    package init(url: String, pool: String = "local") {
        self.url = url
        self.pool = pool
    }
}

/// One of a gateway's workers, as the operator names it: `URL` or `URL=POOL`.
package struct WorkerAddress: Sendable, Equatable {
    /// `http://host:port` or `https://host:port`, perhaps with a path before all others; no slash at the end.
    package let url: String
    /// The pool whose operator earns; nil for the gateway's own.
    package let pool: String?

    /// Nil for what is no such address.
    package init?(_ text: String) {
        let parts = text.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
        let url = parts[0].hasSuffix("/") ? parts[0].dropLast() : parts[0]
        let pool = parts.count == 2 ? String(parts[1]) : nil
        guard let scheme = ["http://", "https://"].first(where: url.hasPrefix), pool != "" else { return nil }
        let rest = url.dropFirst(scheme.count)
        guard let first = rest.first, first != "/", !rest.contains(where: { "?#@ ".contains($0) }) else { return nil }
        self.url = String(url)
        self.pool = pool
    }

    package var text: String { pool.map { "\(url)=\($0)" } ?? url }
}

extension OptionKind where Value == [WorkerAddress] {
    /// Addresses with commas between them.
    static var workers: OptionKind {
        OptionKind(
            rule: "addresses such as http://10.0.0.7:8081, each once, with commas between them",
            read: { text in
                let parts = text.split(separator: ",").map { WorkerAddress(String($0.filter { $0 != " " })) }
                let addresses = parts.compactMap(\.self)
                let isSound = !parts.isEmpty && addresses.count == parts.count
                return isSound && Set(addresses.map(\.url)).count == parts.count ? addresses : nil
            }, write: { $0.map(\.text).joined(separator: ",") })
    }
}

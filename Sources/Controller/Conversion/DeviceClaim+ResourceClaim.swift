package import Harvest
package import Kubernetes

extension DeviceClaim {
    /// Nil for a claim on devices of which we know no resource, and for one that has got some on a node that it does not
    /// name: it asks for nothing more.
    package init?(_ claim: ResourceClaim, _ terms: ConversionTerms) {
        let wishes = claim.requests.map { $0.wish(terms) }
        guard let resource = wishes.lazy.compactMap({ $0?.resource }).first else { return nil }
        let isPure = wishes.allSatisfy { $0?.resource == resource }
        var count = wishes.reduce(0) { $1?.resource == resource ? $0 + ($1?.count ?? 0) : $0 }
        var node: String?
        if let devices = claim.devices {
            guard let pinned = claim.nodes?.pinnedNode else { return nil }
            node = pinned
            // What it has got is what counts, unless devices of other kinds are among them.
            if isPure { count = devices.count }
        }
        self.init(id: ObjectID(claim.metadata.key), resource: resource, count: Resources.bounded(count), node: node)
    }
}

extension ResourceClaim.Request {
    /// The first choice whose class we know. How many "all devices" are is known only when they are given out: it is one
    /// at least.
    fileprivate func wish(_ terms: ConversionTerms) -> (resource: String, count: Int)? {
        for choice in choices {
            guard let resource = terms.deviceClasses[choice.deviceClass] else { continue }
            return (resource, min(max(0, choice.count ?? 1), 1 << 20))
        }
        return nil
    }
}

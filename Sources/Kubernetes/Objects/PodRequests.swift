import JSON

/// A container of a pod, for what it asks.
package struct Container: Sendable, Equatable {
    package var name: String
    package var image: String
    /// Requests, and limits where no request is given.
    package var requests: ResourceList
    /// An init container that runs on beside the others.
    package var isSidecar: Bool

    init(_ json: JSON) {
        name = json["name"]?.string ?? ""
        image = json["image"]?.string ?? ""
        requests = Self.requests(json["resources"])
        isSidecar = json["restartPolicy"]?.string == "Always"
    }

    static func requests(_ json: JSON?) -> ResourceList {
        ResourceList(json?["limits"], unreadable: .maximum)
            .replacing(with: ResourceList(json?["requests"], unreadable: .maximum))
    }
}

extension PodSpec {
    /// What the scheduler sets aside for the pod on its node.
    ///
    /// Init containers run one after the other before the rest, beside the sidecars that were started before them, so
    /// that the largest of them counts if it needs more than all that runs afterwards (Kubernetes documentation,
    /// "Resource sharing within containers").
    package var requests: ResourceList {
        var running = ResourceList()
        for container in containers { running.add(container.requests) }
        var sidecars = ResourceList()
        var starting = ResourceList()
        for container in initContainers {
            var needed = sidecars
            needed.add(container.requests)
            if container.isSidecar {
                sidecars = needed
                running.add(container.requests)
            }
            starting.raise(to: needed)
        }
        running.raise(to: starting)
        var all = running.replacing(with: podResources)
        all.add(overhead)
        return all
    }
}

extension Pod {
    package var requests: ResourceList { spec.requests }
}

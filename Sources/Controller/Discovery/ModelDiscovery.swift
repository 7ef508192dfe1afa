package import Kubernetes

/// Finds the models that are offered in a namespace, whether or not a worker has them now.
package struct ModelDiscovery: Sendable {
    private let reflector: Reflector<GenericObject>

    package init(_ client: KubernetesClient, namespace: String) {
        reflector = Reflector(.servedModels, Selection(in: namespace), client: client)
    }

    /// Watches until the task is cancelled. Called once.
    ///
    /// - Parameter changed: is told the names of all models that can be read, and again when they are others. While the
    ///   API server cannot be reached, the last ones stay.
    package func run(_ changed: @Sendable (Set<String>) -> Void) async {
        await withTaskGroup(of: Void.self) { group in
            group.addTask { [reflector] in await reflector.run() }
            var (names, told): (Set<String>, Set<String>) = ([], [])
            for await change in reflector.changes() {
                switch change {
                case .added(let object), .changed(_, let object):
                    let isOffered = object.metadata.deletion == nil && ModelStanding(object).model != nil
                    if isOffered { names.insert(object.metadata.name) } else { names.remove(object.metadata.name) }
                case .removed(let object): names.remove(object.metadata.name)
                case .synced: break
                }
                guard names != told else { continue }
                told = names
                changed(names)
            }
            group.cancelAll()
        }
    }
}

package import Harvest
package import JSON
package import Kubernetes
package import Logging

/// Creates our pods and asks for their end.
package struct PodDesk: Sendable {
    /// What became of a creation.
    package enum Creation: Sendable, Equatable {
        case created(Pod)
        /// It is there already: an earlier try came through, or another process of ours made it.
        case exists
        /// The server will not have it, and would not if it was asked again.
        case refused(APIStatus)
        case failed(KubernetesError)
    }

    /// What became of a wish that a pod go.
    package enum Leaving: Sendable, Equatable {
        /// It goes, or it is not there any more, or another is in its place.
        case done
        case failed(KubernetesError)
    }

    let client: KubernetesClient
    let namespace: String
    let counts: CallCounts
    let log: Logger

    /// Two tries take less time than a plan counts on a pod that does not show (15 s), so that what came through late
    /// is seen before another is started in its place.
    static let limit: Duration = .seconds(5)

    package init(_ client: KubernetesClient, namespace: String, counts: CallCounts, log: Logger) {
        self.client = client
        self.namespace = namespace
        self.counts = counts
        self.log = log
    }

    /// Creates a pod. When nobody knows whether that came through, the same name is tried once more: there is never a
    /// second pod.
    package func create(_ manifest: JSON) async -> Creation {
        var outcome = await attempt(manifest)
        if case .failed(let error) = outcome, error.isUncertain { outcome = await attempt(manifest) }
        counts.add(.createPod, isDone: outcome.isDone)
        return outcome
    }

    private func attempt(_ manifest: JSON) async -> Creation {
        do throws(KubernetesError) {
            let manager = ControllerSettings.manager
            return .created(
                try await client.create(.pods, manifest, in: namespace, manager: manager, within: Self.limit))
        } catch {
            if error.isAlreadyExists { return .exists }
            guard let status = error.status, !error.isTransient else { return .failed(error) }
            return .refused(status)
        }
    }

    /// Asks for a pod's end in its own grace, never less: until its process has ended, the device is not free.
    ///
    /// - Parameter uid: of the one that is meant; another of its name stays.
    package func delete(_ id: ObjectID, uid: String) async -> Leaving {
        do throws(KubernetesError) {
            _ = try await client.delete(.pods, id.name, in: id.namespace, DeleteOptions(uid: uid))
        } catch {
            guard error.isNotFound || error.isConflict else {
                counts.add(.deletePod, isDone: false)
                return .failed(error)
            }
        }
        counts.add(.deletePod, isDone: true)
        return .done
    }

    /// Makes the volume claim for weights, unless it is there.
    ///
    /// - Returns: what stands in the way.
    func claim(_ manifest: JSON) async -> KubernetesError? {
        do throws(KubernetesError) {
            _ = try await client.create(
                .persistentVolumeClaims, manifest, in: namespace, manager: ControllerSettings.manager,
                within: Self.limit)
        } catch {
            guard error.isAlreadyExists else {
                counts.add(.createClaim, isDone: false)
                return error
            }
        }
        counts.add(.createClaim, isDone: true)
        return nil
    }
}

extension PodDesk.Creation {
    var isDone: Bool {
        switch self {
        case .created, .exists: true
        case .refused, .failed: false
        }
    }
}

extension KubernetesError {
    /// Nobody knows whether the request had an effect.
    var isUncertain: Bool {
        switch self {
        case .unreachable, .late, .malformed: true
        case .refused, .access, .invalid, .cancelled: false
        }
    }
}

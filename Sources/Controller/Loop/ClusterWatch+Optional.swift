import Kubernetes
import Logging

extension ClusterWatch {
    /// Reflects a kind that not every cluster has, as long as this one has it in any of its versions.
    func keepIfServed<Object>(
        _ part: ClusterPicture.Part, _ kinds: [ResourceKind<Object>], _ note: @escaping Note<Object>
    ) async {
        var delay = RetryDelay()
        while !Task.isCancelled {
            do throws(KubernetesError) {
                if let kind = try await firstServed(kinds) {
                    log.info("The cluster has \(kind)", metadata: ["version": "\(kind.version)"])
                    await keepWhileServed(part, kind, note)
                }
                set(part, .absent)
                delay.reset()
                try? await client.time.sleep(discoverEvery)
            } catch {
                if Task.isCancelled { return }
                log.warning("Whether the cluster has \(part.rawValue) is not known", metadata: ["error": "\(error)"])
                try? await client.time.sleep(delay.next(chance: client.time.chance(), least: error.retryAfter))
            }
        }
    }

    private func firstServed<Object>(
        _ kinds: [ResourceKind<Object>]
    ) async throws(KubernetesError) -> ResourceKind<Object>? {
        for kind in kinds where try await client.serves(kind) { return kind }
        return nil
    }

    /// Reflects a kind until it was removed from the cluster; then nothing of it is left in the picture.
    private func keepWhileServed<Object>(
        _ part: ClusterPicture.Part, _ kind: ResourceKind<Object>, _ note: @escaping Note<Object>
    ) async {
        let reflector = Reflector(kind, client: client)
        await withTaskGroup(of: Void.self) { group in
            group.addTask { await self.keep(part, reflector, note) }
            group.addTask { await self.waitUntilMissing(part) }
            await group.next()
            group.cancelAll()
        }
        if Task.isCancelled { return }
        for object in reflector.objects { tell(.removed(object), note) }
    }

    private func waitUntilMissing(_ part: ClusterPicture.Part) async {
        repeat { try? await client.time.sleep(.seconds(30)) } while !Task.isCancelled && !isMissing(part)
    }
}

package import Kubernetes
package import Logging
import Synchronization

/// Keeps the picture of the cluster: a reflector for each kind, whose changes are noted one by one.
package final class ClusterWatch: Sendable {
    private struct State {
        var picture: ClusterPicture
        var sources: [ClusterPicture.Part: Source] = [:]
    }

    let client: KubernetesClient
    let discoverEvery: Duration
    let log: Logger
    private let clock: SteadyClock
    private let bells: [Bell]
    private let state: Mutex<State>

    /// - Parameters:
    ///   - bells: are rung when something changes that decisions depend on.
    ///   - discoverEvery: how often the server is asked whether it has the kinds now that it had not.
    package init(
        _ client: KubernetesClient, _ terms: ConversionTerms, clock: SteadyClock, bells: [Bell],
        discoverEvery: Duration, log: Logger
    ) {
        self.client = client
        self.discoverEvery = discoverEvery
        self.log = log
        self.clock = clock
        self.bells = bells
        let sources = ClusterPicture.Part.allCases.map { ($0, Source.unknown) }
        state = Mutex(State(picture: ClusterPicture(terms), sources: Dictionary(sources) { first, _ in first }))
    }

    /// The cluster as it is known now.
    package func look() -> Look {
        let (nowMs, isTrue) = (clock.nowMs, clock.isTrue)
        return state.withLock { state in
            state.picture.expire(nowMs: nowMs)
            let missing = state.sources.filter { $0.value.isMissing }.map(\.key)
            let isFresh = state.sources.allSatisfy { part, source in
                source.isFresh || (Self.optional.contains(part) && source.isForbidden)
            }
            return Look(
                picture: state.picture, nowMs: nowMs, missing: Set(missing), isFresh: isTrue && isFresh)
        }
    }

    /// Not every cluster has them, and not every owner lets us see them.
    private static let optional: Set<ClusterPicture.Part> = [.workloads, .claims]

    /// Watches until the task is cancelled.
    package func run() async {
        let own = Selection(in: state.withLock { $0.picture.terms.namespace })
        let client = client
        await withTaskGroup(of: Void.self) { group in
            group.addTask {
                await self.keep(.pods, Reflector(.pods, client: client)) { $0.note($1, nowMs: $2) }
            }
            group.addTask {
                let reflector = Reflector(.nodes, client: client)
                await self.keep(.nodes, reflector) { picture, change, _ in picture.note(change) }
            }
            group.addTask {
                let reflector = Reflector(.gpuPools, own, client: client)
                await self.keep(.pools, reflector) { picture, change, _ in picture.notePool(change) }
            }
            group.addTask {
                let reflector = Reflector(.servedModels, own, client: client)
                await self.keep(.models, reflector) { picture, change, _ in picture.noteModel(change) }
            }
            group.addTask { await self.keepIfServed(.workloads, Self.workloads) { $0.note($1, nowMs: $2) } }
            group.addTask {
                await self.keepIfServed(.claims, Self.claims) { picture, change, _ in picture.note(change) }
            }
        }
    }

    private static let workloads = ["v1beta2", "v1beta1"].map { ResourceKind.workloads(version: $0) }

    private static let claims = ["v1", "v1beta2", "v1beta1"].map { version in
        ResourceKind<ResourceClaim>(
            group: "resource.k8s.io", version: version, plural: "resourceclaims", kind: "ResourceClaim")
    }

    /// Takes a change into the picture; the last is our own clock's time.
    typealias Note<Object: KubernetesObject> = @Sendable (inout ClusterPicture, Change<Object>, Int64) -> Void

    /// Reflects one kind until the task is cancelled.
    func keep<Object>(
        _ part: ClusterPicture.Part, _ reflector: Reflector<Object>, _ note: @escaping Note<Object>
    ) async {
        set(part, .reflected { reflector.health })
        await withTaskGroup(of: Void.self) { group in
            group.addTask { await reflector.run() }
            for await change in reflector.changes() { tell(change, note) }
        }
    }

    func tell<Object>(_ change: Change<Object>, _ note: Note<Object>) {
        let nowMs = clock.nowMs
        let isNews = state.withLock { state in
            let before = state.picture.revision
            note(&state.picture, change, nowMs)
            return state.picture.revision != before
        }
        if isNews { for bell in bells { bell.ring() } }
    }

    func set(_ part: ClusterPicture.Part, _ source: Source) { state.withLock { $0.sources[part] = source } }

    func isMissing(_ part: ClusterPicture.Part) -> Bool { state.withLock { $0.sources[part]?.isMissing ?? true } }
}

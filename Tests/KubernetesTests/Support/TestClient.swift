import JSON
import Kubernetes
import Logging
import Synchronization
import WebTestSupport

extension TimeSource {
    /// Pauses are over at once; deadlines, which are an hour away under `ClientLimits.patient`, never come.
    static let patient = TimeSource(
        monotonic: { .zero }, wall: { Timestamp(microseconds: 0) },
        sleep: { duration in
            if duration < .seconds(600) { return await Task.yield() }
            try await ManualClock.untilCancelled()
        }, chance: { 0.5 })

    static func manual(_ clock: ManualClock) -> TimeSource {
        TimeSource(
            monotonic: { clock.now.offset }, wall: { Timestamp(microseconds: 0) },
            sleep: { try await clock.sleep(for: $0) }, chance: { 0.5 })
    }
}

extension ClientLimits {
    static let patient: ClientLimits = {
        var limits = ClientLimits()
        limits.request = .seconds(3600)
        limits.page = .seconds(3600)
        limits.silence = .seconds(7200)
        return limits
    }()
}

/// A client for the time of a test.
func withClient<Value: Sendable>(
    of api: LoopbackAPI, time: TimeSource = .patient, limits: ClientLimits = .patient, token: Material? = nil,
    _ body: @Sendable (KubernetesClient) async throws -> Value
) async throws -> Value {
    let access = ClusterAccess(try ServerAddress(api.address), origin: "the test", token: token)
    return try await withClient(access, time: time, limits: limits, body)
}

func withClient<Value: Sendable>(
    _ access: ClusterAccess, time: TimeSource = .patient, limits: ClientLimits = .patient,
    _ body: @Sendable (KubernetesClient) async throws -> Value
) async throws -> Value {
    let client = KubernetesClient(access, time: time, limits: limits, log: LogBook().logger)
    let result: Result<Value, any Error>
    do { result = .success(try await body(client)) } catch { result = .failure(error) }
    await client.shutdown()
    return try result.get()
}

/// What a request fails with.
func failure<Value>(_ body: () async throws(KubernetesError) -> Value) async -> KubernetesError? {
    do {
        _ = try await body()
        return nil
    } catch { return error }
}

extension ResourceKind where Object == GenericObject {
    static var configMaps: Self { Self(group: "", version: "v1", plural: "configmaps", kind: "ConfigMap") }
    static var genericPods: Self { Self(group: "", version: "v1", plural: "pods", kind: "Pod") }
    static var harvests: Self { Self(group: "gleaner.dev", version: "v1alpha1", plural: "harvests", kind: "Harvest") }
}

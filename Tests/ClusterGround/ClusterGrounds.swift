import ClusterStandIn
import Foundation

/// Which clusters scenes are played in.
package enum ClusterGrounds: String, Sendable, CaseIterable {
    case standIn = "the stand-in"
    case real = "a real cluster"

    static let markKey = "gleaner.dev/scene"

    /// The real cluster's kubeconfig; without one only the stand-in is played in.
    package static var kubeconfig: String? {
        ProcessInfo.processInfo.environment["GLEANER_TEST_KUBECONFIG"].flatMap { $0.isEmpty ? nil : $0 }
    }

    /// All that there are here.
    package static var available: [ClusterGrounds] { kubeconfig == nil ? [.standIn] : [.standIn, .real] }

    /// A ground for the time of `body`.
    package func run<Value: Sendable>(
        _ body: @Sendable (any ClusterGround) async throws -> Value
    ) async throws -> Value {
        switch self {
        case .standIn: try await StandInGround.run(body)
        case .real: try await RealGround.run(Self.kubeconfig ?? "", body)
        }
    }
}

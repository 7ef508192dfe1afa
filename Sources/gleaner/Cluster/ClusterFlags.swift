import ArgumentParser
import Foundation
import Kubernetes
import Logging

/// Which cluster a command is about.
struct ClusterFlags: ParsableArguments {
    @Option(help: "A kubeconfig; without it KUBECONFIG, this pod's account, or ~/.kube/config.", completion: .file())
    var kubeconfig: String?

    @Option(help: "A context of the kubeconfig, instead of its current one.")
    var context: String?

    /// - Throws: `AccessError`.
    func access() throws -> ClusterAccess {
        try ClusterAccess.find(
            kubeconfig: kubeconfig, context: context, environment: ProcessInfo.processInfo.environment)
    }

    /// Uses a client and gives it back on every way out.
    func withClient(_ access: ClusterAccess, log: Logger, _ body: (KubernetesClient) async throws -> Void) async throws
    {
        let client = KubernetesClient(access, log: log)
        do {
            try await body(client)
        } catch {
            await client.shutdown()
            throw error
        }
        await client.shutdown()
    }
}

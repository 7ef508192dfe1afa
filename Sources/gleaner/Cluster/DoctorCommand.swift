import ArgumentParser
import Controller
import Harvest
import Kubernetes
import Logging

/// `gleaner doctor`: what a cluster lacks, and what would be lent.
struct DoctorCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "doctor",
        abstract: "Look whether a Kubernetes cluster has what a controller needs, and what it would lend.",
        discussion: """
            Changes nothing. The exit status is 1 when something keeps a controller from working.

              gleaner doctor
              gleaner doctor --kubeconfig cluster.yaml --namespace gleaner
            """)

    @OptionGroup var cluster: ClusterFlags

    @Option(help: "Where workers live, or will.")
    var namespace = Installation.namespace

    func run() async throws {
        let log = Logger(label: "gleaner") { _ in SwiftLogNoOpLogHandler() }
        try await cluster.withClient(try cluster.access(), log: log) { client in
            let findings = try await Checkup(client, WorkerSettings(namespace: namespace, image: "")).findings()
            for finding in findings { TerminalOutput.write("\(finding.level.mark) \(finding.text)\n") }
            if findings.contains(where: { $0.level == .problem }) { throw ExitCode.failure }
        }
    }
}

extension Finding.Level {
    /// Told apart without colour.
    fileprivate var mark: String {
        switch self {
        case .good: "ok     "
        case .note: "note   "
        case .problem: "PROBLEM"
        }
    }
}

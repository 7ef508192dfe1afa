import Controller
import Foundation
import Harvest
import JSON
import TestSupport
import Testing

/// That what `deploy/` says fits together, and what the program says of itself.
@Suite struct DeployTests {
    private static let settings = WorkerSettings(namespace: Installation.namespace, image: "")

    private static func deployments() throws -> [JSON] { try DeployFiles.base().filter { $0.kind == "Deployment" } }

    private static func gateway() throws -> JSON {
        try #require(try deployments().first { $0.name == "gleaner-gateway" })
    }

    /// What a kustomization does not name is not installed.
    @Test(arguments: ["base", "crds", "postgresql"]) func everyFileIsNamed(_ folder: String) throws {
        let path = DeployFiles.folder.appendingPathComponent(folder).path
        let files = Set(try FileManager.default.contentsOfDirectory(atPath: path)).subtracting(["kustomization.yaml"])
        let kustomization = try #require(try DeployFiles.documents("\(folder)/kustomization.yaml").first)
        let patches = kustomization.items("patches").compactMap { $0["path"]?.string }
        let named = try DeployFiles.resources(folder).filter { !$0.hasPrefix("../") } + patches
        #expect(Set(named) == files && named.count == files.count)
    }

    /// All objects of a namespace are in ours, and none is there twice.
    @Test func everythingIsInOneNamespace() throws {
        let objects = try DeployFiles.base()
        let free = ["Namespace", "CustomResourceDefinition", "ClusterRole", "ClusterRoleBinding", "PriorityClass"]
        for object in objects {
            let namespace = object["metadata"]?["namespace"]?.string
            #expect(namespace == (free.contains(object.kind) ? nil : Installation.namespace), "\(object.name)")
        }
        #expect(Set(objects.map { "\($0.kind) \($0.name)" }).count == objects.count && objects.count > 15)
    }

    /// Pod Security "restricted" and more, which the namespace enforces.
    @Test func podsHaveNoPowers() throws {
        for deployment in try Self.deployments() {
            let (pod, container) = (deployment.podSpec, deployment.container)
            #expect(pod["securityContext"]?["runAsNonRoot"] == true && pod["securityContext"]?["runAsUser"] == 65_532)
            #expect(pod["securityContext"]?["seccompProfile"]?["type"] == "RuntimeDefault")
            #expect(container["securityContext"]?["allowPrivilegeEscalation"] == false)
            #expect(container["securityContext"]?["readOnlyRootFilesystem"] == true)
            #expect(container["securityContext"]?["capabilities"]?["drop"] == ["ALL"])
            #expect(container["resources"]?["limits"]?["memory"] != nil)
            // A Service's variables would look like options of ours.
            #expect(pod["enableServiceLinks"] == false)
            #expect(pod["hostNetwork"] == nil && pod["hostPID"] == nil && pod["hostIPC"] == nil)
        }
        let namespace = try #require(try DeployFiles.base().first { $0.kind == "Namespace" })
        #expect(namespace["metadata"]?.texts("labels")["pod-security.kubernetes.io/enforce"] == "restricted")
    }

    @Test func whatIsNamedIsThere() throws {
        let objects = try DeployFiles.base()
        let deployments = try Self.deployments()
        #expect(Set(deployments.map(\.name)) == ["gleaner-controller", "gleaner-gateway"])
        for deployment in deployments {
            let selected = deployment["spec"]?["selector"]?.texts("matchLabels") ?? [:]
            #expect(!selected.isEmpty && selected.allSatisfy { deployment.podLabels[$0] == $1 })
            let account = deployment.podSpec["serviceAccountName"]?.string
            #expect(objects.contains { $0.kind == "ServiceAccount" && $0.name == account })
            // One place names the image: the overlay's list of images.
            #expect(deployment.container["image"] == "gleaner")
            let ports = Set(deployment.container.items("ports").compactMap { $0["name"]?.string })
            for probe in ["readinessProbe", "livenessProbe"] {
                guard let port = deployment.container[probe]?["httpGet"]?["port"]?.string else { continue }
                #expect(ports.contains(port))
            }
            let volumes = Set(deployment.podSpec.items("volumes").compactMap { $0["name"]?.string })
            #expect(Set(deployment.container.items("volumeMounts").compactMap { $0["name"]?.string }) == volumes)
            for claim in deployment.podSpec.items("volumes").compactMap({ $0["persistentVolumeClaim"] }) {
                let name = claim["claimName"]?.string
                #expect(objects.contains { $0.kind == "PersistentVolumeClaim" && $0.name == name })
            }
        }
        for service in objects where service.kind == "Service" {
            let selector = service["spec"]?.texts("selector") ?? [:]
            let behind = deployments.filter { one in selector.allSatisfy { one.podLabels[$0] == $1 } }
            #expect(behind.count == 1 && !selector.isEmpty)
            let ports = behind.flatMap { $0.container.items("ports") }.compactMap { $0["name"] }
            #expect(service["spec"]?.items("ports").allSatisfy { ports.contains($0["targetPort"] ?? .null) } == true)
        }
    }

    /// The gateway is who workers' policies let in, and shows the token that workers ask for.
    @Test func theGatewayReachesWorkers() throws {
        let gateway = try Self.gateway()
        let settings = Self.settings
        #expect(settings.gatewayLabels.allSatisfy { gateway.podLabels[$0] == $1 })
        let token = gateway.container.items("env").first { $0["name"] == "GLEANER_WORKER_TOKEN" }
        let reference = token?["valueFrom"]?["secretKeyRef"]
        #expect(reference == ["name": .string(settings.tokenSecret), "key": "token"])
    }

    /// Everything denied is allowed again to those of our pods that speak.
    @Test func eachDeploymentHasItsPolicy() throws {
        let policies = try DeployFiles.base().filter { $0.kind == "NetworkPolicy" }
        let selectors = policies.compactMap { $0["spec"]?["podSelector"]?.texts("matchLabels") }
        for deployment in try Self.deployments() {
            let hits = selectors.filter { selector in
                !selector.isEmpty && selector.allSatisfy { deployment.podLabels[$0] == $1 }
            }
            #expect(hits.count == 1, "\(deployment.name)")
        }
        #expect(selectors.contains([:]))
    }

    /// The page of options, which is made from the program's own table, knows every flag and variable that is used.
    @Test func theProgramKnowsTheFlagsAndVariables() throws {
        let file = TestData.packageRoot.appendingPathComponent("docs/configuration.md")
        let rows = try String(contentsOf: file, encoding: .utf8).split(separator: "\n").filter { $0.hasPrefix("| `") }
        let own = rows.filter { $0.contains("| all |") || $0.contains("`gateway`") }
        let gateway = try Self.gateway()
        let database = try #require(try DeployFiles.documents("postgresql/gateway.yaml").first)
        let arguments = gateway.container.items("args").compactMap(\.string)
        #expect(arguments.first == "gateway" && rows.count > 20)
        for flag in arguments where flag.hasPrefix("--") {
            #expect(own.contains { $0.contains("| `\(flag)` |") }, "\(flag)")
        }
        for variable in (gateway.container.items("env") + database.container.items("env")) {
            let name = variable["name"]?.string ?? ""
            #expect(name == "GLEANER_HOME" || own.contains { $0.contains("| `\(name)` |") }, "\(name)")
        }
        let port = arguments.firstIndex(of: "--port").map { arguments[$0 + 1] }
        #expect(port == gateway.container.items("ports").first?["containerPort"]?.int.map(String.init))
        let controller = try #require(try Self.deployments().first { $0.name == "gleaner-controller" })
        #expect(controller.container.items("args").first == "controller")
    }

    /// Running streams may finish before the pod is killed.
    @Test func theGatewayHasTimeToDrain() throws {
        let file = TestData.packageRoot.appendingPathComponent("docs/configuration.md")
        let text = try String(contentsOf: file, encoding: .utf8)
        let row = try #require(text.split(separator: "\n").first { $0.contains("`--drain-timeout`") })
        let cells = row.split(separator: "|").map { $0.trimmingCharacters(in: .whitespaces) }
        let seconds = try #require(cells[4].split(separator: ";").first.flatMap { Int($0) })
        #expect(try Self.gateway().podSpec["terminationGracePeriodSeconds"]?.int ?? 0 > seconds)
    }
}

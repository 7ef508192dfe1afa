package import JSON

/// The objects that an installation brings along so that workers cannot harm anybody.
package enum ClusterPolicies {
    /// Below every pod of the owner's, below an autoscaler's cutoff (-10), and it preempts nobody.
    package static func priorityClass(name: String) -> JSON {
        [
            "apiVersion": "scheduling.k8s.io/v1", "kind": "PriorityClass", "metadata": ["name": .string(name)],
            "value": .int(priority), "preemptionPolicy": "Never", "globalDefault": false,
            "description": "Inference on idle accelerators: every other pod goes first.",
        ]
    }

    package static let priority = -1_000_000_000
    package static let priorityClassName = "gleaner-idle"
    package static let networkPolicyNames = ["gleaner-deny-all", "gleaner-workers", "gleaner-fetchers"]

    /// Nothing in or out for any pod of ours in the namespace, but what the next ones allow.
    package static func denyAll(_ settings: WorkerSettings) -> JSON {
        policy(
            networkPolicyNames[0], settings,
            ["podSelector": [:], "policyTypes": ["Ingress", "Egress"]])
    }

    /// Workers hear gateways on their one port, and say nothing of their own accord.
    package static func workerPolicy(_ settings: WorkerSettings) -> JSON {
        let labels = JSON.object(
            JSONObject(settings.gatewayLabels.sorted { $0.key < $1.key }.map { ($0, .string($1)) }))
        return policy(
            networkPolicyNames[1], settings,
            [
                "podSelector": ["matchLabels": [WorkerLabel.role: .string(WorkerLabel.worker)]],
                "policyTypes": ["Ingress", "Egress"],
                "ingress": [
                    [
                        "from": [["podSelector": ["matchLabels": labels]]],
                        "ports": [["protocol": "TCP", "port": .int(settings.port)]],
                    ]
                ],
                "egress": [],
            ])
    }

    /// Fetchers, which hold no accelerator and no prompt, may ask names and read from outside, never from the cluster.
    package static func fetcherPolicy(_ settings: WorkerSettings) -> JSON {
        let outside: JSON = [
            "ipBlock": [
                "cidr": "0.0.0.0/0", "except": ["10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "169.254.0.0/16"],
            ]
        ]
        return policy(
            networkPolicyNames[2], settings,
            [
                "podSelector": ["matchLabels": [WorkerLabel.role: .string(WorkerLabel.fetcher)]],
                "policyTypes": ["Ingress", "Egress"],
                "ingress": [],
                "egress": [
                    ["ports": [["protocol": "UDP", "port": 53], ["protocol": "TCP", "port": 53]]],
                    ["to": [outside], "ports": [["protocol": "TCP", "port": 443]]],
                ],
            ])
    }

    private static func policy(_ name: String, _ settings: WorkerSettings, _ spec: JSON) -> JSON {
        [
            "apiVersion": "networking.k8s.io/v1", "kind": "NetworkPolicy",
            "metadata": ["name": .string(name), "namespace": .string(settings.namespace)], "spec": spec,
        ]
    }
}

package import JSON

/// A CustomResourceDefinition of ours: the schema of the spec, the columns that `kubectl get` prints, and a status that
/// only the controller writes.
package struct CustomResource: Sendable {
    package static let group = "gleaner.dev"
    package static let version = "v1alpha1"
    package static var apiVersion: String { "\(group)/\(version)" }

    package let kind: String
    package let plural: String
    let shortName: String
    let about: String
    let spec: Schema
    let columns: [(name: String, type: String, path: String)]

    package static let all: [CustomResource] = [.gpuPools, .servedModels]

    package static let gpuPools = CustomResource(
        kind: GPUPool.kind, plural: "gpupools", shortName: "gpupool",
        about: "Accelerators that are lent while nobody has asked for them.", spec: GPUPool.schema,
        columns: [
            ("Mode", "string", ".spec.mode"), ("Ready", "string", ready), ("GPUs", "integer", ".status.gpus.total"),
            ("Idle", "integer", ".status.gpus.idle"), ("Lent", "integer", ".status.gpus.lent"),
            ("Reclaim p99", "string", ".status.reclaims.p99"), ("Age", "date", ".metadata.creationTimestamp"),
        ])

    package static let servedModels = CustomResource(
        kind: ServedModel.kind, plural: "servedmodels", shortName: "servedmodel",
        about: "A model that may be served on lent accelerators.", spec: ServedModel.schema,
        columns: [
            ("Engine", "string", ".spec.engine.kind"), ("GPUs", "integer", ".spec.resources.gpus"),
            ("Ready", "string", ready), ("Workers", "integer", ".status.workers"),
            ("Age", "date", ".metadata.creationTimestamp"),
        ])

    private static let ready = #".status.conditions[?(@.type=="Ready")].status"#

    /// The definition as the API server takes it.
    package var definition: JSON {
        [
            "apiVersion": "apiextensions.k8s.io/v1",
            "kind": "CustomResourceDefinition",
            "metadata": ["name": .string("\(plural).\(Self.group)")],
            "spec": [
                "group": .string(Self.group),
                "scope": "Namespaced",
                "names": [
                    "kind": .string(kind), "listKind": .string("\(kind)List"), "plural": .string(plural),
                    "singular": .string(shortName), "categories": ["gleaner"],
                ],
                "versions": [versionEntry],
            ],
        ]
    }

    private var versionEntry: JSON {
        [
            "name": .string(Self.version),
            "served": true,
            "storage": true,
            "subresources": ["status": [:]],
            "additionalPrinterColumns": .array(
                columns.map { ["name": .string($0.name), "type": .string($0.type), "jsonPath": .string($0.path)] }),
            "schema": ["openAPIV3Schema": openAPI],
        ]
    }

    private var openAPI: JSON {
        [
            "description": .string(about),
            "type": "object",
            "required": ["spec"],
            "properties": ["spec": spec.openAPI, "status": Schema.open("Written by the controller.").openAPI],
        ]
    }
}

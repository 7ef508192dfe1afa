import JSON

extension ServedModel {
    /// What the spec of a `ServedModel` may say.
    package static let schema = Schema.object(
        "A model that may be served on lent accelerators.",
        [
            .required("source", source), .optional("engine", engine), .optional("resources", resources),
            .optional(
                "price",
                .text(
                    "The name under which the ledger knows the price; absent, the object's name.", "^[^\\p{Cc}]+$",
                    most: 256, instead: "write a name without control characters")),
            .optional(
                "minimumWarm",
                .integer("Workers kept without demand while accelerators are idle.", 0...10_000, standard: 0)),
            .required("expected", expected),
        ])

    /// The form of an image with its digest: a tag alone may mean another image tomorrow.
    static let imagePattern = "^[a-z0-9]([-a-zA-Z0-9._:/]*[a-zA-Z0-9])?@sha256:[0-9a-f]{64}$"
    static let insteadOfImage =
        "write the image with its digest, such as registry.example/vllm@sha256: and 64 hex digits"

    static let standardTag = "safetensors"

    private static let source = Schema.oneOf(
        "Where the weights come from.",
        [.optional("repository", repository), .optional("volume", volume)])

    private static let repository = Schema.object(
        "A repository of a model hub.",
        [
            .required(
                "name",
                .text(
                    "Owner and name.", "^[A-Za-z0-9][-A-Za-z0-9._]*/[A-Za-z0-9][-A-Za-z0-9._]*$", most: 200,
                    instead: "write OWNER/NAME")),
            .required(
                "revision",
                .text(
                    "The commit: what runs on lent machines is pinned.", "^[0-9a-f]{40}$", most: 40,
                    instead: "write the commit's 40 hex digits")),
            .optional(
                "tag",
                .text(
                    "Which of its models: safetensors, or a quantization such as Q4_K_M.",
                    "^[A-Za-z0-9][-A-Za-z0-9._]*$", most: 100,
                    instead: "write safetensors or a quantization such as Q4_K_M",
                    standard: standardTag)),
            .optional(
                "file",
                .text(
                    "The file, for engines that open one.", "^[A-Za-z0-9][-A-Za-z0-9._/]*$", most: 200,
                    instead: "write a relative path of letters, digits, -, _, . and /")),
        ])

    private static let volume = Schema.object(
        "A volume claim in the controller's namespace, mounted read-only.",
        [
            .required("claim", .text("The claim's name.", NamePattern.subdomain, instead: NamePattern.insteadOfName)),
            .required(
                "path",
                .text(
                    "The model inside the volume.", "^[A-Za-z0-9][-A-Za-z0-9._/]*$", most: 200,
                    instead: "write a relative path of letters, digits, -, _, . and /")),
        ])

    private static let engine = Schema.object(
        "What runs the model.",
        [
            .optional(
                "kind",
                .choice("The engine.", Engine.allCases.map(\.rawValue), standard: Engine.builtIn.rawValue)),
            .optional(
                "image", .text("Its image, by digest.", imagePattern, most: 512, instead: insteadOfImage)),
            .optional(
                "flags",
                .array(
                    "Flags for the engine; {weights} and {gpus} are replaced.",
                    of: .text(
                        "One argument.", "^[^\\p{Cc}]+$", most: 1024,
                        instead: "write one argument without control characters"),
                    most: 64)),
        ])

    private static let resources = Schema.object(
        "What one worker takes.",
        [
            .optional("gpus", .integer("Accelerators, all on one node.", 1...64, standard: 1)),
            .optional("memoryGiB", .integer("A limit on host memory.", 1...65_536)),
            .optional(
                "nodeLabels",
                .map(
                    "Labels that a node must have, such as nvidia.com/gpu.product.",
                    of: .text("A label's value.", NamePattern.value, most: 63, instead: NamePattern.insteadOfValue))),
        ])

    private static let expected = Schema.object(
        "What you expect of one worker, until it has been measured.",
        [
            .required(
                "tokensPerSecond", .integer("Generated tokens a second over all streams.", 1...100_000_000)),
            .required(
                "loadTime",
                .text(
                    "From the pod's creation to its first answer.", DurationText.pattern, most: 18,
                    instead: DurationText.instead)),
        ])
}

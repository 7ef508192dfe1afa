import JSON

extension GPUPool {
    /// What the spec of a `GPUPool` may say.
    package static let schema = Schema.object(
        "Which accelerators are lent, when, and on which terms.",
        [
            .optional(
                "mode",
                .choice(
                    "Harvest serves; Observe reports what would have been earned and reclaimed, without a pod.",
                    Mode.allCases.map(\.rawValue), standard: Mode.harvest.rawValue)),
            .optional("nodeSelector", nodeSelector),
            .optional(
                "optInLabel",
                .text(
                    "The label by which a node is lent, key or key=value; without it no node is touched.",
                    String(NamePattern.key.dropLast()) + "(=[A-Za-z0-9]([-_.A-Za-z0-9]{0,61}[A-Za-z0-9])?)?$",
                    most: 380,
                    instead: "write a label such as gleaner.dev/harvest or gleaner.dev/harvest=true",
                    standard: OptInLabel.standard.description)),
            .optional(
                "resource",
                .text(
                    "The extended resource that is lent.", NamePattern.resource,
                    instead: "write an extended resource such as nvidia.com/gpu", standard: standardResource)),
            .optional("windows", .array("When workers may run; none means always.", of: window, most: 32)),
            .optional(
                "timeZone",
                .text(
                    "The zone of the windows: an IANA name or UTC with an offset.", "^[A-Za-z0-9_+:/-]{1,64}$",
                    most: 64, instead: insteadOfZone, standard: "UTC")),
            .optional("idleAfter", duration("How long an accelerator must have been free.", standard: "2m")),
            .optional("limits", limits),
            .optional(
                "keepAwake",
                .boolean("Whether workers may keep a node up that an autoscaler would remove.", standard: false)),
            .optional(
                "grace",
                .text(
                    "What a worker has between SIGTERM and SIGKILL.", "^[1-5]s$", most: 2,
                    instead: "write 1s to 5s: 0s would free the device before the process has left it",
                    standard: "3s")),
            .optional(
                "reclaimWithin", duration("A reclaim that takes longer suspends the pool.", standard: "10s")),
            .optional("revenueShare", share("The owner's part of the revenue; absent, the ledger's agreement holds.")),
            .optional("models", .array("The models that may run here; none means all.", of: modelName, most: 64)),
            .optional("runtimeClassName", name("A RuntimeClass for the workers, such as gVisor's or Kata's.")),
            .optional("tolerations", .array("The taints that workers tolerate.", of: toleration, most: 32)),
            .optional("energy", energy),
            .optional("placement", placement),
            .optional("cache", cache),
        ])

    static let insteadOfZone = "write an IANA name such as Europe/Berlin, or UTC with an offset such as UTC+05:30"

    private static func duration(_ about: String, standard: String) -> Schema {
        .text(about, DurationText.pattern, most: 18, instead: DurationText.instead, standard: standard)
    }

    private static func share(_ about: String) -> Schema {
        .text(
            about, "^(100|[0-9]{1,2})(\\.[0-9]{1,4})?%$", most: 9,
            instead: "write a percentage in quotes such as \"80%\"")
    }

    private static func name(_ about: String) -> Schema {
        .text(about, NamePattern.subdomain, instead: NamePattern.insteadOfName)
    }

    private static let modelName = name("The name of a ServedModel.")

    private static let nodeSelector = Schema.object(
        "Which nodes belong to the pool, beside the opt-in label.",
        [
            .optional("matchLabels", .map("Labels that a node must have.", of: labelValue)),
            .optional("matchExpressions", .array("Conditions on labels.", of: expression, most: 32)),
        ])

    private static let labelValue = Schema.text(
        "A label's value.", NamePattern.value, most: 63, instead: NamePattern.insteadOfValue)
    private static let labelKey = Schema.text(
        "A label's key.", NamePattern.key, most: 317, instead: NamePattern.insteadOfKey)

    private static let expression = Schema.object(
        "A condition on one label.",
        [
            .required("key", labelKey),
            .required("operator", .choice("How the label is compared.", ["In", "NotIn", "Exists", "DoesNotExist"])),
            .optional("values", .array("For In and NotIn.", of: labelValue, most: 64)),
        ])

    private static let window = Schema.object(
        "A part of the day; one that ends before it begins goes on over midnight.",
        [
            .optional(
                "days",
                .array(
                    "The days on which it opens; none means every day.",
                    of: .choice("A weekday.", TimeWindow.Day.allCases.map(\.rawValue)), most: 7)),
            .required("from", time("When it opens.")), .required("to", time("When it closes.")),
        ])

    private static func time(_ about: String) -> Schema {
        .text(
            about, "^([01][0-9]|2[0-3]):[0-5][0-9]$", most: 5,
            instead: "write a time in quotes from \"00:00\" to \"23:59\"")
    }

    private static let limits = Schema.object(
        "How many accelerators may be taken at once; all bounds hold.",
        [
            .optional("share", share("Of the pool's allocatable accelerators.")),
            .optional("count", .integer("In the whole pool.", 0...1_000_000)),
            .optional("perNode", .integer("On one node.", 0...1024)),
            .optional("reserve", .integer("Idle accelerators left alone for the owner.", 0...1_000_000, standard: 0)),
        ])

    private static let toleration = Schema.object(
        "A taint that workers tolerate.",
        [
            .optional(
                "key", .text("Absent for every key.", NamePattern.key, most: 317, instead: NamePattern.insteadOfKey)),
            .optional("operator", .choice("Exists ignores the value.", ["Equal", "Exists"], standard: "Equal")),
            .optional("value", labelValue),
            .optional("effect", .choice("Absent for every effect.", Taint.Effect.allCases.map(\.rawValue))),
        ])

    private static let energy = Schema.object(
        "What the accelerators' work costs; it is subtracted before a model is started.",
        [
            .required(
                "pricePerKWh",
                .text(
                    "USD for one kilowatt-hour.", "^(0|[1-9][0-9]{0,3})(\\.[0-9]{1,6})?$", most: 11,
                    instead: "write dollars in quotes such as \"0.12\"")),
            .required("wattsPerGPU", .integer("Above idle, under load, for one accelerator.", 0...10_000)),
        ])

    private static let placement = Schema.object(
        "What keeps workers from coming and going.",
        [
            .optional("minimumResidence", duration("How long a worker stays unless reclaimed.", standard: "10m")),
            .optional("loadsPerHour", .integer("How many workers are started in any hour.", 1...100_000, standard: 60)),
        ])

    private static let cache = Schema.object(
        "The node-local home of weights; absent, they are kept as long as a pod.",
        [
            .required("storageClassName", name("A class that makes volumes on the node that asks first.")),
            .required("gibibytes", .integer("The quota on each node.", 1...65_536)),
        ])
}

package import JSON

/// A priority that pods can name.
package struct PriorityClass: KubernetesObject {
    package let metadata: ObjectMeta
    package let value: Int
    /// It is that of pods that name none.
    package let isGlobalDefault: Bool
    /// Its pods may push others off their node.
    package let mayPreempt: Bool

    package init(_ json: JSON) throws(ObjectError) {
        metadata = try ObjectMeta(json)
        guard let value = json["value"]?.int ?? (json["value"] == nil ? 0 : nil) else { throw .missing("value") }
        self.value = value
        isGlobalDefault = json["globalDefault"]?.bool ?? false
        mayPreempt = json["preemptionPolicy"]?.string != "Never"
    }
}

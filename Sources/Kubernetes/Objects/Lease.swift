package import JSON

/// A lease: who holds it, and for how long after each renewal.
package struct Lease: KubernetesObject {
    package let metadata: ObjectMeta
    /// Empty when nobody holds it.
    package let holder: String
    package let durationSeconds: Int?
    package let acquired: Timestamp?
    package let renewed: Timestamp?
    package let transitions: Int

    package init(_ json: JSON) throws(ObjectError) {
        metadata = try ObjectMeta(json)
        let spec = json["spec"]
        holder = spec?["holderIdentity"]?.string ?? ""
        durationSeconds = spec?["leaseDurationSeconds"]?.int
        acquired = Timestamp(spec?["acquireTime"])
        renewed = Timestamp(spec?["renewTime"])
        transitions = spec?["leaseTransitions"]?.int ?? 0
    }
}

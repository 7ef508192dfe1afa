package import JSON

/// An object of any kind, kept as it came.
package struct GenericObject: KubernetesObject {
    package let metadata: ObjectMeta
    package let json: JSON

    package init(_ json: JSON) throws(ObjectError) {
        metadata = try ObjectMeta(json)
        self.json = json
    }

    package var spec: JSON? { json["spec"] }
    package var status: JSON? { json["status"] }
    package var conditions: [Condition] { [Condition](status?["conditions"]) }

    package subscript(key: String) -> JSON? { json[key] }
}

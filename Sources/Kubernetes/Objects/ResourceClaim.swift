package import JSON

/// A claim on devices (dynamic resource allocation), as `resource.k8s.io` has it in `v1` and its betas.
package struct ResourceClaim: KubernetesObject {
    /// One of the wishes that a claim is made of.
    package struct Request: Sendable, Equatable {
        package var name: String
        /// Any one of these will do, the first is liked best.
        package var choices: [Choice]
    }

    package struct Choice: Sendable, Equatable {
        package var deviceClass: String
        /// Nil = all devices that fit.
        package var count: Int?

        package init(deviceClass: String, count: Int?) {
            self.deviceClass = deviceClass
            self.count = count
        }
    }

    /// A device that the claim has got.
    package struct Device: Sendable, Hashable {
        package var driver: String
        package var pool: String
        package var device: String

        package init(driver: String, pool: String, device: String) {
            self.driver = driver
            self.pool = pool
            self.device = device
        }
    }

    package let metadata: ObjectMeta
    package let requests: [Request]
    /// Nil while it has got nothing.
    package let devices: [Device]?
    /// The nodes from which its devices can be reached; nil = all, or nothing is allocated.
    package let nodes: NodeSelector?
    /// The pods and others that use it.
    package let reservedFor: [ObjectReference]

    package init(_ json: JSON) throws(ObjectError) {
        metadata = try ObjectMeta(json)
        let allocation = json["status"]?["allocation"]
        requests = (json["spec"]?["devices"]?["requests"]?.array ?? []).map(Self.request)
        if allocation?.object == nil {
            devices = nil
        } else {
            devices = (allocation?["devices"]?["results"]?.array ?? []).map { result in
                Device(
                    driver: result["driver"]?.string ?? "", pool: result["pool"]?.string ?? "",
                    device: result["device"]?.string ?? "")
            }
        }
        nodes = NodeSelector(allocation?["nodeSelector"])
        reservedFor = (json["status"]?["reservedFor"]?.array ?? []).map { user in
            ObjectReference(
                apiVersion: user["apiGroup"]?.string ?? "", kind: user["resource"]?.string ?? "",
                name: user["name"]?.string ?? "", uid: user["uid"]?.string ?? "")
        }
    }

    package var isAllocated: Bool { devices != nil }

    /// `v1` and `v1beta2` have the wish under `exactly` or `firstAvailable`, `v1beta1` has it bare.
    private static func request(_ json: JSON) -> Request {
        let choices = json["firstAvailable"]?.array ?? [json["exactly"] ?? json]
        return Request(
            name: json["name"]?.string ?? "",
            choices: choices.map { choice in
                Choice(
                    deviceClass: choice["deviceClassName"]?.string ?? "",
                    count: choice["allocationMode"]?.string == "All" ? nil : choice["count"]?.int ?? 1)
            })
    }
}

/// Devices that a driver offers, on one node as a rule.
package struct ResourceSlice: KubernetesObject {
    package let metadata: ObjectMeta
    package let driver: String
    /// Nil for devices that are reached from several nodes.
    package let nodeName: String?
    package let pool: String
    package let devices: [String]

    package init(_ json: JSON) throws(ObjectError) {
        metadata = try ObjectMeta(json)
        let spec = json["spec"]
        driver = spec?["driver"]?.string ?? ""
        nodeName = spec?["nodeName"]?.string
        pool = spec?["pool"]?["name"]?.string ?? ""
        devices = (spec?["devices"]?.array ?? []).compactMap { $0["name"]?.string }
    }
}

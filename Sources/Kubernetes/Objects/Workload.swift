package import JSON

/// A workload of Kueue: pods that wait together for a queue's quota.
package struct Workload: KubernetesObject {
    /// Pods of one shape.
    package struct PodSet: Sendable, Equatable {
        package var name: String
        package var count: Int
        package var spec: PodSpec

        /// What all of its pods ask for.
        package var requests: ResourceList {
            ResourceList(spec.requests.amounts.mapValues { $0.times(count) })
        }
    }

    package let metadata: ObjectMeta
    package let queueName: String
    package let priority: Int
    package let isActive: Bool
    package let podSets: [PodSet]
    package let conditions: [Condition]
    /// The cluster queue that took it in; nil while it waits.
    package let clusterQueue: String?

    package init(_ json: JSON) throws(ObjectError) {
        metadata = try ObjectMeta(json)
        let (spec, status) = (json["spec"], json["status"])
        queueName = spec?["queueName"]?.string ?? ""
        priority = spec?["priority"]?.int ?? 0
        isActive = spec?["active"]?.bool ?? true
        podSets = (spec?["podSets"]?.array ?? []).map { set in
            PodSet(
                name: set["name"]?.string ?? "", count: max(0, set["count"]?.int ?? 1),
                spec: PodSpec(set["template"]?["spec"]))
        }
        conditions = [Condition](status?["conditions"])
        clusterQueue = status?["admission"]?["clusterQueue"]?.string
    }

    package var hasQuota: Bool { conditions.isTrue("QuotaReserved") }
    package var isAdmitted: Bool { conditions.isTrue("Admitted") }
    package var isFinished: Bool { conditions.isTrue("Finished") }
    package var isEvicted: Bool { conditions.isTrue("Evicted") }

    /// It waits for quota that it has not got.
    package var isWaiting: Bool { isActive && !isFinished && !hasQuota }
}

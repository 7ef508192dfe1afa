import JSON
import Kubernetes
import Testing

/// Kinds of which there is no recording: in the forms that their own documentation shows.
@Suite struct QueueObjectTests {
    @Test func aWaitingWorkloadAsksForItsPodSets() throws {
        let json = Sample.json(
            "job-a",
            with: [
                (
                    "spec",
                    [
                        "queueName": "users", "priority": 10, "active": true,
                        "podSets": [
                            [
                                "name": "main", "count": 4,
                                "template": [
                                    "spec": ["containers": [["resources": ["requests": ["nvidia.com/gpu": "8"]]]]]
                                ],
                            ]
                        ],
                    ]
                )
            ])
        let workload = try Workload(json)
        #expect(workload.isWaiting && !workload.hasQuota && workload.clusterQueue == nil)
        #expect(workload.podSets[0].requests["nvidia.com/gpu"] == Quantity(32))
        #expect(workload.queueName == "users" && workload.priority == 10)
    }

    @Test func anAdmittedWorkloadDoesNotWait() throws {
        let status: JSON = [
            "admission": ["clusterQueue": "all"],
            "conditions": [["type": "QuotaReserved", "status": "True"], ["type": "Admitted", "status": "True"]],
        ]
        let workload = try Workload(Sample.json("job-a", with: [("spec", [:]), ("status", status)]))
        #expect(workload.isAdmitted && workload.hasQuota && !workload.isWaiting && workload.clusterQueue == "all")
        let inactive = try Workload(Sample.json("job-a", with: [("spec", ["active": false])]))
        #expect(!inactive.isWaiting)
    }

    @Test(
        arguments: [
            ["name": "gpu", "exactly": ["deviceClassName": "gpu.nvidia.com", "count": 2]],
            ["name": "gpu", "deviceClassName": "gpu.nvidia.com", "count": 2],
            ["name": "gpu", "firstAvailable": [["name": "big", "deviceClassName": "gpu.nvidia.com", "count": 2]]],
        ] as [JSON])
    func aClaimIsReadInAllItsVersions(_ request: JSON) throws {
        let claim = try ResourceClaim(Sample.json("c", with: [("spec", ["devices": ["requests": [request]]])]))
        #expect(!claim.isAllocated)
        #expect(claim.requests[0].name == "gpu")
        #expect(claim.requests[0].choices == [ResourceClaim.Choice(deviceClass: "gpu.nvidia.com", count: 2)])
    }

    @Test func anAllocatedClaimNamesItsDevicesAndUsers() throws {
        let status: JSON = [
            "allocation": [
                "devices": [
                    "results": [["request": "gpu", "driver": "gpu.nvidia.com", "pool": "n1", "device": "gpu-0"]]
                ],
                "nodeSelector": [
                    "nodeSelectorTerms": [
                        ["matchFields": [["key": "metadata.name", "operator": "In", "values": ["n1"]]]]
                    ]
                ],
            ],
            "reservedFor": [["resource": "pods", "name": "p", "uid": "u"]],
        ]
        let all: JSON = ["name": "all", "exactly": ["deviceClassName": "gpu.nvidia.com", "allocationMode": "All"]]
        let claim = try ResourceClaim(
            Sample.json("c", with: [("spec", ["devices": ["requests": [all]]]), ("status", status)]))
        #expect(claim.devices == [.init(driver: "gpu.nvidia.com", pool: "n1", device: "gpu-0")])
        #expect(claim.requests[0].choices[0].count == nil)
        #expect(claim.reservedFor.map(\.uid) == ["u"])
        #expect(claim.nodes?.matches(try Sample.node("n1")) == true)
        #expect(claim.nodes?.matches(try Sample.node("n2")) == false)
    }

    @Test func aSliceNamesItsNodeAndDevices() throws {
        let spec: JSON = [
            "driver": "gpu.nvidia.com", "nodeName": "n1", "pool": ["name": "n1", "generation": 1],
            "devices": [["name": "gpu-0"], ["name": "gpu-1", "attributes": [:]]],
        ]
        let slice = try ResourceSlice(Sample.json("s", in: "", with: [("spec", spec)]))
        #expect(slice.nodeName == "n1" && slice.driver == "gpu.nvidia.com" && slice.devices == ["gpu-0", "gpu-1"])
    }

    @Test func anEventOfOursIsBounded() throws {
        let subject = ObjectReference(apiVersion: "v1", kind: "Pod", namespace: "ns", name: "p", uid: "u")
        let draft = EventDraft(
            "Reclaimed", action: "Reclaim", note: String(repeating: "ü\u{301}", count: 2000), regarding: subject,
            at: Timestamp(microseconds: 5))
        let json = draft.json(reporter: "gleaner.dev/controller", instance: "c-0")
        let note = try #require(json["note"]?.string)
        #expect(note.utf8.count <= 1024 && note.utf8.count > 1000)
        #expect(json["eventTime"]?.string == "1970-01-01T00:00:00.000005Z")
        #expect(json["regarding"]?["uid"]?.string == "u")
        #expect(json["type"]?.string == "Normal")
    }
}

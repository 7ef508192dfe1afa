import Controller
import Harvest
import JSON
import Testing

/// Reclaims as the API shows them.
@Suite struct ReclaimListTests {
    private static func record(_ number: Int) -> ReclaimRecord {
        var pod = PodState(id: ObjectID("gleaner", "w\(number)"), uid: "uid-\(number)", createdMs: 0)
        pod.node = "n"
        let moment = SignalMoment(.request("team/job"), atMs: 1_800_000_000_123 + Int64(number))
        var record = ReclaimRecord(pod, WorkerIdentity(pool: "p", model: "m"), moment: moment)
        record.podEndedMs = moment.atMs + 400
        return record
    }

    private static func logs(_ count: Int) -> [String: ReclaimLog] {
        var logs = ["a": ReclaimLog(), "b": ReclaimLog()]
        for number in 0..<count { logs[number % 3 == 0 ? "a" : "b"]?.recall([record(number)], count: 0) }
        return logs
    }

    /// All pages together are all of them, the newest first, whatever their size.
    @Test(arguments: [1, 2, 7, 50, 500]) func pagesFollowEachOther(_ limit: Int) throws {
        let logs = Self.logs(60)
        var (uids, after): ([String], String?) = ([], nil)
        repeat {
            var parameters = ["limit": "\(limit)"]
            parameters["after"] = after
            let page = try ReclaimList(logs, ReclaimList.Query(parameters)).json
            let data = try #require(page["data"]?.array)
            #expect(data.count <= limit && !data.isEmpty)
            uids += data.compactMap { $0["uid"]?.string }
            after = page["has_more"] == true ? page["last_id"]?.string : nil
        } while after != nil
        #expect(uids == (0..<60).reversed().map { "uid-\($0)" })
    }

    @Test func aPoolsOwnAreShown() throws {
        let page = try ReclaimList(Self.logs(9), ReclaimList.Query(["pool": "a"])).json
        #expect(page["data"]?.array?.compactMap { $0["uid"]?.string } == ["uid-6", "uid-3", "uid-0"])
        let record = try #require(page["data"]?.array?.first)
        #expect(record["pool"] == "a" && record["at"] == "2027-01-15T08:00:00.129000Z" && record["isOver"] == true)
        #expect(record["reclaimMs"] == 400 && record["ownerWaitMs"] == .null && record["signal"] == "Request")
    }

    @Test func mistakesAreExplained() throws {
        #expect(throws: ReclaimList.BadQuery.unknown("page")) { _ = try ReclaimList.Query(["page": "2"]) }
        for limit in ["0", "501", "x", "", "99999999999999999999"] {
            #expect(throws: ReclaimList.BadQuery.limit(limit)) { _ = try ReclaimList.Query(["limit": limit]) }
        }
        let query = try ReclaimList.Query(["after": "nobody"])
        #expect(throws: ReclaimList.BadQuery.after("nobody")) { _ = try ReclaimList(Self.logs(3), query) }
    }
}

import JSON
import Kubernetes
import TestSupport
import Testing

@Suite struct WatchEventTests {
    private func event(_ line: String) throws -> WatchEvent<Pod> {
        try Array(line.utf8).withUnsafeBytes { try WatchEvent(line: $0) }
    }

    @Test(.enabled(if: TestData.isAvailable)) func recordedBookmarksAndErrorsAreRead() throws {
        let bookmarks = try Recording.lines("watch/bookmarks-70s.jsonl").filter { $0["type"]?.string == "BOOKMARK" }
        #expect(!bookmarks.isEmpty)
        for line in bookmarks {
            guard case .bookmark(let version) = try event(line.serialized()) else {
                Issue.record("\(line.serialized())")
                continue
            }
            #expect(Int(version) != nil)
        }
        let expired = try Recording.lines("watch/410-after-restart.jsonl")[0]
        guard case .failed(let status) = try event(expired.serialized()) else {
            Issue.record("no error")
            return
        }
        #expect(status.code == 410 && status.reason == "Expired" && KubernetesError.refused(status).isExpired)
        #expect(status.message == "too old resource version: 707 (737)")
    }

    @Test(arguments: ["", "{", "7", "{}", #"{"type":"ADDED"}"#, #"{"type":7,"object":{}}"#, "\u{0}", "null"])
    func refusesWhatIsNoEvent(_ line: String) {
        #expect(throws: KubernetesError.self) { try event(line) }
    }

    @Test func objectsThatCannotBeReadKeepTheRevision() throws {
        let lines = [
            #"{"type":"ADDED","object":{"metadata":{"resourceVersion":"7"}}}"#,
            #"{"type":"SPLIT","object":{"metadata":{"resourceVersion":"7","name":"n","uid":"u"}}}"#,
            #"{"type":"MODIFIED","object":{"metadata":{"resourceVersion":"7","name":["n"],"uid":"u"}}}"#,
        ]
        for line in lines {
            let event = try event(line)
            guard case .unreadable = event else {
                Issue.record("\(line)")
                continue
            }
            #expect(event.resourceVersion == "7")
        }
    }
}

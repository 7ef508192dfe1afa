import JSON
import Kubernetes
import TestSupport
import Testing

@Suite(.enabled(if: TestData.isAvailable), .timeLimit(.minutes(10))) struct RefusalTests {
    /// Every recorded refusal comes out as the server meant it, whatever was asked for.
    @Test func everyRecordedRefusalIsUnderstood() async throws {
        let refusals = try Recording.exchanges().filter { $0.code >= 400 }
        #expect(refusals.count > 50)
        let byPath = refusals.enumerated().reduce(into: [:]) {
            $0["/api/v1/namespaces/n/configmaps/r\($1.offset)"] = $1.element
        }
        try await LoopbackAPI.run { request, answer in
            guard let refusal = byPath[request.path] else { return answer.cut() }
            answer.send(refusal.code, headers: refusal.headers, refusal.bodyBytes)
        } _: { api in
            try await withClient(of: api) { client in
                for (number, refusal) in refusals.enumerated() {
                    let error = await failure { () throws(KubernetesError) in
                        try await client.get(.configMaps, "r\(number)", in: "n")
                    }
                    check(try #require(error?.status, "\(refusal.name)"), refusal)
                }
            }
        }
    }

    private func check(_ status: APIStatus, _ refusal: Recording.Exchange) {
        #expect(status.code == refusal.code, "\(refusal.name)")
        #expect(!status.reason.isEmpty && status.reason != "Unknown", "\(refusal.name)")
        if let reason = refusal.body["reason"]?.string { #expect(status.reason == reason, "\(refusal.name)") }
        #expect(!status.message.isEmpty, "\(refusal.name)")
        let causes = refusal.body["details"]?["causes"]?.array ?? []
        #expect(status.causes.map(\.reason) == causes.map { $0["reason"]?.string ?? "" }, "\(refusal.name)")
        #expect(status.causes.map(\.field) == causes.map { $0["field"]?.string ?? "" }, "\(refusal.name)")
        #expect(status.continueToken == refusal.body["metadata"]?["continue"]?.string)
        let error = KubernetesError.refused(status)
        let name = refusal.name.split(separator: "/").last ?? ""
        #expect(error.isNotFound == (refusal.code == 404))
        #expect(error.isExpired == (refusal.code == 410))
        #expect(error.isAlreadyExists == (name.contains("already-exists") || name == "create-409.json"), "\(name)")
        #expect(error.isApplyConflict == name.contains("conflict-409"), "\(name)")
        #expect(error.retryAfter == (name.hasPrefix("504") ? .seconds(1) : nil))
        #expect(error.isTransient == [429, 504].contains(refusal.code))
        #expect(!error.description.isEmpty)
    }

    @Test func refusalsWithoutAStatusHaveTheWordForTheirCode() async throws {
        let answers: [(Int, [(String, String)], String)] = [
            (503, [("retry-after", "7")], "upstream is down"), (429, [("retry-after", "soon")], ""),
            (502, [("retry-after", "-3")], "\u{1B}[31m<html>"), (404, [], "{}"),
            (500, [("retry-after", "99999")], "[]"),
        ]
        try await LoopbackAPI.run { request, answer in
            let (code, headers, body) = answers[Int(request.path.suffix(1)) ?? 0]
            answer.send(code, headers: headers, Array(body.utf8))
        } _: { api in
            try await withClient(of: api) { client in
                var seen: [APIStatus] = []
                for number in answers.indices {
                    let error = await failure { () throws(KubernetesError) in
                        try await client.get(.pods, "p\(number)", in: "n")
                    }
                    seen.append(try #require(error?.status))
                }
                #expect(
                    seen.map(\.reason) == [
                        "ServiceUnavailable", "TooManyRequests", "Unknown", "NotFound", "InternalError",
                    ])
                #expect(seen.map(\.retryAfterSeconds) == [7, nil, 1, nil, 3600])
                #expect(seen[0].message == "upstream is down")
                #expect(seen[2].message == " [31m<html>")
            }
        }
    }
}

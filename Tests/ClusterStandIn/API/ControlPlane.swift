import JSON
package import Kubernetes

/// An API server without a network or a clock: each request is a step from one state to the next.
package struct ControlPlane: Sendable {
    /// What a request leads to.
    package enum Outcome: Sendable {
        case answer(StandInAnswer)
        case watch(StandInWatch)
    }

    package var store = ObjectHistory()
    package var now: Timestamp
    package var rules: APIRules
    /// Counts up, for identities and names that the server makes.
    private var lastNumber = 0

    package init(now: Timestamp, rules: APIRules) {
        self.now = now
        self.rules = rules
    }

    /// Does what a request asks.
    package mutating func outcome(of request: StandInRequest) -> Outcome {
        do throws(Refusal) {
            try rules.authenticate(request)
            guard request.body.count <= 3 << 20 else {
                let message = "Request entity too large: limit is \(3 << 20)"
                throw Refusal(413, "RequestEntityTooLarge", message)
            }
            let target = try Target(path: request.path, resources: rules.resources)
            try rules.authorize(request, target)
            return try outcome(of: request, target)
        } catch { return .answer(StandInAnswer(error)) }
    }

    /// Does what a request asks that is no watch.
    @discardableResult package mutating func answer(_ request: StandInRequest) -> StandInAnswer {
        guard case .answer(let answer) = outcome(of: request) else { return StandInAnswer(200, [:]) }
        return answer
    }

    private mutating func outcome(of request: StandInRequest, _ target: Target) throws(Refusal) -> Outcome {
        switch (target, request.method) {
        case (.collection(let resource, let namespace), "GET"):
            try rules.checkAccept(request)
            let filter = try ObjectFilter(resource, namespace: namespace, query: request.query)
            if request.isWatch { return .watch(try watch(filter, request.query)) }
            return .answer(StandInAnswer(200, try list(filter, request.query)))
        case (.object(let resource, let key, nil), "GET"), (.object(let resource, let key, "status"?), "GET"):
            return .answer(StandInAnswer(200, try get(resource, key)))
        case (.version, "GET"): return .answer(StandInAnswer(200, rules.version))
        case (.discovery(let group, let version), "GET"):
            return .answer(StandInAnswer(200, rules.discovery(group, version)))
        case (.health, "GET"):
            var answer = StandInAnswer(200, .null)
            answer.text = "ok"
            return .answer(answer)
        case (.accessReview, "POST"):
            return .answer(StandInAnswer(201, rules.review(try Self.json(request), token: request.token)))
        default: return .answer(try write(request, target))
        }
    }

    private mutating func write(_ request: StandInRequest, _ target: Target) throws(Refusal) -> StandInAnswer {
        switch (target, request.method) {
        case (.collection(let resource, let namespace), "POST"):
            return try create(resource, namespace: namespace, request)
        case (.collection(let resource, let namespace), "DELETE"):
            return try deleteAll(try ObjectFilter(resource, namespace: namespace, query: request.query), request)
        case (.object(let resource, let key, nil), "DELETE"):
            return try delete(resource, key, request)
        case (.object(.pods, let key, "eviction"?), "POST"): return try evict(key, request)
        case (.object(.pods, let key, "binding"?), "POST"): return try bind(key, request)
        case (.object(let resource, let key, let subresource), let method)
        where ["PUT", "PATCH"].contains(method)
            && (subresource == nil || (subresource == "status" && resource.hasStatus)):
            return try update(resource, key, part: subresource == nil ? .main : .status, request)
        case (.object(_, _, let subresource?), _) where !["status", "eviction", "binding"].contains(subresource):
            throw .noResource
        default: throw .noMethod
        }
    }

    private func get(_ resource: APIResource, _ key: ObjectKey) throws(Refusal) -> JSON {
        guard let object = store[resource, key] else { throw .notFound(resource, key.name) }
        return object
    }

    static func json(_ request: StandInRequest) throws(Refusal) -> JSON {
        do { return try JSON.parse(request.body) } catch {
            let text = String(decoding: request.body.prefix(100), as: UTF8.self)
            throw .badRequest("the object provided is unrecognized: json parse error: \(error) (\(text))")
        }
    }

    /// A number that no other call gets.
    mutating func nextNumber() -> Int {
        lastNumber += 1
        return lastNumber
    }

    /// An identity in the form of a UUID; the same run makes the same ones.
    mutating func nextUID() -> String {
        let digits = String(nextNumber(), radix: 16)
        return "00000000-0000-4000-8000-" + String(repeating: "0", count: max(0, 12 - digits.utf8.count)) + digits
    }
}

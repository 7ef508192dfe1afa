package import JSON

/// Why the stand-in does not do what it is asked, as the API says it (`metav1.Status`).
package struct Refusal: Error, Sendable {
    package var code: Int
    package var reason: String
    package var message: String
    /// Nil = the status has none.
    package var details: JSON?
    /// A token for the rest of a list that has expired.
    package var continueToken: String?
    package var retryAfterSeconds: Int?
    /// The answer is plain text instead of a status.
    package var isText = false

    package init(_ code: Int, _ reason: String, _ message: String, details: JSON? = nil) {
        self.code = code
        self.reason = reason
        self.message = message
        self.details = details
    }

    package var status: JSON {
        var metadata = JSONObject()
        metadata["continue"] = continueToken.map { .string($0) }
        var status = JSONObject([
            ("kind", "Status"), ("apiVersion", "v1"), ("metadata", .object(metadata)), ("status", "Failure"),
            ("message", .string(message)), ("reason", .string(reason)),
        ])
        status["details"] = details
        status["code"] = .int(code)
        return .object(status)
    }
}

/// One of the reasons, when there are several.
package struct RefusalCause: Sendable, Equatable {
    package var reason: String
    package var message: String
    package var field: String

    package init(_ reason: String, _ message: String, field: String) {
        self.reason = reason
        self.message = message
        self.field = field
    }

    static func invalid(_ field: String, _ message: String) -> RefusalCause {
        RefusalCause("FieldValueInvalid", "Invalid value: \(message)", field: field)
    }

    static func required(_ field: String, _ message: String = "") -> RefusalCause {
        RefusalCause("FieldValueRequired", "Required value" + (message.isEmpty ? "" : ": \(message)"), field: field)
    }

    static func forbidden(_ field: String, _ message: String) -> RefusalCause {
        RefusalCause("FieldValueForbidden", "Forbidden: \(message)", field: field)
    }

    var json: JSON { ["reason": .string(reason), "message": .string(message), "field": .string(field)] }
}

extension Refusal {
    static func badRequest(_ message: String) -> Refusal { Refusal(400, "BadRequest", message) }

    /// No group or version of this name: not even a status.
    static var noPath: Refusal {
        var refusal = Refusal(404, "NotFound", "404 page not found")
        refusal.isText = true
        return refusal
    }

    static var noResource: Refusal {
        Refusal(404, "NotFound", "the server could not find the requested resource", details: [:])
    }

    static var noMethod: Refusal {
        let message = "the server does not allow this method on the requested resource"
        return Refusal(405, "MethodNotAllowed", message, details: [:])
    }

    static func notFound(_ resource: APIResource, _ name: String) -> Refusal {
        Refusal(
            404, "NotFound", "\(resource.qualifiedName) \"\(name)\" not found",
            details: details(resource.group, resource.plural, name))
    }

    static func alreadyExists(_ resource: APIResource, _ name: String) -> Refusal {
        Refusal(
            409, "AlreadyExists", "\(resource.qualifiedName) \"\(name)\" already exists",
            details: details(resource.group, resource.plural, name))
    }

    static func forbidden(_ resource: APIResource, _ name: String, _ why: String) -> Refusal {
        Refusal(
            403, "Forbidden", "\(resource.qualifiedName) \"\(name)\" is forbidden: \(why)",
            details: details(resource.group, resource.plural, name))
    }

    /// - Parameter kind: as the details name it: mostly the plural.
    static func conflict(
        _ resource: APIResource, _ name: String, _ why: String, kind: String? = nil
    ) -> Refusal {
        let what = kind ?? resource.plural
        let qualified = resource.group.isEmpty ? what : "\(what).\(resource.group)"
        return Refusal(
            409, "Conflict", "Operation cannot be fulfilled on \(qualified) \"\(name)\": \(why)",
            details: details(resource.group, what, name))
    }

    static func modified(_ resource: APIResource, _ name: String) -> Refusal {
        let why = "the object has been modified; please apply your changes to the latest version and try again"
        return conflict(resource, name, why)
    }

    static func invalid(_ group: String, _ kind: String, _ name: String, _ causes: [RefusalCause]) -> Refusal {
        let reasons = causes.map { "\($0.field): \($0.message)" }
        let text = reasons.count == 1 ? reasons[0] : "[\(reasons.joined(separator: ", "))]"
        let qualified = group.isEmpty ? kind : "\(kind).\(group)"
        var details = details(group, kind, name)
        details[at: "causes"] = .array(causes.map(\.json))
        return Refusal(422, "Invalid", "\(qualified) \"\(name)\" is invalid: \(text)", details: details)
    }

    static func expiredWatch(_ revision: Int, oldest: Int) -> Refusal {
        Refusal(410, "Expired", "too old resource version: \(revision) (\(oldest))")
    }

    static var expiredList: Refusal {
        Refusal(410, "Expired", "The resourceVersion for the provided list is too old.")
    }

    private static func details(_ group: String, _ kind: String, _ name: String) -> JSON {
        var details = JSONObject()
        if !name.isEmpty { details["name"] = .string(name) }
        if !group.isEmpty { details["group"] = .string(group) }
        details["kind"] = .string(kind)
        return .object(details)
    }
}

package import CoreMetrics
import Synchronization

extension MetricDescription {
    /// What an HTTP server itself measures.
    package static let http: [MetricDescription] = [
        MetricDescription("http_requests_total", help: "Requests answered, by route, method and status."),
        MetricDescription(
            "http_request_duration_seconds", help: "Head received to answer complete, by route and method."),
        MetricDescription("http_connections_open", help: "Client connections."),
    ]
}

/// Records what an HTTP server did. Labels are routes of our own and known methods, never what a client made
/// up, so that strangers cannot grow the table.
package final class HTTPMetrics: Sendable {
    private struct Key: Hashable {
        let route: String
        let method: String
        let status: Int
    }

    private struct Recorders {
        let requests: Counter
        let duration: Recorder
    }

    private static let methods: Set<String> = ["DELETE", "GET", "HEAD", "OPTIONS", "PATCH", "POST", "PUT"]

    private let factory: any MetricsFactory
    private let recorders = Mutex<[Key: Recorders]>([:])
    private let connections: Meter

    package init(factory: any MetricsFactory) {
        self.factory = factory
        connections = Meter(label: "http_connections_open", factory: factory)
        connections.set(0)
    }

    func connectionOpened() { connections.increment() }

    func connectionClosed() { connections.decrement() }

    /// - Parameter route: the pattern of the route; nil when none matched.
    func answered(route: String?, method: String, status: Int, duration: Duration) {
        let method = Self.methods.contains(method) ? method : "OTHER"
        let key = Key(route: route ?? "none", method: method, status: status)
        let recorders = recorders.withLock { table in
            if let known = table[key] { return known }
            let new = make(key)
            table[key] = new
            return new
        }
        recorders.requests.increment()
        recorders.duration.record(duration / .seconds(1))
    }

    private func make(_ key: Key) -> Recorders {
        let labels = [("handler", key.route), ("method", key.method)]
        return Recorders(
            requests: Counter(
                label: "http_requests_total", dimensions: labels + [("status", "\(key.status)")], factory: factory),
            duration: Recorder(
                label: "http_request_duration_seconds", dimensions: labels, aggregate: true, factory: factory))
    }
}

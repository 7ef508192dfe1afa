import AsyncHTTPClient

/// The proxy that the usual environment variables name.
enum ProxySetting {
    /// `https_proxy` or `HTTPS_PROXY` for https, `http_proxy` for http, `all_proxy` for both, unless `no_proxy` names
    /// the host or a domain above it. `HTTP_PROXY` is not read, as a request header can set it under CGI.
    ///
    /// - Throws: `PullError.badSetting`.
    static func find(
        in environment: [String: String], for origin: Origin
    ) throws(PullError) -> HTTPClient.Configuration.Proxy? {
        let names = origin.isSecure ? ["https_proxy", "HTTPS_PROXY"] : ["http_proxy"]
        let found = (names + ["all_proxy", "ALL_PROXY"]).first { !(environment[$0] ?? "").isEmpty }
        guard !isExempt(origin.host, in: environment) else { return nil }
        guard let name = found, let value = environment[name] else { return nil }
        let address = value.contains("://") ? value : "http://" + value
        guard let proxy = Origin(of: address), proxy.scheme == "http" else {
            throw .badSetting(name: name, value: value, rule: "only http proxies are known, such as http://proxy:3128")
        }
        return .server(host: proxy.host, port: proxy.port)
    }

    private static func isExempt(_ host: String, in environment: [String: String]) -> Bool {
        let list = environment["no_proxy"] ?? environment["NO_PROXY"] ?? ""
        return list.split(separator: ",").contains { entry in
            let domain = entry.trimming(" ").lowercased()
            let name = domain.hasPrefix(".") ? String(domain.dropFirst()) : domain
            return name == "*" || host == name || host.hasSuffix("." + name)
        }
    }
}

extension Substring {
    fileprivate func trimming(_ character: Character) -> Substring {
        var rest = drop { $0 == character }
        while rest.last == character { rest.removeLast() }
        return rest
    }
}

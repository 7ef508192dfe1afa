import Engine
import Foundation
import Gateway
import Models
import Node
import Options
import WebServer

// The options of servers, in the words of the rooms that they are for.

extension ModelOptions {
    /// - Parameter path: where the model that `options` names lies.
    init(_ options: ServerOptions, path: String) throws {
        self.init(path: path)
        name = options.name
        threads = options.threads
        contextTokens = options.contextLength
        kvBytes = options.kvMemory
        kvType = KVType(rawValue: options.kvType.rawValue)  // auto is nil
        chatTemplate = try options.chatTemplate.map { try String(contentsOfFile: $0, encoding: .utf8) }
        engine.limits = .init(batchTokens: options.maxBatchTokens, sequences: options.maxSequences)
        engine.waitingLimit = options.maxWaiting
    }
}

extension GatewayConfiguration {
    init(_ options: ServerOptions, role: ServerRole) throws(ServingError) {
        self.init(host: options.host, port: options.port)
        pool = options.pool
        tls = try ServerTLS(options)
        limits = ServerLimits(options, role: role)
    }
}

extension ServerLimits {
    init(_ options: ServerOptions, role: ServerRole) {
        self.init()
        connections = options.maxConnections
        // What is passed on costs another connection: to a worker, to an engine.
        filesPerConnection = role == .gateway || options.engine != nil ? 2 : 1
        drainDeadline = .seconds(options.drainTimeout ?? role.drainTimeout)
    }
}

extension ServerTLS {
    /// Nil: plain HTTP.
    init?(_ options: ServerOptions) throws(ServingError) {
        switch (options.tlsCertificate, options.tlsKey) {
        case (nil, nil):
            guard options.tlsClientAuthority == nil else {
                throw .half(given: "--tls-client-ca", missing: "--tls-certificate and --tls-key")
            }
            return nil
        case (_?, nil): throw .half(given: "--tls-certificate", missing: "--tls-key")
        case (nil, _?): throw .half(given: "--tls-key", missing: "--tls-certificate")
        case (let certificate?, let key?):
            self.init(
                certificateFile: certificate, privateKeyFile: key, clientAuthorityFile: options.tlsClientAuthority)
        }
    }
}

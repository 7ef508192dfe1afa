import Kubernetes
import NIOCore
import NIOPosix
import Testing

@Suite(.timeLimit(.minutes(10))) struct KeepAliveTests {
    /// The system does what it was asked: it would end a connection whose other end is gone within half a minute.
    @Test func theSystemAsksForUs() async throws {
        let group = MultiThreadedEventLoopGroup.singleton
        let server = try await ServerBootstrap(group: group).bind(host: "127.0.0.1", port: 0).get()
        let port = try #require(server.localAddress?.port)
        let channel = try await ClientBootstrap(group: group).connect(host: "127.0.0.1", port: port).get()
        try await KeepAlive.begin(on: channel).get()
        for (option, value) in KeepAlive.options {
            let set = try await channel.getOption(option).get()
            #expect(set == value, "\(option)")
        }
        #expect(KeepAlive.idleSeconds + KeepAlive.intervalSeconds * KeepAlive.mostUnanswered <= 30)
        try await channel.close()
        try await server.close()
    }
}

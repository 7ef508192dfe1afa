import Testing
import WebServer

struct OpenFileTests {
    /// However few files the system allows, what is served never needs more, and something is served.
    @Test(arguments: [1, 2, 3], [1, 700, 1024, 4096, 20_000, 1 << 20])
    func noMoreConnectionsThanFiles(filesPerConnection: Int, files: Int) {
        var limits = ServerLimits()
        (limits.connections, limits.filesPerConnection) = (10_000, filesPerConnection)
        let served = limits.connections(within: files)
        #expect((1...10_000).contains(served))
        if served > 1 { #expect(served * filesPerConnection + OpenFileLimit.reserve < files) }
        #expect((served == 10_000) == (files >= limits.files))
    }

    @Test func theSystemAllowsWhatIsServed() {
        var limits = ServerLimits()
        limits.filesPerConnection = 2
        let (files, connections) = OpenFileLimit.raise(for: limits)
        #expect(connections == limits.connections(within: files))
        limits.connections = 1 << 20
        #expect(OpenFileLimit.raise(for: limits).files >= files)
    }
}

import ArgumentParser
import Options
import Testing

@Suite struct ServerOptionsTests {
    private func resolve(
        _ role: ServerRole = .serve, flags: [String: String] = [:], environment: [String: String] = [:],
        file: String? = nil
    ) throws -> ServerOptions {
        let file = try file.map { try ConfigurationFile.parse($0, path: "g.yaml") }
        return try ServerOptions.resolve(role: role, flags: flags, environment: environment, file: file)
    }

    private func message(_ body: () throws -> Void) -> String {
        do { try body() } catch { return "\(error)" }
        return "no error"
    }

    private static let commands: [any ServerFlags.Type] = [ServeFlags.self, GatewayFlags.self, WorkerFlags.self]

    /// One option, one example: flag, variable and key all mean the same field, and no two options share one.
    @Test(arguments: 0..<3) func everyOptionIsSetByEachLayer(command: Int) throws {
        let command = Self.commands[command]
        var seen: [ServerOptions] = [ServerOptions()]
        for option in ServerOption.all where option.roles.contains(command.role) {
            var arguments = option.name == "model" ? [] : [option.flag]
            if !option.isSwitch { arguments.append(option.example) }
            let byFlag = try command.parse(arguments).resolve(environment: [:])
            let byVariable = try resolve(command.role, environment: [option.variable: option.example])
            #expect(byVariable == byFlag, "\(option.name)")
            #expect(try resolve(command.role, file: "\(option.name): \(option.example)") == byFlag, "\(option.name)")
            #expect(!seen.contains(byFlag), "\(option.name) sets a field of its own")
            seen.append(byFlag)
        }
    }

    @Test(arguments: 0..<3) func helpShowsEveryOptionAndNoOther(command: Int) {
        let command = Self.commands[command]
        let help = command.helpMessage(columns: 200)
        let flags = help.split(separator: "\n").compactMap { line in
            line.split(separator: " ").first.flatMap { $0.hasPrefix("--") ? String($0) : nil }
        }
        let options = ServerOption.all.filter { $0.roles.contains(command.role) }
        let expected = options.map(\.flag).filter { $0.hasPrefix("--") } + ["--config"]
        #expect(Set(flags).subtracting(["--help"]) == Set(expected))
        for option in options { #expect(help.contains(option.help)) }
    }

    /// A file can be shared: what a command does not have is checked, and changes nothing there.
    @Test func whatOthersHaveIsPassedOver() throws {
        let file = "model: m.gguf\nworkers: http://a:1\nsimulate: h100-8b"
        #expect(try resolve(.gateway, file: file) == resolve(.gateway, file: "workers: http://a:1"))
        #expect(try resolve(.serve, environment: ["GLEANER_WORKERS": "http://a:1"]) == ServerOptions())
        #expect(
            message { _ = try resolve(.serve, file: "workers: somewhere") }.contains("line 1: workers is 'somewhere'"))
    }

    @Test func workersHaveAddressesAndPools() throws {
        let workers = try resolve(.gateway, flags: ["workers": "http://a:1/, https://b.example/x=farm"]).workers
        #expect(workers.map(\.url) == ["http://a:1", "https://b.example/x"] && workers.map(\.pool) == [nil, "farm"])
        for bad in ["a:1", "http://", "ftp://a", "http://a:1=", "http://a,http://a", "http://u@a", "http://a?x", ","] {
            #expect(message { _ = try resolve(.gateway, flags: ["workers": bad]) }.contains("--workers is"), "\(bad)")
        }
        #expect(message { _ = try ServerOptions().requiredWorkers() }.contains("GLEANER_WORKERS"))
    }

    @Test func aTokenIsNotShown() {
        let text = message { _ = try resolve(.worker, flags: ["worker-token": "se\ncret"]) }
        #expect(text.contains("--worker-token") && !text.contains("cret"))
    }

    @Test func flagsWinOverEnvironmentOverFileOverDefaults() throws {
        let file = "port: 1001\nmax-waiting: 1002\nmax-sequences: 1003"
        let environment = ["GLEANER_PORT": "2001", "GLEANER_MAX_WAITING": "2002", "GLEANER_HOST": ""]
        let options = try resolve(flags: ["port": "3001"], environment: environment, file: file)
        #expect(options.port == 3001 && options.maxWaiting == 2002 && options.maxSequences == 1003)
        #expect(options.host == ServerOptions().host && options.maxBatchTokens == 512)
    }

    @Test func aBadValueNamesItsPlaceEvenWhenReplaced() {
        #expect(
            message { _ = try resolve(flags: ["port": "70000"]) }
                == "--port is '70000': it must be a whole number from 0 to 65535")
        #expect(
            message { _ = try resolve(environment: ["GLEANER_KV_TYPE": "int4"]) }
                == "GLEANER_KV_TYPE is 'int4': it must be one of auto, f32, f16")
        #expect(
            message { _ = try resolve(flags: ["port": "1"], file: "\n\nport: eighty") }
                == "g.yaml, line 3: port is 'eighty': it must be a whole number from 0 to 65535")
        #expect(message { _ = try resolve(flags: ["kv-memory": "1kB"]) }.contains("a size of at least 1MiB"))
        #expect(message { _ = try resolve(flags: ["host": "a\nb"]) }.contains("an address or a host name"))
        #expect(message { _ = try ServerOptions().requiredModel() }.contains("GLEANER_MODEL"))
    }

    @Test(arguments: [
        ("prot: 1", "g.yaml, line 1: there is no option 'prot'; did you mean 'port'?"),
        (
            "port: 1\nmaxBatchTokens: 3",
            "g.yaml, line 2: there is no option 'maxBatchTokens'; did you mean 'max-batch-tokens'?"
        ),
        ("kvMemry: 1", "g.yaml, line 1: there is no option 'kvMemry'; docs/configuration.md lists them all"),
        ("port: [1, 2]", "g.yaml, line 1: 'port' must be followed by one value on the same line"),
        ("port:", "g.yaml, line 1: 'port' must be followed by one value on the same line"),
        ("- port", "g.yaml, line 1: the file must hold lines of 'option: value'"),
        ("[1]: 2", "g.yaml, line 1: a key must be the name of an option"),
        ("port: 1\n---\nport: 2", "g.yaml: the file holds several documents; keep one"),
    ])
    func aBadFileNamesKeyAndLine(_ text: String, _ expected: String) {
        #expect(message { _ = try resolve(file: text) } == expected)
    }

    @Test func aKeySetTwiceOrBrokenYAMLIsAnError() {
        #expect(message { _ = try resolve(file: "port: 1\nport: 2") }.contains("port"))
        #expect(message { _ = try resolve(file: "port: 'x") }.hasPrefix("g.yaml, line "))
        #expect(message { _ = try ConfigurationFile.read("/no/such/file.yaml") }.contains("/no/such/file.yaml"))
    }

    @Test func anEmptyFileSetsNothing() throws {
        for text in ["", "# only a comment\n", "---\n"] { #expect(try resolve(file: text) == ServerOptions()) }
    }

    @Test func misspelledVariablesAreFound() {
        let environment = ["GLEANER_PROT": "1", "GLEANER_PORT": "2", "GLEANER_HOME": "x", "HOME": "y"]
        #expect(ServerOptions.unknownVariables(in: environment) == ["GLEANER_PROT"])
    }

    @Test(arguments: [
        ("512MiB", 512 << 20), ("2 GiB", 2 << 30), ("2g", 2 << 30), ("4GB", 4_000_000_000), ("1.5GiB", 3 << 29),
        ("7", 7),
        ("0", 0), ("9223372036854775807", Int.max),
    ])
    func sizesAreRead(_ text: String, _ bytes: Int) {
        #expect(MemorySize.bytes(text) == bytes)
        #expect(MemorySize.bytes(MemorySize.text(bytes)) == bytes, "and written exactly")
    }

    @Test(arguments: [
        "", "GiB", "-1", "1XB", "1..5G", "1.G", ".5G", "9999999999TiB", "9223372036854775808", "1e3", "NaN", "٣G",
    ])
    func whatIsNoSizeIsRefused(_ text: String) { #expect(MemorySize.bytes(text) == nil) }

    @Test func threadsFollowAffinityHybridCoresAndQuota() {
        let sixteen = Set(0..<16)
        #expect(ProcessorCount.count(allowed: sixteen, performanceList: nil, quota: nil) == 16)
        #expect(ProcessorCount.count(allowed: sixteen, performanceList: "0-7", quota: "max 100000") == 8)
        #expect(ProcessorCount.count(allowed: [8, 9], performanceList: "0-7", quota: nil) == 2)
        #expect(ProcessorCount.count(allowed: sixteen, performanceList: "0-3,8", quota: "250000 100000") == 3)
        #expect(ProcessorCount.count(allowed: sixteen, performanceList: "", quota: "1 100000") == 1)
        #expect(ProcessorCount.count(allowed: [], performanceList: "x-y,9-3", quota: "nan nan") == 1)
        #expect(ProcessorCount.performance() >= 1)
    }
}

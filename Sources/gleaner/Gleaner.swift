import ArgumentParser

@main
struct Gleaner: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "gleaner",
        abstract: "Turn idle accelerators into paid LLM inference.",
        subcommands: [ServeCommand.self, RunCommand.self, LogitsCommand.self, BenchEngineCommand.self])
}

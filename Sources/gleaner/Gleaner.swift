import ArgumentParser

@main
struct Gleaner: AsyncParsableCommand {
    static let version = "0.1.0"

    static let configuration = CommandConfiguration(
        commandName: "gleaner",
        abstract: "Turn idle accelerators into paid LLM inference.",
        discussion: """
            From nothing to an answer:

              gleaner pull Qwen/Qwen2.5-0.5B-Instruct-GGUF:Q8_0
              gleaner run Qwen2.5-0.5B-Instruct-GGUF

            Wherever a command takes a model, give a GGUF file, a folder with safetensors, or the name of a \
            pulled model: OWNER/REPO:TAG, or any part of it that is enough. Models lie in ~/.gleaner, or where \
            GLEANER_HOME says. Results go to standard output, remarks to standard error; the exit status is 0 \
            for success, 1 for failure and 64 for a command that cannot be understood.
            """,
        version: version,
        groupedSubcommands: [
            CommandGroup(
                name: "Inference",
                subcommands: [
                    RunCommand.self, ServeCommand.self, YieldCommand.self, ResumeCommand.self, GatewayCommand.self,
                    WorkerCommand.self, ControllerCommand.self, DoctorCommand.self,
                ]),
            CommandGroup(
                name: "Model", subcommands: [PullCommand.self, ListCommand.self, ShowCommand.self, RemoveCommand.self]),
            CommandGroup(
                name: "Money",
                subcommands: [
                    TenantsCommand.self, KeysCommand.self, PricesCommand.self, PoolsCommand.self, UsageCommand.self,
                    StatementCommand.self, PayoutsCommand.self, LedgerCommand.self,
                ]),
            CommandGroup(
                name: "Measurement",
                subcommands: [
                    BenchCommand.self, TokenizeCommand.self, RenderCommand.self, LogitsCommand.self,
                    BenchEngineCommand.self, BenchYieldCommand.self, BenchLedgerCommand.self, BenchRoutingCommand.self,
                    BenchFairnessCommand.self, MakeRandomModelCommand.self, ConfigurationPageCommand.self,
                ]),
        ])
}

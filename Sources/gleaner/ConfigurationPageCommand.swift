import ArgumentParser
import Options

/// `gleaner configuration-page`: writes the page about options from the options.
struct ConfigurationPageCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "configuration-page",
        abstract: "Print docs/configuration.md, made from the options.",
        shouldDisplay: false)

    func run() { TerminalOutput.write(ConfigurationPage.markdown) }
}

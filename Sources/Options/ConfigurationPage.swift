/// `docs/configuration.md`, made from the options so that it cannot say anything else.
package enum ConfigurationPage {
    package static var markdown: String { introduction + table + "\n" + example + others }

    private static let introduction = """
        # Configuration

        `gleaner serve`, `gleaner gateway` and `gleaner worker` take every option as a flag, from the environment and
        from a YAML file. A flag wins over the environment, the environment over the file, the file over the default. A
        value that is not allowed is an error that says where it stands, even when another one replaces it; so is a key
        that does not exist. The three can share one file: each passes over what only others have.

        The file is named by `--config FILE` or `GLEANER_CONFIG`. This page is made from the options in the program: do
        not edit it, run `gleaner configuration-page > docs/configuration.md`.

        | Key in the file | Flag | Variable | Of | Default | Meaning |
        |---|---|---|---|---|---|

        """

    private static var table: String {
        ServerOption.all.map { option in
            let names = [option.name, option.flag, option.variable].map { "`\($0)`" }
            let cells = names + [option.commands, option.defaultText, option.help + "."]
            return "| " + cells.joined(separator: " | ") + " |\n"
        }.joined()
    }

    private static var example: String {
        let chosen = ["model", "port", "kv-memory", "max-sequences", "log-level"].compactMap(ServerOption.named)
        let lines = chosen.map { "    \($0.name): \($0.example)\n" }
        let sizes = "Sizes are bytes or have a unit: `512MiB` and `2G` are powers of two, `4GB` is a power of ten."
        return "\(sizes) An example:\n\n\(lines.joined())"
    }

    private static let others = """

        ## Other variables

        | Variable | Meaning |
        |---|---|
        | `GLEANER_HOME` | Where models and the ledger's file are kept; `~/.gleaner` otherwise. |
        | `GLEANER_CONFIG` | The YAML file of the three. |
        | `HF_ENDPOINT` | The hub that `pull` fetches from; `https://huggingface.co` otherwise. |
        | `HF_TOKEN` | The token for gated and private repositories; otherwise the file that `huggingface-cli login` wrote. It is sent over https only, and to the hub only. |
        | `HTTPS_PROXY`, `NO_PROXY` | The proxy for `pull`, and hosts that are reached without it. |

        """
}

extension ServerOption {
    /// The commands that have it.
    fileprivate var commands: String {
        let names = ServerRole.allCases.filter(roles.contains).map { "`\($0.rawValue)`" }
        return names.count == ServerRole.allCases.count ? "all" : names.joined(separator: ", ")
    }
}

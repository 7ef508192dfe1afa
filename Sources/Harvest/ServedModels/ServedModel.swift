/// What may be served on lent accelerators: the spec of a `ServedModel` that passed every check.
package struct ServedModel: Sendable, Hashable {
    package static let kind = "ServedModel"

    /// Where the weights come from.
    package enum Source: Sendable, Hashable {
        /// A repository of a model hub at a commit; the tag says which of its models, as in `gleaner pull`, and the file
        /// is for engines that open one.
        case repository(name: String, revision: String, tag: String, file: String?)
        /// A path on a volume claim of the operator's, mounted read-only.
        case volume(claim: String, path: String)
    }

    /// What runs the model.
    package enum Engine: String, Sendable, Hashable, CaseIterable {
        case builtIn = "BuiltIn"
        case vLLM = "VLLM"
        case sgLang = "SGLang"
        case llamaServer = "LlamaServer"
    }

    /// What the operator expects of one worker, until it has been measured.
    package struct Expectation: Sendable, Hashable {
        /// Generated tokens a second over all of a full worker's streams.
        package let tokensPerSecond: Int
        /// From the pod's creation to its first answer, the weights being on the node.
        package let loadMs: Int64

        package init(tokensPerSecond: Int, loadMs: Int64) {
            self.tokensPerSecond = tokensPerSecond
            self.loadMs = loadMs
        }
    }

    package let name: String
    package let source: Source
    package var engine: Engine = .builtIn
    /// With a digest; nil only for the built-in engine, whose image is the controller's own.
    package var image: String?
    package var flags: [String] = []
    /// Accelerators for one worker, all on one node.
    package var gpus = 1
    /// Labels that a node must have, such as the accelerator's product.
    package var nodeLabels: [String: String] = [:]
    /// A limit on host memory, in GiB; nil for none, which makes the worker the first to go under memory pressure.
    package var memoryGiB: Int?
    /// The name under which the ledger knows the price.
    package var price: String
    /// Workers that are kept even without demand, while accelerators are idle.
    package var minimumWarm = 0
    package let expected: Expectation

    package init(name: String, source: Source, expected: Expectation) {
        self.name = name
        self.source = source
        self.price = name
        self.expected = expected
    }
}

package import JSON

extension ServedModel {
    /// The model that a `ServedModel` object of gleaner.dev/v1alpha1 declares.
    ///
    /// - Throws: everything that is wrong with it, in sentences for its owner.
    package init(name: String, spec: JSON) throws(SpecProblems) {
        let problems = SpecProblem.ofName(name) + Self.schema.check(spec, at: "spec") + Self.contradictions(spec)
        guard problems.isEmpty, let source = Source(spec["source"]), let expected = Expectation(spec["expected"]) else {
            throw SpecProblems(all: problems)
        }
        self.init(name: name, source: source, expected: expected)
        engine = spec["engine"]?["kind"]?.string.flatMap(Engine.init) ?? engine
        image = spec["engine"]?["image"]?.string
        flags = spec["engine"]?["flags"]?.array?.compactMap(\.string) ?? []
        gpus = spec["resources"]?["gpus"]?.int ?? gpus
        memoryGiB = spec["resources"]?["memoryGiB"]?.int
        for (key, value) in spec["resources"]?["nodeLabels"]?.object ?? JSONObject() { nodeLabels[key] = value.string }
        price = spec["price"]?.string ?? name
        minimumWarm = spec["minimumWarm"]?.int ?? minimumWarm
    }

    /// What the schema cannot say.
    private static func contradictions(_ spec: JSON) -> [SpecProblem] {
        let kind = spec["engine"]?["kind"]?.string ?? Engine.builtIn.rawValue
        var problems: [SpecProblem] = []
        if kind != Engine.builtIn.rawValue, spec["engine"]?["image"] == nil {
            problems.append(SpecProblem("spec.engine.image", "is missing for \(kind); \(insteadOfImage)."))
        }
        if kind == Engine.llamaServer.rawValue, let found = spec["source"]?["repository"], found["file"] == nil {
            let advice = "write the name of the GGUF file that it opens"
            problems.append(SpecProblem("spec.source.repository.file", "is missing for \(kind); \(advice)."))
        }
        for member in ["repository", "volume"] {
            let name = member == "repository" ? "file" : "path"
            let path = spec["source"]?[member]?[name]?.string ?? ""
            guard path.split(separator: "/").contains("..") else { continue }
            problems.append(SpecProblem("spec.source.\(member).\(name)", "leaves its folder; write it without \"..\"."))
        }
        return problems
    }
}

extension ServedModel.Source {
    fileprivate init?(_ json: JSON?) {
        if let found = json?["repository"], let name = found["name"]?.string, let revision = found["revision"]?.string {
            self = .repository(
                name: name, revision: revision, tag: found["tag"]?.string ?? ServedModel.standardTag,
                file: found["file"]?.string)
        } else if let found = json?["volume"], let claim = found["claim"]?.string, let path = found["path"]?.string {
            self = .volume(claim: claim, path: path)
        } else {
            return nil
        }
    }
}

extension ServedModel.Expectation {
    fileprivate init?(_ json: JSON?) {
        guard let speed = json?["tokensPerSecond"]?.int, let load = json?.milliseconds("loadTime") else { return nil }
        self.init(tokensPerSecond: speed, loadMs: load)
    }
}

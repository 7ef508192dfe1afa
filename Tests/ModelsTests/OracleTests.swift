import Models
import Testing

/// Logits against transformers, and against themselves however the text is cut.
@Suite struct OracleTests {
    /// The three ways of the issue: a plain pass, a chunked prefill, token by token.
    static let cuts = [[40], [17, 16, 7], Array(repeating: 1, count: 40)]

    @Test(arguments: Fixture.all) func logitsAgreeWithTransformers(_ fixture: Fixture) throws {
        let model = try fixture.model()
        let tokens = try fixture.tokens()
        let truth = try fixture.logits(width: model.spec.vocabularySize)
        for cut in OracleTests.cuts {
            let rows = try Runner(model).run(tokens, chunks: cut)
            #expect(worst(rows, truth) < 1e-4, "cut \(cut)")
        }
    }

    @Test(arguments: Fixture.all) func halfPrecisionKeysStayClose(_ fixture: Fixture) throws {
        let model = try fixture.model()
        let truth = try fixture.logits(width: model.spec.vocabularySize)
        let rows = try Runner(model, kvType: .f16).run(fixture.tokens(), chunks: [40])
        #expect(worst(rows, truth) < 5e-3)
        #expect(worst(rows, truth) > 1e-7, "keys and values were not stored in 16 bits")
    }

    @Test(arguments: Fixture.all, KVType.allCases)
    func everyCutGivesTheSameBits(_ fixture: Fixture, _ kvType: KVType) throws {
        let runner = try Runner(fixture.model(), kvType: kvType)
        let tokens = try fixture.tokens()
        let plain = try runner.run(tokens, chunks: OracleTests.cuts[0])
        for cut in OracleTests.cuts.dropFirst() {
            #expect(sameBits(try runner.run(tokens, chunks: cut), plain), "cut \(cut)")
        }
    }

    @Test(arguments: Fixture.all) func everyInstructionSetGivesTheSameBits(_ fixture: Fixture) throws {
        let model = try fixture.model()
        let tokens = try fixture.tokens()
        let plain = try Runner(model, threads: 1, instructionSet: .scalar).run(tokens, chunks: [40])
        for set in InstructionSet.available {
            let rows = try Runner(model, threads: 3, instructionSet: set).run(tokens, chunks: [33, 7])
            #expect(sameBits(rows, plain), "\(set)")
        }
    }
}

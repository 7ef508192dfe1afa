/// Profiles by name. A published figure stands behind each number that has one; the others follow from the first
/// device's by the ratios of the data sheets: memory bandwidth for steps (H100 3.35, A100 2.04, L4 0.30 TB/s),
/// dense 16-bit peak for prefill (989, 312, 121 Tflop/s).
extension DeviceProfile {
    package static let builtIn = [h100, a100, l4, cpu, testFast]

    /// Llama-3.1-8B in 16 bits on one H100.
    ///
    /// - Step: 158.3 tok/s of one sequence without speculation (SGLang's EAGLE-3 figures).
    /// - Prefill: 15,928 tok/s, the median of llm-d's calibration of Qwen3-32B on two H100, times 32.8/8.0 for the
    ///   parameters, for one GPU.
    /// - Sequence: what vLLM 0.10's 38.38 req/s of ShareGPT at concurrency 200 (Cloudflare's Infire figures) leave
    ///   of a step of 26 ms after weights, prefill and context.
    /// - Context token: 128 KiB of keys and values. Cache: 80 GB at 90 % without weights and activations.
    /// - Load: Infire's, under 4 s.
    private static let h100: DeviceProfile = {
        var profile = DeviceProfile(
            name: "h100-8b", prefillTokensPerSecond: 32_500, stepSeconds: 6.3e-3, kvTokens: 400_000)
        profile.secondsPerSequence = 50e-6
        profile.secondsPerContextToken = 39e-9
        profile.loadSeconds = 4
        profile.jitter = 0.03
        return profile
    }()

    /// The same model on an A100 of 80 GB.
    private static let a100: DeviceProfile = {
        var profile = h100
        profile.name = "a100-8b"
        profile.prefillTokensPerSecond = 10_200
        profile.stepSeconds = 10.4e-3
        profile.secondsPerContextToken = 64e-9
        return profile
    }()

    /// The same model on an L4 of 24 GB, which has little left for keys and values.
    private static let l4: DeviceProfile = {
        var profile = h100
        profile.name = "l4-8b"
        profile.prefillTokensPerSecond = 4_000
        profile.stepSeconds = 70e-3
        profile.secondsPerContextToken = 437e-9
        profile.kvTokens = 32_768
        profile.contextTokens = 32_768
        profile.maximumSequences = 64
        profile.batchTokens = 2048
        return profile
    }()

    /// Qwen2.5-0.5B Q8_0 in llama.cpp on two cores: prefill 77 to 133 tok/s, and 22.9 to 51.9 tok/s of 1 to 32
    /// sequences, to which a step of 30 ms and 18 ms a sequence is the fit.
    private static let cpu: DeviceProfile = {
        var profile = DeviceProfile(name: "cpu-0.5b", prefillTokensPerSecond: 105, stepSeconds: 30e-3, kvTokens: 32_768)
        profile.secondsPerSequence = 18e-3
        profile.contextTokens = 32_768
        profile.maximumSequences = 32
        profile.batchTokens = 512
        profile.loadSeconds = 1
        profile.jitter = 0.1
        return profile
    }()

    /// No device: as good as no time, for tests of everything else.
    private static let testFast: DeviceProfile = {
        var profile = DeviceProfile(
            name: "test-fast", prefillTokensPerSecond: 1_000_000, stepSeconds: 0.2e-3, kvTokens: 65_536)
        profile.contextTokens = 16_384
        return profile
    }()

    /// - Throws: `DeviceProfileError.unknown`
    package static func named(_ name: String) throws(DeviceProfileError) -> DeviceProfile {
        guard let profile = builtIn.first(where: { $0.name == name }) else {
            throw .unknown(name, known: builtIn.map(\.name))
        }
        return profile
    }
}

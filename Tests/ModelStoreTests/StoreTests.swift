import Foundation
import JSON
import ModelStore
import TestSupport
import Testing

@Suite struct StoreTests {
    /// A store with a blob for each text, as a pull would leave it before its commit.
    private func addBlob(_ text: String, to store: ModelStore) throws -> Manifest.File {
        let digest = try #require(
            SHA256Hex(String(repeating: text.isEmpty ? "0" : "\(text.utf8.count % 10)", count: 64)))
        try write(Array(text.utf8), to: "\(store.places.blobs)/sha256-\(digest)")
        return Manifest.File(name: "m-\(text.utf8.count).gguf", size: text.utf8.count, digest: digest)
    }

    private func manifest(_ name: String, _ files: [Manifest.File], commit: String = "c1") throws -> Manifest {
        let parts = name.split(whereSeparator: { "/:".contains($0) }).map(String.init)
        return Manifest(
            name: try ModelName(owner: parts[0], repository: parts[1], tag: parts[2]), format: .gguf,
            endpoint: "https://hub", commit: commit, pulledAt: 1_700_000_000, files: files)
    }

    private func withStore<Result>(_ body: (ModelStore) async throws -> Result) async throws -> Result {
        try await withTemporaryFolder { try await body(ModelStore(places: StorePlaces(home: $0 + "/home"))) }
    }

    @Test func aCommittedModelIsListedFoundAndRead() async throws {
        try await withStore { (store) async throws in
            let made = try manifest("o/r:Q8_0", [addBlob("abc", to: store)])
            #expect(try store.commit(made))
            #expect(try store.list().models == [made])
            #expect(try store.find("R") == made)
            let location = try store.resolve("o/r", environment: [:])
            #expect(try content(of: location.path) == Array("abc".utf8))
            #expect(location.name == made.name)
        }
    }

    @Test func anEmptyStoreIsNoError() async throws {
        try await withStore { (store) async throws in
            #expect(try store.list().models.isEmpty)
            #expect(throws: StoreError.notFound("x", suggestions: [])) { try store.find("x") }
            #expect(try store.removeUnfinished() == 0)
        }
    }

    @Test func modelsShareBlobsAndTheLastTakesThemAway() async throws {
        try await withStore { (store) async throws in
            let shared = try addBlob("shared", to: store)
            let own = try addBlob("own blob", to: store)
            let (first, second) = (try manifest("o/a:x", [shared, own]), try manifest("o/b:x", [shared]))
            #expect(try store.commit(first) && store.commit(second))
            #expect(try store.remove(first.name) == own.size)
            let path = try store.resolve("b", environment: [:]).path
            #expect(try content(of: path) == Array("shared".utf8))
            #expect(try store.remove(second.name) == shared.size)
            #expect(files(below: store.places.home).filter { $0 != "lock" } == [])
            #expect(throws: StoreError.self) { try store.remove(second.name) }
        }
    }

    @Test func aNewCommitReplacesTheOldWithItsBlobs() async throws {
        try await withStore { (store) async throws in
            let (old, new) = (try addBlob("old", to: store), try addBlob("newer", to: store))
            #expect(try store.commit(manifest("o/a:x", [old], commit: "c1")))
            let replaced = try manifest("o/a:x", [new], commit: "c2")
            #expect(try store.commit(replaced))
            #expect(try store.list().models == [replaced])
            let left = files(below: store.places.home).filter { $0 != "lock" }
            #expect(
                left == ["blobs/sha256-\(new.digest)", "models/o/a/x/c2/\(new.name)", "models/o/a/x/manifest.json"])
        }
    }

    @Test func aCommitWithoutItsBlobsChangesNothing() async throws {
        try await withStore { (store) async throws in
            let gone = try addBlob("gone", to: store)
            try FileManager.default.removeItem(atPath: "\(store.places.blobs)/sha256-\(gone.digest)")
            #expect(try !store.commit(manifest("o/a:x", [gone])))
            #expect(try store.list().models.isEmpty)
        }
    }

    @Test func whatACrashLeavesIsInvisibleAndSwept() async throws {
        try await withStore { (store) async throws in
            let kept = try manifest("o/a:x", [addBlob("kept", to: store)])
            #expect(try store.commit(kept))
            // Died before the manifest was renamed, with a blob and a part of others about.
            try write([1, 2, 3], to: store.places.home + "/models/o/b/x/c1/m.gguf")
            try write([1], to: store.places.home + "/models/o/b/x/manifest.json.new")
            _ = try addBlob("a finished file of an unfinished pull", to: store)
            try write([1, 2], to: store.places.downloads + "/sha256-x.part")
            #expect(try store.list().models == [kept])
            #expect(try store.list().problems.isEmpty)
            #expect(try store.removeUnfinished() == 37 + 2)
            #expect(files(below: store.places.models) == ["o/a/x/c1/m-4.gguf", "o/a/x/manifest.json"])
        }
    }

    @Test func aDamagedModelIsReportedBesideTheOthers() async throws {
        try await withStore { (store) async throws in
            let good = try manifest("o/good:x", [addBlob("good", to: store)])
            #expect(try store.commit(good))
            try write(Array("{".utf8), to: store.places.models + "/o/bad/x/manifest.json")
            let short = try manifest("o/short:x", [addBlob("longer", to: store)])
            #expect(try store.commit(short))
            try FileManager.default.removeItem(atPath: store.resolve("short", environment: [:]).path)
            let inventory = try store.list()
            #expect(inventory.models == [good])
            #expect(inventory.problems.count == 2)
            #expect(try store.remove(store.name(of: "bad")) == 0)
        }
    }

    @Test func randomManifestsAreReadOrRefused() throws {
        let digest = try #require(SHA256Hex(String(repeating: "a", count: 64)))
        let made = try manifest("o/r:x", [.init(name: "m.gguf", size: 5, digest: digest)])
        let text = Array(made.json.serialized().utf8)
        #expect(try Manifest.read(text, name: made.name) == made)
        var random = SeededGenerator(seed: 7)
        for _ in 0..<5_000 {
            var bytes = text
            for _ in 0..<Int.random(in: 1...3, using: &random) {
                bytes[Int.random(in: 0..<bytes.count, using: &random)] = UInt8.random(in: 32...126, using: &random)
            }
            guard let read = try? Manifest.read(bytes, name: made.name) else { continue }
            #expect(read.files.allSatisfy { !$0.name.contains("/") && $0.size >= 0 && !$0.name.hasPrefix(".") })
            #expect(!read.commit.contains("/") && read.commit != "..")
        }
    }

    @Test func ambiguityAndMissesNameTheCandidates() async throws {
        try await withStore { (store) async throws in
            for tag in ["Q4_K_M", "Q8_0"] {
                #expect(try store.commit(manifest("o/model:\(tag)", [addBlob(tag, to: store)])))
            }
            #expect(throws: StoreError.ambiguous("model", candidates: ["o/model:Q4_K_M", "o/model:Q8_0"])) {
                try store.find("model")
            }
            #expect(throws: StoreError.notFound("o/modl:Q8_0", suggestions: ["o/model:Q8_0"])) {
                try store.find("o/modl:Q8_0")
            }
        }
    }

    @Test func pathsAndNamesAreToldApart() async throws {
        try await withStore { (store) async throws in
            let folder = store.places.home + "/somewhere"
            try write([1], to: folder + "/one.gguf")
            #expect(try store.resolve(folder, environment: [:]).path == folder + "/one.gguf")
            #expect(try store.resolve("~/one.gguf", environment: ["HOME": folder]).path == folder + "/one.gguf")
            #expect(try store.resolve(folder + "/one.gguf", environment: [:]).title == "one")
            for part in 1...2 { try write([1], to: "\(folder)/split/m-0000\(part)-of-00002.gguf") }
            let first = try store.resolve(folder + "/split", environment: [:]).path
            #expect(first == folder + "/split/m-00001-of-00002.gguf")
            try write([1], to: folder + "/two.gguf")
            #expect(throws: StoreError.self) { try store.resolve(folder, environment: [:]) }
            try write([1], to: folder + "/config.json")
            #expect(try store.resolve(folder, environment: [:]).path == folder)
            #expect(throws: StoreError.noSuchPath("./none.gguf")) { try store.resolve("./none.gguf", environment: [:]) }
            #expect(throws: StoreError.self) { try store.resolve("", environment: [:]) }
        }
    }

    @Test func theHomeIsWhereTheEnvironmentSays() throws {
        #expect(try StorePlaces.fromEnvironment(["GLEANER_HOME": "~/x", "HOME": "/h"]).home == "/h/x")
        #expect(try StorePlaces.fromEnvironment(["GLEANER_HOME": "", "HOME": "/h"]).home == "/h/.gleaner")
        #expect(throws: StoreError.self) { try StorePlaces.fromEnvironment([:]) }
    }

    /// Commits, removals and listings at once: a listing sees whole models only, and nothing is left at the end.
    @Test func concurrentChangesLeaveWholeModelsOnly() async throws {
        try await withStore { (store) async throws in
            let blob = try addBlob("shared by all", to: store)
            let keeper = try manifest("o/keeper:x", [blob])
            #expect(try store.commit(keeper))
            try await withThrowingTaskGroup(of: Void.self) { group in
                for number in 0..<8 {
                    group.addTask {
                        let mine = try manifest("o/m\(number % 3):x", [blob], commit: "c\(number)")
                        for _ in 0..<15 {
                            #expect(try store.commit(mine))
                            #expect(try store.list().models.allSatisfy { $0.files == [blob] })
                            _ = try? store.remove(mine.name)
                        }
                    }
                }
                try await group.waitForAll()
            }
            for number in 0..<3 { _ = try? store.remove(ModelName(owner: "o", repository: "m\(number)", tag: "x")) }
            #expect(try store.list().models == [keeper])
            let left = files(below: store.places.home).filter { $0 != "lock" }
            #expect(left.count == 3, "\(left)")
        }
    }
}

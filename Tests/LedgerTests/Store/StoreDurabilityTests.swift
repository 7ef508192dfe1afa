import Ledger
import Testing

/// Commit marks and flushes, on both databases.
@Suite struct StoreDurabilityTests {
    @Test(arguments: StoreKind.available) func marksCountCommits(_ kind: StoreKind) async throws {
        try await TestStore.withItems(kind) { store, _ in
            let database = try store.open()
            #expect(database.latestCommit == nil)
            try await database.flush()
            let first = try await database.commit(within: nil) { session in
                try session.execute("INSERT INTO items (id) VALUES ($1)", [[1]])
            }
            #expect(first.value == 1)
            #expect(database.latestCommit == first.mark)
            let second = try await database.commit(within: nil) { _ in "nothing" }
            #expect(second.value == "nothing")
            #expect(second.mark.sequence > first.mark.sequence)
            #expect(database.latestCommit == second.mark)
            try await database.flush(first.mark)
            try await database.flush(second.mark)
            try await database.flush(first.mark)
            try await database.expectCount(1)
            await database.close()
        }
    }

    @Test(arguments: StoreKind.available) func manyWritersEachFlush(_ kind: StoreKind) async throws {
        try await TestStore.withItems(kind) { store, database in
            try await withThrowingTaskGroup(of: Void.self) { group in
                for id in 0..<100 {
                    group.addTask {
                        let commit = try await database.commit(within: nil) { session in
                            try session.execute("INSERT INTO items (id) VALUES ($1)", [[SQLValue(id)]])
                        }
                        try await database.flush(commit.mark)
                    }
                }
                try await group.waitForAll()
            }
            let again = try store.open()
            try await again.expectCount(100)
            await again.close()
        }
    }

    /// A mark of another epoch is never vouched for.
    @Test(arguments: StoreKind.available) func aMarkFromNowhereIsNotDurable(_ kind: StoreKind) async throws {
        try await TestStore.withItems(kind) { _, database in
            try await database.insert([1])
            let error = await #expect(throws: StoreError.self) {
                try await database.flush(CommitMark(epoch: 1_000_000, sequence: 1))
            }
            #expect(error?.name == "unavailable")
        }
    }

    @Test(arguments: StoreKind.available) func whatWasWrittenIsThereAfterReopening(_ kind: StoreKind) async throws {
        try await TestStore.with(kind) { store in
            for round in 0..<3 {
                let database = try store.open()
                let items = Migration(
                    number: 1, name: "items", statements: ["CREATE TABLE items (id BIGINT PRIMARY KEY, body BYTES)"])
                let applied = try await Migration.run([items], on: database, nowMs: 1)
                #expect(applied == (round == 0 ? [1] : []))
                try await database.insert([round])
                try await database.expectCount(Int64(round + 1))
                await database.close()
            }
        }
    }
}

extension Ledger {
    /// Computes every balance, sum and charge again from what they are made of, on one snapshot and row by row.
    ///
    /// It reads every row, so the store's deadline for reads bounds it: open the database with a long one.
    /// - Parameter progress: called on the database's thread from time to time.
    /// - Throws: `StoreError`; what is not equal is not thrown but reported.
    package func verify(
        progress: @escaping @Sendable (VerificationProgress) -> Void = { _ in }
    ) async throws -> VerificationReport {
        try await database.read { try Self.verify($0, progress: progress) }
    }

    /// The same within a transaction.
    package static func verify(
        _ session: any SQLSession, progress: @escaping @Sendable (VerificationProgress) -> Void = { _ in }
    ) throws -> VerificationReport {
        var verification = Verification(session: session, progress: progress)
        return try verification.run()
    }
}

/// Why a store did not do what it was asked. No message holds a password or a stored value.
package enum StoreError: Error, Sendable, Equatable {
    /// The database cannot be reached, is held by another process, or did not answer in time: try again later.
    ///
    /// Thrown by a write it does not say that nothing was written: a connection lost during COMMIT leaves that open, so
    /// only repeat what may be done twice.
    case unavailable(String)
    case diskFull(String)
    case readOnly(String)
    /// A unique key exists already, or a concurrent transaction was in the way; nothing was written.
    case conflict(String)
    /// What lies on the disk is not a database, or is damaged.
    case corrupt(String)
    /// Our own mistake: wrong SQL, wrong arguments, a constraint other than a unique key; or a location that names no
    /// database.
    case invalid(String)
    /// The database was written by a newer version of this program, whose schema this one does not know.
    case newerSchema(found: Int, known: Int)
}

extension StoreError: CustomStringConvertible {
    package var description: String {
        switch self {
        case .unavailable(let reason): "the database is unavailable: \(reason)"
        case .diskFull(let reason): "the database's disk is full: \(reason)"
        case .readOnly(let reason): "the database cannot be written: \(reason)"
        case .conflict(let reason): "a conflicting write was there first: \(reason)"
        case .corrupt(let reason): "the database is damaged: \(reason)"
        case .invalid(let reason): "invalid use of the database: \(reason)"
        case .newerSchema(let found, let known):
            """
            the database has schema \(found), but this program knows only up to \(known): \
            run the newer version that upgraded it, or restore the database from before the upgrade
            """
        }
    }
}

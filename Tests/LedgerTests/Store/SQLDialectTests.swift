import Ledger
import Testing

@Suite struct SQLDialectTests {
    private let table = "CREATE TABLE bytes_of (id BIGINT PRIMARY KEY, body BYTES, word TEXT DEFAULT 'BYTES')"

    @Test func schemaHasEachStoresTypes() {
        #expect(
            SQLDialect.sqlite.schema(table)
                == "CREATE TABLE bytes_of (id INTEGER PRIMARY KEY, body BLOB, word TEXT DEFAULT 'BYTES') STRICT")
        #expect(
            SQLDialect.postgreSQL.schema(table)
                == "CREATE TABLE bytes_of (id BIGINT PRIMARY KEY, body BYTEA, word TEXT DEFAULT 'BYTES')")
    }

    @Test func wordsInsideNamesStay() {
        for dialect in SQLDialect.allCases {
            #expect(dialect.schema("SELECT BYTES_IN, MYBYTES, bytes") == "SELECT BYTES_IN, MYBYTES, bytes")
        }
    }

    @Test func tablesWithoutRowIDAreStrictToo() {
        let table = "CREATE TABLE t (a TEXT PRIMARY KEY) WITHOUT ROWID"
        #expect(SQLDialect.sqlite.schema(table) == table + ", STRICT")
        #expect(SQLDialect.postgreSQL.schema(table) == "CREATE TABLE t (a TEXT PRIMARY KEY) ")
    }
}

/// One numbered step of the schema. Once released it never changes; corrections are new steps.
package struct Migration: Sendable {
    package let number: Int
    package let name: String
    /// The statements, one each, in the SQL that ``SQLDialect/schema(_:)`` understands.
    package let statements: @Sendable (SQLDialect) -> [String]

    package init(number: Int, name: String, statements: [String]) {
        self.init(number: number, name: name) { _ in statements }
    }

    package init(number: Int, name: String, statements: @escaping @Sendable (SQLDialect) -> [String]) {
        self.number = number
        self.name = name
        self.statements = statements
    }
}

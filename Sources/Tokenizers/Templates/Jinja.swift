/// The interpreter behind `ChatTemplate`, in the order in which a text passes through it:
///
/// - `Syntax/`: `Lexer` → tokens → `Parser` → `Expression`, `Statement` → `ScopeAnalysis` → `Program`.
/// - `Values/`: what templates compute with, and how Python compares, adds, prints and hashes it.
/// - `Text/`: Python's strings: code points, case, formatting of numbers and dates.
/// - `Runtime/`: `Interpreter` walks a program; `Meter` counts what that costs.
/// - `Filters/`, `Methods/`: the vocabulary.
///
/// A namespace, so that words such as `Value` and `Token` stay free for the rest of the module.
enum Jinja {}

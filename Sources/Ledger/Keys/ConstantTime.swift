/// Comparison whose time tells nothing about where two secrets differ.
package enum ConstantTime {
    /// Whether both are the same bytes. The time depends only on their number, which is no secret here: digests have
    /// one length.
    ///
    /// Never inlined, so that no caller's knowledge lets the compiler leave the loop early.
    @inline(never)
    package static func equal(_ left: [UInt8], _ right: [UInt8]) -> Bool {
        guard left.count == right.count else { return false }
        var difference: UInt8 = 0
        for place in left.indices { difference |= left[place] ^ right[place] }
        return difference == 0
    }
}

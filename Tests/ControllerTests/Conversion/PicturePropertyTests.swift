import Controller
import Harvest
import JSON
import Kubernetes
import Testing

@Suite(.timeLimit(.minutes(10))) struct PicturePropertyTests {
    /// Whatever the order in which kinds are heard of, however much is heard as one, and whatever gaps there were, the
    /// picture is that of the objects that are there.
    @Test(arguments: 0..<12 as Range<UInt64>) func thePictureIsThatOfTheObjectsThatAreThere(_ seed: UInt64) throws {
        let terms = ConversionTerms(namespace: "gleaner", workerPriority: -10)
        var world = RandomCluster(seed: 500 + seed)
        var reader = Reader(picture: ClusterPicture(terms), oracle: PictureOracle(terms))
        for round in 0..<60 {
            for _ in 0..<world.number(1..<30) {
                try world.step()
                if world.chance(3) { reader.read(&world, kind: world.number(0..<6), most: world.number(1..<4)) }
            }
            guard round % 3 == 0 else { continue }
            for kind in 0..<6 { world.relist(kind) }
            for kind in (0..<6).shuffled(using: &world.random) { reader.read(&world, kind: kind, most: .max) }
            try check(reader, world)
        }
    }

    private func check(_ reader: Reader, _ world: RandomCluster) throws {
        #expect(Seen(reader.picture.cluster) == Seen(reader.oracle.cluster(world)))
        #expect(reader.picture.complete == Set(ClusterPicture.Part.allCases))
        let pools = world.pools.truth.values.filter {
            $0.metadata.namespace == "gleaner" && $0.metadata.deletion == nil
        }
        #expect(reader.picture.standings.map(\.name) == pools.map(\.metadata.name).sorted())
        #expect(
            reader.picture.standings.filter { $0.pool == nil }.count == pools.filter { $0.spec?["grace"] != nil }.count)
        #expect(reader.picture.modelNames == Set(world.models.truth.keys.map(\.name)))
    }
}

/// Reads what the reflectors say, into the picture and into the oracle.
private struct Reader {
    var picture: ClusterPicture
    var oracle: PictureOracle
    /// 2026-11-21T05:57:23Z, as the workloads' conditions say.
    var nowMs: Int64 = QueueConversionTests.nowMs

    mutating func read(_ world: inout RandomCluster, kind: Int, most: Int) {
        nowMs += Int64(world.number(0..<3))
        var left = most
        while left > 0, readOne(&world, kind) { left -= 1 }
    }

    private mutating func readOne(_ world: inout RandomCluster, _ kind: Int) -> Bool {
        switch kind {
        case 0: world.nodes.next().map { picture.note($0) } != nil
        case 1: world.claims.next().map { picture.note($0) } != nil
        case 2: world.pools.next().map { picture.notePool($0) } != nil
        case 3: world.models.next().map { picture.noteModel($0) } != nil
        case 4: readWorkload(&world)
        default: readPod(&world)
        }
    }

    private mutating func readWorkload(_ world: inout RandomCluster) -> Bool {
        guard let change = world.workloads.next() else { return false }
        picture.note(change, nowMs: nowMs)
        oracle.see(change, nowMs: nowMs)
        return true
    }

    private mutating func readPod(_ world: inout RandomCluster) -> Bool {
        guard let change = world.pods.next() else { return false }
        picture.note(change, nowMs: nowMs)
        oracle.see(change, nowMs: nowMs)
        return true
    }
}

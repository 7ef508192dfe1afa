// swift-tools-version:6.2
import PackageDescription

// The rooms of the house, lowest first; a room may import only what stands above it in this list.

let swift: [SwiftSetting] = [
    .enableUpcomingFeature("ExistentialAny"),
    .enableUpcomingFeature("MemberImportVisibility"),
    .enableUpcomingFeature("InternalImportsByDefault"),
    .treatAllWarnings(as: .error),
]
// Kernels are unusable without optimisation, so they have it in every configuration. Contraction is off
// because the same bits must come out of every instruction set: a fused product is always written as one.
let kernels: [CSetting] = [.unsafeFlags(["-O3", "-ffp-contract=off", "-std=gnu17"])]

let package = Package(
    name: "gleaner",
    dependencies: [
        .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.2"),
        .package(url: "https://github.com/apple/swift-crypto", from: "4.5.2"),
        .package(url: "https://github.com/apple/swift-log", from: "1.16.2"),
        .package(url: "https://github.com/apple/swift-metrics", from: "2.13.0"),
        .package(url: "https://github.com/apple/swift-nio", from: "2.101.2"),
        .package(url: "https://github.com/hummingbird-project/hummingbird", from: "2.28.1"),
        .package(url: "https://github.com/jpsim/Yams", from: "6.2.2"),
        .package(url: "https://github.com/swift-server/async-http-client", from: "1.37.0"),
        .package(url: "https://github.com/swift-server/swift-service-lifecycle", from: "2.13.0"),
    ],
    targets: [
        .target(name: "CKernels", cSettings: kernels),
        .target(name: "JSON", swiftSettings: swift),
        .target(name: "TestSupport", path: "Tests/TestSupport", swiftSettings: swift),
        .testTarget(name: "JSONTests", dependencies: ["JSON", "TestSupport"], swiftSettings: swift),
    ]
)

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
        .package(url: "https://github.com/apple/swift-distributed-tracing", from: "1.7.0"),
        .package(url: "https://github.com/apple/swift-http-types", from: "1.8.0"),
        .package(url: "https://github.com/apple/swift-log", from: "1.16.2"),
        .package(url: "https://github.com/apple/swift-metrics", from: "2.13.0"),
        .package(url: "https://github.com/apple/swift-nio", from: "2.101.2"),
        .package(url: "https://github.com/apple/swift-nio-ssl", from: "2.30.0"),
        .package(url: "https://github.com/groue/GRDB.swift", from: "7.10.0"),
        .package(url: "https://github.com/hummingbird-project/hummingbird", from: "2.28.1"),
        .package(url: "https://github.com/jpsim/Yams", from: "6.2.2"),
        .package(url: "https://github.com/swift-server/async-http-client", from: "1.37.0"),
        .package(url: "https://github.com/swift-server/swift-service-lifecycle", from: "2.13.0"),
    ],
    targets: [
        .target(name: "CKernels", cSettings: kernels),
        .systemLibrary(name: "CPQ", pkgConfig: "libpq", providers: [.apt(["libpq-dev"])]),
        .target(name: "JSON", swiftSettings: swift),
        .target(name: "Weights", dependencies: ["CKernels", "JSON"], swiftSettings: swift),
        .target(name: "Tokenizers", dependencies: ["JSON"], swiftSettings: swift),
        .target(name: "Models", dependencies: ["CKernels", "JSON", "Weights"], swiftSettings: swift),
        .target(
            name: "Engine",
            dependencies: [
                "JSON", "Models", "Tokenizers", "Weights", .product(name: "CoreMetrics", package: "swift-metrics"),
                .product(name: "Crypto", package: "swift-crypto"), .product(name: "Logging", package: "swift-log"),
            ],
            swiftSettings: swift),
        .target(name: "OpenAI", dependencies: ["JSON"], swiftSettings: swift),
        .target(name: "Routing", swiftSettings: swift),
        .target(
            name: "Ledger",
            dependencies: [
                "CPQ", "JSON", .product(name: "Crypto", package: "swift-crypto"),
                .product(name: "GRDB", package: "GRDB.swift"), .product(name: "GRDBSQLite", package: "GRDB.swift"),
            ],
            swiftSettings: swift),
        .target(name: "Harvest", dependencies: ["JSON", "Ledger"], swiftSettings: swift),
        .target(
            name: "Controller",
            dependencies: [
                "Harvest", "JSON", "Kubernetes", "Ledger", .product(name: "Logging", package: "swift-log"),
            ],
            swiftSettings: swift),
        .target(
            name: "Node",
            dependencies: [
                "Engine", "JSON", "Models", "OpenAI", "Tokenizers", "Weights",
                .product(name: "CoreMetrics", package: "swift-metrics"),
                .product(name: "Logging", package: "swift-log"),
            ],
            swiftSettings: swift),
        .target(
            name: "Simulation",
            dependencies: [
                "Engine", "JSON", "Models", "Node", "OpenAI", "Routing", "Tokenizers", "Weights",
                .product(name: "CoreMetrics", package: "swift-metrics"),
                .product(name: "Logging", package: "swift-log"),
            ],
            swiftSettings: swift),
        .target(
            name: "Fleet",
            dependencies: [
                "JSON", "OpenAI", "Routing", .product(name: "AsyncHTTPClient", package: "async-http-client"),
                .product(name: "CoreMetrics", package: "swift-metrics"),
                .product(name: "Logging", package: "swift-log"), .product(name: "NIOCore", package: "swift-nio"),
                .product(name: "NIOHTTP1", package: "swift-nio"), .product(name: "NIOPosix", package: "swift-nio"),
                .product(name: "NIOSSL", package: "swift-nio-ssl"),
                .product(name: "Tracing", package: "swift-distributed-tracing"),
            ],
            swiftSettings: swift),
        .target(
            name: "Kubernetes",
            dependencies: [
                "JSON", .product(name: "AsyncHTTPClient", package: "async-http-client"),
                .product(name: "Logging", package: "swift-log"), .product(name: "NIOCore", package: "swift-nio"),
                .product(name: "NIOHTTP1", package: "swift-nio"), .product(name: "NIOPosix", package: "swift-nio"),
                .product(name: "NIOSSL", package: "swift-nio-ssl"), .product(name: "Yams", package: "Yams"),
            ],
            swiftSettings: swift),
        // The process between us and an engine that we run: it has to be there when we are not.
        .target(name: "CSupervision", cSettings: [.unsafeFlags(["-std=gnu17"])]),
        .target(
            name: "Supervision",
            dependencies: [
                "CSupervision", .product(name: "Logging", package: "swift-log"),
                .product(name: "ServiceLifecycle", package: "swift-service-lifecycle"),
            ],
            swiftSettings: swift),
        .target(
            name: "WebServer",
            dependencies: [
                "OpenAI", .product(name: "CoreMetrics", package: "swift-metrics"),
                .product(name: "HTTPTypes", package: "swift-http-types"),
                .product(name: "Hummingbird", package: "hummingbird"),
                .product(name: "HummingbirdCore", package: "hummingbird"),
                .product(name: "HummingbirdTLS", package: "hummingbird"),
                .product(name: "Logging", package: "swift-log"), .product(name: "NIOCore", package: "swift-nio"),
                .product(name: "NIOHTTP1", package: "swift-nio"), .product(name: "NIOPosix", package: "swift-nio"),
                .product(name: "NIOSSL", package: "swift-nio-ssl"),
                .product(name: "ServiceLifecycle", package: "swift-service-lifecycle"),
                .product(name: "Tracing", package: "swift-distributed-tracing"),
            ],
            swiftSettings: swift),
        .target(
            name: "WorkerAPI",
            dependencies: [
                "JSON", "OpenAI", "Routing", "WebServer",
                .product(name: "AsyncHTTPClient", package: "async-http-client"),
                .product(name: "HTTPTypes", package: "swift-http-types"),
                .product(name: "Hummingbird", package: "hummingbird"),
                .product(name: "Logging", package: "swift-log"), .product(name: "NIOCore", package: "swift-nio"),
                .product(name: "NIOHTTP1", package: "swift-nio"),
                .product(name: "ServiceLifecycle", package: "swift-service-lifecycle"),
            ],
            swiftSettings: swift),
        .target(
            name: "Gateway",
            dependencies: [
                "JSON", "Ledger", "OpenAI", "WebServer", .product(name: "CoreMetrics", package: "swift-metrics"),
                .product(name: "HTTPTypes", package: "swift-http-types"),
                .product(name: "Hummingbird", package: "hummingbird"),
                .product(name: "Logging", package: "swift-log"), .product(name: "NIOCore", package: "swift-nio"),
                .product(name: "ServiceLifecycle", package: "swift-service-lifecycle"),
            ],
            swiftSettings: swift),
        .target(
            name: "Yielding",
            dependencies: [
                "Engine", "JSON", "Supervision", .product(name: "AsyncHTTPClient", package: "async-http-client"),
                .product(name: "CoreMetrics", package: "swift-metrics"),
                .product(name: "Hummingbird", package: "hummingbird"),
                .product(name: "Logging", package: "swift-log"), .product(name: "NIOCore", package: "swift-nio"),
                .product(name: "NIOHTTP1", package: "swift-nio"),
                .product(name: "ServiceLifecycle", package: "swift-service-lifecycle"),
            ],
            swiftSettings: swift),
        .target(
            name: "ModelStore",
            dependencies: [
                "JSON", .product(name: "AsyncHTTPClient", package: "async-http-client"),
                .product(name: "Crypto", package: "swift-crypto"), .product(name: "NIOCore", package: "swift-nio"),
                .product(name: "NIOHTTP1", package: "swift-nio"), .product(name: "NIOPosix", package: "swift-nio"),
            ],
            swiftSettings: swift),
        .target(
            name: "LoadGenerator",
            dependencies: [
                "JSON", .product(name: "AsyncHTTPClient", package: "async-http-client"),
                .product(name: "NIOCore", package: "swift-nio"), .product(name: "NIOHTTP1", package: "swift-nio"),
                .product(name: "NIOPosix", package: "swift-nio"),
            ],
            swiftSettings: swift),
        .target(
            name: "Options",
            dependencies: [
                .product(name: "ArgumentParser", package: "swift-argument-parser"),
                .product(name: "Yams", package: "Yams"),
            ],
            swiftSettings: swift),
        .executableTarget(
            name: "gleaner",
            dependencies: [
                "Controller", "Engine", "Fleet", "Gateway", "Harvest", "JSON", "Kubernetes", "Ledger", "LoadGenerator",
                "ModelStore",
                "Models", "Node", "OpenAI", "Options", "Routing", "Simulation", "Supervision", "Tokenizers",
                "WebServer", "Weights",
                "WorkerAPI", "Yielding",
                .product(name: "ArgumentParser", package: "swift-argument-parser"),
                .product(name: "AsyncHTTPClient", package: "async-http-client"),
                .product(name: "CoreMetrics", package: "swift-metrics"),
                .product(name: "Logging", package: "swift-log"),
                .product(name: "ServiceLifecycle", package: "swift-service-lifecycle"),
                .product(name: "UnixSignals", package: "swift-service-lifecycle"),
            ],
            swiftSettings: swift),

        .target(name: "CTestSupport", path: "Tests/CTestSupport", cSettings: [.unsafeFlags(["-std=gnu17"])]),
        .target(
            name: "TestSupport", dependencies: ["CTestSupport"], path: "Tests/TestSupport", swiftSettings: swift),
        .target(
            name: "WebTestSupport",
            dependencies: [
                "OpenAI", .product(name: "Logging", package: "swift-log"),
                .product(name: "NIOCore", package: "swift-nio"), .product(name: "NIOPosix", package: "swift-nio"),
            ], path: "Tests/WebTestSupport", swiftSettings: swift),
        .target(
            name: "PrivatePostgreSQL", dependencies: ["TestSupport"], path: "Tests/PrivatePostgreSQL",
            swiftSettings: swift),
        .executableTarget(
            name: "LedgerLoad", dependencies: ["Ledger", "TestSupport"], path: "Tests/LedgerLoad", swiftSettings: swift),
        .target(
            name: "ScriptedServer",
            dependencies: [
                "JSON", "TestSupport", .product(name: "Crypto", package: "swift-crypto"),
                .product(name: "HTTPTypes", package: "swift-http-types"),
                .product(name: "Hummingbird", package: "hummingbird"),
                .product(name: "Logging", package: "swift-log"), .product(name: "NIOCore", package: "swift-nio"),
            ], path: "Tests/ScriptedServer",
            swiftSettings: swift),
        .testTarget(name: "CKernelsTests", dependencies: ["CKernels"], swiftSettings: swift),
        .testTarget(name: "JSONTests", dependencies: ["JSON", "TestSupport"], swiftSettings: swift),
        .testTarget(
            name: "WeightsTests",
            dependencies: [
                "CKernels", "JSON", "TestSupport", "Weights",
            ],
            swiftSettings: swift),
        .testTarget(
            name: "TokenizersTests",
            dependencies: [
                "JSON", "TestSupport", "Tokenizers", "Weights",
            ],
            swiftSettings: swift),
        .testTarget(
            name: "ModelsTests",
            dependencies: [
                "JSON", "Models", "TestSupport", "Weights",
            ],
            swiftSettings: swift),
        .testTarget(
            name: "EngineTests",
            dependencies: [
                "Engine", "Models", "TestSupport", "Tokenizers", "Weights",
                .product(name: "CoreMetrics", package: "swift-metrics"),
                .product(name: "Logging", package: "swift-log"),
            ],
            swiftSettings: swift),
        .testTarget(
            name: "NodeTests",
            dependencies: [
                "Engine", "JSON", "Models", "Node", "OpenAI", "TestSupport", "Tokenizers", "Weights",
                .product(name: "CoreMetrics", package: "swift-metrics"),
                .product(name: "Logging", package: "swift-log"),
            ],
            swiftSettings: swift),
        .testTarget(
            name: "SimulationTests",
            dependencies: [
                "Engine", "JSON", "Models", "Node", "OpenAI", "Routing", "Simulation", "TestSupport", "Tokenizers",
                .product(name: "CoreMetrics", package: "swift-metrics"),
            ],
            swiftSettings: swift),
        .testTarget(
            name: "FleetTests",
            dependencies: [
                "Fleet", "JSON", "OpenAI", "Routing", "TestSupport",
                .product(name: "AsyncHTTPClient", package: "async-http-client"),
                .product(name: "CoreMetrics", package: "swift-metrics"),
                .product(name: "Logging", package: "swift-log"), .product(name: "NIOCore", package: "swift-nio"),
                .product(name: "NIOHTTP1", package: "swift-nio"), .product(name: "NIOPosix", package: "swift-nio"),
            ],
            swiftSettings: swift),
        .testTarget(
            name: "FleetServingTests",
            dependencies: [
                "Fleet", "Gateway", "JSON", "Ledger", "Node", "OpenAI", "PrivatePostgreSQL", "Simulation",
                "TestSupport", "WebServer", "WebTestSupport", "WorkerAPI",
                .product(name: "AsyncHTTPClient", package: "async-http-client"),
                .product(name: "Logging", package: "swift-log"), .product(name: "NIOCore", package: "swift-nio"),
                .product(name: "NIOHTTP1", package: "swift-nio"), .product(name: "NIOPosix", package: "swift-nio"),
                .product(name: "ServiceLifecycle", package: "swift-service-lifecycle"),
            ],
            swiftSettings: swift),
        .testTarget(
            name: "KubernetesTests",
            dependencies: [
                "JSON", "Kubernetes", "TestSupport", "WebTestSupport",
                .product(name: "Logging", package: "swift-log"), .product(name: "NIOCore", package: "swift-nio"),
                .product(name: "NIOHTTP1", package: "swift-nio"), .product(name: "NIOPosix", package: "swift-nio"),
                .product(name: "NIOSSL", package: "swift-nio-ssl"),
            ],
            swiftSettings: swift),
        // An API server, a scheduler and kubelets, for whatever talks to a cluster.
        .target(
            name: "ClusterStandIn",
            dependencies: [
                "JSON", "Kubernetes", .product(name: "Logging", package: "swift-log"),
                .product(name: "NIOCore", package: "swift-nio"), .product(name: "NIOHTTP1", package: "swift-nio"),
                .product(name: "NIOPosix", package: "swift-nio"),
            ],
            path: "Tests/ClusterStandIn", swiftSettings: swift),
        .testTarget(
            name: "ClusterStandInTests",
            dependencies: [
                "ClusterStandIn", "JSON", "Kubernetes", "TestSupport", "WebTestSupport",
                .product(name: "Logging", package: "swift-log"), .product(name: "NIOCore", package: "swift-nio"),
                .product(name: "NIOHTTP1", package: "swift-nio"), .product(name: "NIOPosix", package: "swift-nio"),
            ],
            swiftSettings: swift),
        .target(
            name: "ClusterGround",
            dependencies: [
                "ClusterStandIn", "Controller", "Harvest", "JSON", "Kubernetes", "WebTestSupport",
                .product(name: "AsyncHTTPClient", package: "async-http-client"),
                .product(name: "Logging", package: "swift-log"), .product(name: "NIOCore", package: "swift-nio"),
                .product(name: "NIOHTTP1", package: "swift-nio"),
            ],
            path: "Tests/ClusterGround", swiftSettings: swift),
        .executableTarget(
            name: "ClusterLoad", dependencies: ["ClusterGround", "ClusterStandIn", "JSON", "Kubernetes"],
            path: "Tests/ClusterLoad", swiftSettings: swift),
        .testTarget(
            name: "ClusterSceneTests",
            dependencies: ["ClusterGround", "ClusterStandIn", "Controller", "Harvest", "JSON", "Kubernetes"],
            swiftSettings: swift),
        .testTarget(
            name: "ControllerTests",
            dependencies: [
                "ClusterStandIn", "Controller", "Harvest", "JSON", "Kubernetes", "Ledger", "TestSupport",
                "WebTestSupport", .product(name: "Logging", package: "swift-log"),
                .product(name: "NIOCore", package: "swift-nio"), .product(name: "NIOHTTP1", package: "swift-nio"),
                .product(name: "NIOPosix", package: "swift-nio"), .product(name: "NIOSSL", package: "swift-nio-ssl"),
                .product(name: "Yams", package: "Yams"),
            ],
            swiftSettings: swift),
        .testTarget(name: "OpenAITests", dependencies: ["JSON", "OpenAI", "TestSupport"], swiftSettings: swift),
        .testTarget(name: "RoutingTests", dependencies: ["Routing", "TestSupport"], swiftSettings: swift),
        .testTarget(
            name: "LedgerTests", dependencies: ["JSON", "Ledger", "LedgerLoad", "PrivatePostgreSQL", "TestSupport"],
            swiftSettings: swift),
        .testTarget(
            name: "HarvestTests", dependencies: ["Harvest", "JSON", "Ledger", "TestSupport"], swiftSettings: swift),
        .testTarget(
            name: "SupervisionTests",
            dependencies: ["Supervision", "WebTestSupport", .product(name: "Logging", package: "swift-log")],
            swiftSettings: swift),
        .testTarget(
            name: "YieldingTests",
            dependencies: [
                "Engine", "JSON", "Supervision", "TestSupport", "WebTestSupport", "Yielding",
                .product(name: "AsyncHTTPClient", package: "async-http-client"),
                .product(name: "CoreMetrics", package: "swift-metrics"),
                .product(name: "Logging", package: "swift-log"),
                .product(name: "ServiceLifecycle", package: "swift-service-lifecycle"),
            ],
            swiftSettings: swift),
        .testTarget(
            name: "WebServerTests",
            dependencies: [
                "OpenAI", "WebServer", "WebTestSupport", .product(name: "Hummingbird", package: "hummingbird"),
                .product(name: "InMemoryTracing", package: "swift-distributed-tracing"),
                .product(name: "Logging", package: "swift-log"), .product(name: "NIOCore", package: "swift-nio"),
                .product(name: "NIOSSL", package: "swift-nio-ssl"),
                .product(name: "ServiceLifecycle", package: "swift-service-lifecycle"),
                .product(name: "Tracing", package: "swift-distributed-tracing"),
            ],
            swiftSettings: swift),
        .testTarget(
            name: "WorkerAPITests",
            dependencies: [
                "JSON", "OpenAI", "Routing", "TestSupport", "WebServer", "WebTestSupport", "WorkerAPI",
                .product(name: "AsyncHTTPClient", package: "async-http-client"),
                .product(name: "Hummingbird", package: "hummingbird"),
                .product(name: "Logging", package: "swift-log"), .product(name: "NIOCore", package: "swift-nio"),
                .product(name: "ServiceLifecycle", package: "swift-service-lifecycle"),
            ],
            swiftSettings: swift),
        .testTarget(
            name: "GatewayTests",
            dependencies: [
                "Gateway", "JSON", "Ledger", "OpenAI", "TestSupport", "WebServer", "WebTestSupport",
                .product(name: "CoreMetrics", package: "swift-metrics"),
                .product(name: "Logging", package: "swift-log"),
                .product(name: "ServiceLifecycle", package: "swift-service-lifecycle"),
            ],
            swiftSettings: swift),
        .testTarget(
            name: "ModelStoreTests",
            dependencies: [
                "JSON", "ModelStore", "ScriptedServer", "TestSupport", "Weights",
            ],
            swiftSettings: swift),
        .testTarget(
            name: "LoadGeneratorTests",
            dependencies: [
                "JSON", "LoadGenerator", "ScriptedServer", "TestSupport",
            ],
            swiftSettings: swift),
        .testTarget(
            name: "OptionsTests",
            dependencies: [
                "Options", "TestSupport", .product(name: "ArgumentParser", package: "swift-argument-parser"),
            ],
            swiftSettings: swift),
        .testTarget(
            name: "CommandTests",
            dependencies: [
                "ClusterStandIn", "Controller", "Harvest", "JSON", "Kubernetes", "Ledger", "PrivatePostgreSQL",
                "ScriptedServer", "TestSupport", "Weights",
            ],
            swiftSettings: swift),
        .testTarget(
            name: "ServingTests",
            dependencies: [
                "Engine", "Gateway", "JSON", "Ledger", "Node", "OpenAI", "PrivatePostgreSQL", "TestSupport",
                "WebServer", "WebTestSupport", "Weights", "Yielding",
                .product(name: "AsyncHTTPClient", package: "async-http-client"),
                .product(name: "Logging", package: "swift-log"), .product(name: "NIOCore", package: "swift-nio"),
                .product(name: "NIOHTTP1", package: "swift-nio"),
                .product(name: "ServiceLifecycle", package: "swift-service-lifecycle"),
            ],
            swiftSettings: swift),
    ]
)

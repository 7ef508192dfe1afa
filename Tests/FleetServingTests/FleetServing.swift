import Testing

/// Gateways, workers and ledgers together. One test at a time: a worker that gets no processor for a second and a half
/// is rightly taken for lost, and each test has several machines' work on one.
@Suite(.serialized) enum FleetServing {}
